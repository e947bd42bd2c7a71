#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// Who stands on a directory of an export.
struct Occupant {
  std::string volume;     ///< name of the PersistentVolume
  std::string claim_uid;  ///< empty: a volume without a claim
  std::string claim_namespace;
  std::string claim_name;
  bool deletes = false;  ///< reclaim policy Delete: it will be released by us once its claim is gone
  bool operator==(Occupant const&) const = default;
};

/// Which volume uses which directory of one export: a value, with quick answers to "who is equal to, above or below
/// this path?" (logarithmic in the number of volumes, plus the number of answers). One volume has one directory.
class Occupancy {
 public:
  struct Entry {
    RelativePath path;
    Occupant occupant;
  };

  void put(RelativePath path, Occupant occupant);  ///< replaces what the same volume had before
  void erase(std::string_view volume);
  [[nodiscard]] std::vector<Entry> overlapping(RelativePath const& path) const;
  [[nodiscard]] std::size_t size() const { return by_volume_.size(); }

 private:
  // Ordered so that a directory's descendants follow it directly: '/' sorts below every other byte of a component.
  struct ComponentOrder {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const;
  };
  std::multimap<std::string, Occupant, ComponentOrder> by_path_;
  std::map<std::string, std::string, std::less<>> by_volume_;
};

/// May a claim of `claim_namespace`/`claim_name` (uid `claim_uid`) use `path` beside those who stand there?
struct PathFree {};
struct PathHeld {
  std::string volume;      ///< the volume that stands in the way
  bool soon_free = false;  ///< it is about to be released by us: wait, do not refuse
  std::string message;     ///< for the Event; never shows another namespace's names
};
using PathVerdict = std::variant<PathFree, PathHeld>;

using ClaimExists = std::function<bool(std::string_view uid)>;

struct Asker {
  std::string name_space;
  std::string name;
  std::string uid;
};

/// Contract, section 4 ("Live"): an occupant blocks if its claim exists (as `sharing` says), or if it will be released
/// (then: soon_free). One that is kept (its claim is gone, policy Retain) blocks all but a claim of the same namespace
/// and name. The asker's own volume never blocks.
[[nodiscard]] PathVerdict may_use(Asker const& asker, RelativePath const& path, SharedDirectory sharing,
                                  std::vector<Occupancy::Entry> const& overlapping, ClaimExists const& claim_exists);

}  // namespace nfs
