#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "provisioner/storage/storage_error.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {

/// How an export was when it was looked at last: written by whoever looks, read by those who must never wait for it.
/// Thread-safe.
class ExportHealth {
 public:
  struct Reading {
    std::string trouble = "it is being opened";  ///< empty: it can be used
    std::optional<ExportSpace> space = {};
  };

  [[nodiscard]] Reading last() const {
    auto const lock = std::scoped_lock(mutex_);
    return reading_;
  }
  void well(ExportSpace space) {
    auto const lock = std::scoped_lock(mutex_);
    reading_ = {{}, space};
  }
  /// The space that was seen before is kept.
  void ill(std::string trouble) {
    auto const lock = std::scoped_lock(mutex_);
    reading_.trouble = std::move(trouble);
  }

 private:
  mutable std::mutex mutex_;
  Reading reading_;
};

}  // namespace nfs
