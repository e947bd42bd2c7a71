#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/volumes/purge_schedule.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {

struct PurgerOptions {
  std::size_t batch = 1000;  ///< files and directories of one tree before the next one's turn
  PurgePace pace = {};
};

/// Empties the trash of one export, a batch of each tree in turn. It keeps nothing in memory that matters: what waits
/// after a restart is found in the trash.
class Purger {
 public:
  using LogLine = std::function<void(std::string_view)>;

  /// How many stuck trees are told by name, in the log and in Counts.
  static constexpr std::size_t named_at_most = 5;

  struct Counts {
    std::size_t waiting = 0;                  ///< trees in the trash, as far as is known
    std::size_t purged = 0;                   ///< trees, since the start
    std::size_t faults = 0;                   ///< failed looks and batches, since the start
    std::size_t stuck = 0;                    ///< those of `waiting` that could not be removed when last tried
    std::size_t looks = 0;                    ///< listings of the trash, since the start
    std::vector<StuckTree> first_stuck = {};  ///< at most named_at_most of the stuck ones, the first by name
  };

  /// `store` must outlive this. `log` is called on the thread of run(). Stuck trees are told by name and reason, at
  /// most named_at_most between two listings of the trash, and by number at each listing that finds another number.
  Purger(VolumeStore& store, LogLine log, PurgerOptions options = {});

  /// Works until `stop` is requested; looks at it between batches.
  void run(std::stop_token stop);
  /// This was put into the trash: it need not be looked for. Thread-safe.
  void put(std::string volume);
  /// Thread-safe; does not wait for the export.
  [[nodiscard]] Counts counts() const;

 private:
  [[nodiscard]] PurgeSchedule::Step next_step(std::stop_token const& stop) EXCLUDES(mutex_);
  void take_inbox() REQUIRES(mutex_);
  void look();
  void purge(std::string const& volume);
  void note_look(StorageError const& error);
  void tell_stuck(std::string const& volume, StorageError const& error);
  void tell_number();

  VolumeStore& store_;
  LogLine log_;
  std::size_t const batch_;
  mutable k8s::Mutex mutex_;
  k8s::Condition wake_;
  std::vector<std::string> inbox_ GUARDED_BY(mutex_);
  PurgeSchedule schedule_ GUARDED_BY(mutex_);
  std::size_t purged_ GUARDED_BY(mutex_) = 0;
  std::size_t faults_ GUARDED_BY(mutex_) = 0;
  std::size_t looks_ GUARDED_BY(mutex_) = 0;
  // Of run()'s thread alone: what the log was told.
  std::string look_trouble_;
  std::size_t told_by_name_ = 0;  // since the last listing
  std::size_t told_number_ = 0;
};

}  // namespace nfs
