#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "provisioner/storage/volume_store.hpp"

namespace nfs {

struct PurgerOptions {
  std::size_t batch = 1000;                     ///< files and directories between two looks at the stop token
  std::chrono::milliseconds first_retry{1000};  ///< after a fault; doubled for each further one
  std::chrono::milliseconds longest_retry{300'000};
  std::chrono::milliseconds look_again{300'000};  ///< without a nudge: what another process put into the trash
};

/// Empties the trash of one export, a batch of each tree in turn. It keeps nothing in memory that matters: what waits
/// after a restart is found in the trash.
class Purger {
 public:
  using LogLine = std::function<void(std::string_view)>;

  struct Counts {
    std::size_t waiting = 0;  ///< trees in the trash, when it was looked at last
    std::size_t purged = 0;   ///< trees, since the start
    std::size_t faults = 0;   ///< failed looks and batches, since the start
  };

  /// `store` must outlive this. `log` is called on the thread of run(); the same fault again is not told again.
  Purger(VolumeStore& store, LogLine log, PurgerOptions options = {});

  /// Works until `stop` is requested; looks at it between batches.
  void run(std::stop_token stop);
  /// Something was put into the trash. Thread-safe; remembered while run() is busy.
  void nudge();
  /// Thread-safe.
  [[nodiscard]] Counts counts() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Trouble {
    std::string message;
    std::chrono::milliseconds delay{0};
    Time retry_at;
  };

  /// One batch of each tree that is due. Gives when to look again.
  [[nodiscard]] Time pass(std::stop_token const& stop);
  /// One batch of one tree. Gives when to go on with it.
  [[nodiscard]] Time purge(std::string const& volume);
  [[nodiscard]] Time note(std::string const& volume, StorageError const& error);

  VolumeStore& store_;
  LogLine log_;
  PurgerOptions options_;
  std::map<std::string, Trouble> troubles_;  // of a volume; "" is the trash itself
  std::atomic<std::size_t> waiting_{0};
  std::atomic<std::size_t> purged_{0};
  std::atomic<std::size_t> faults_{0};
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool nudged_ = false;  // guarded by mutex_
};

/// Runs a purger until `stop` is requested.
inline void run_purger(Purger& purger, std::stop_token stop) {
  purger.run(std::move(stop));
}

}  // namespace nfs
