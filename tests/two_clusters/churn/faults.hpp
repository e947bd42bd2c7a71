#pragma once

#include <iosfwd>
#include <map>
#include <set>
#include <string>

namespace nfs::test {

/// What must not happen. Each is counted once, however often it is seen.
enum class Fault {
  shared_directory,     ///< two Bound volumes have one directory, or one inside the other's
  foreign_token,        ///< a token lies where another claim's volume, archive or trash is, or in two places
  touched_directory,    ///< the directory of a Bound claim was moved, or changed by somebody else than its tenant
  missing_directory,    ///< a Bound claim has no volume, or its directory does not stand
  missing_token,        ///< a Bound claim has lost what was written for it
  missing_predecessor,  ///< a claim did not get what an earlier one of its name left
  lost_token,           ///< it stands nowhere, though nobody asked for its removal, or before it has rested
  left_over,            ///< a directory or a record that belongs to nothing
  unfinished,           ///< work that has not come to its end
};

/// Not thread-safe.
class Faults {
 public:
  void add(Fault fault, std::string const& what) { seen_[fault].insert(what); }
  [[nodiscard]] bool none() const { return seen_.empty(); }
  /// A line for each kind with its number, and what the first ones are.
  void print(std::ostream& out) const;

 private:
  std::map<Fault, std::set<std::string>> seen_;
};

}  // namespace nfs::test
