#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

/// A tree in the trash that could not be removed when it was tried last.
struct StuckTree {
  std::string volume;  ///< its name in the trash
  StorageError error;
};

struct PurgePace {
  std::chrono::milliseconds first_retry{1000};  ///< after a failure; doubled for each further one in a row
  std::chrono::milliseconds longest_retry{300'000};
  std::chrono::milliseconds look_again{300'000};  ///< between listings of the trash: others put trees there as well
};

/// Which tree of the trash comes next, and when the trash is listed: a machine without I/O, clock or thread. Trees take
/// turns, a batch each; one that cannot be removed rests, longer after each failure, and holds up no other. A step
/// costs the logarithm of the number of trees.
class PurgeSchedule {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// List the trash, then call listed() or look_failed().
  struct Look {};
  /// Remove a batch of this tree, then call progressed(), removed() or failed().
  struct Batch {
    std::string volume;
  };
  /// Nothing is due before then, unless put() is called.
  struct Pause {
    Time until;
  };
  using Step = std::variant<Look, Batch, Pause>;

  explicit PurgeSchedule(PurgePace pace) : pace_(pace) {}

  /// The first step is a Look. After a failed one nothing but another Look is due: the export cannot be used.
  [[nodiscard]] Step next(Time now);

  /// The tree was put into the trash. Nothing happens if it is known.
  void put(std::string const& volume);
  /// These are all trees in the trash. Those that are known keep their turns and failures.
  void listed(std::vector<std::string> const& volumes, Time now);
  /// The trash, or a tree, could not even be looked at: the export cannot be used now.
  void look_failed(Time now);
  /// A batch is gone, and there is more: its turn comes again, and it counts as never failed.
  void progressed(std::string_view volume);
  /// The whole tree is gone.
  void removed(std::string_view volume);
  /// Nothing more of it can be removed now. True: the reason is new.
  [[nodiscard]] bool failed(std::string_view volume, StorageError const& error, Time now);

  [[nodiscard]] std::size_t waiting() const { return trees_.size(); }
  [[nodiscard]] std::size_t stuck() const { return stuck_.size(); }
  /// At most `most` of them, the first by name.
  [[nodiscard]] std::vector<StuckTree> first_stuck(std::size_t most) const;

 private:
  struct Tree;
  using Trees = std::map<std::string, Tree, std::less<>>;
  /// When a tree is due, then the order in which the trees came.
  using Turn = std::pair<Time, std::uint64_t>;
  struct Tree {
    Turn turn;
    std::uint32_t failures = 0;  // in a row; none: it is in fresh_, else in resting_
    StorageError error = {};     // of the last failure
    std::uint64_t seen = 0;      // the listing that has shown it last
  };

  void schedule(Trees::iterator tree, Time due);
  void unschedule(Trees::iterator tree);
  void forget(Trees::iterator tree);
  [[nodiscard]] std::chrono::milliseconds rest(std::uint32_t failures) const;

  PurgePace pace_;
  Trees trees_;
  std::map<Turn, Trees::iterator> fresh_;
  std::map<Turn, Trees::iterator> resting_;
  std::set<std::string_view> stuck_;  // names of those in resting_
  std::uint64_t turns_ = 0;
  std::uint64_t listings_ = 0;
  std::uint32_t failed_looks_ = 0;  // in a row
  Time look_at_ = Time::min();
  bool rested_last_ = false;  // the last batch was of a tree that had rested
};

}  // namespace nfs
