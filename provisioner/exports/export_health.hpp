#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/storage_error.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {

/// An export whose call has not come back for so long does not answer any more.
inline constexpr std::chrono::seconds hang_after{30};

/// How an export was when it was looked at last: written by whoever looks, read by those who must never wait for it.
/// Thread-safe.
class ExportHealth {
 public:
  struct Reading {
    std::string trouble = "it is being opened";  ///< empty: it can be used
    std::optional<ExportSpace> space = {};
    std::size_t resting = 0;  ///< trees that rest in the trash
  };

  [[nodiscard]] Reading last() const {
    k8s::MutexLock const lock(mutex_);
    return reading_;
  }
  void can_be_used(ExportSpace space) {
    k8s::MutexLock const lock(mutex_);
    reading_.trouble.clear();
    reading_.space = space;
  }
  void rests_in_trash(std::size_t trees) {
    k8s::MutexLock const lock(mutex_);
    reading_.resting = trees;
  }
  /// The space that was seen before is kept.
  void cannot_be_used(std::string trouble) {
    k8s::MutexLock const lock(mutex_);
    reading_.trouble = std::move(trouble);
  }

 private:
  mutable k8s::Mutex mutex_;
  Reading reading_ GUARDED_BY(mutex_);
};

}  // namespace nfs
