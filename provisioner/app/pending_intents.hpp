#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/base/clock.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// Which volumes have an intent on the export, and for which directory: known from one look at the start and from what
/// we do ourselves, so that no claim that is bound for long costs a file system call. And of which nobody knows whether
/// they will come to be: their request was sent and not answered. Thread-safe.
class PendingIntents {
 public:
  void add(std::string const& volume, RelativePath path) {
    auto const lock = std::scoped_lock(mutex_);
    paths_.insert_or_assign(volume, std::move(path));
  }
  void remove(std::string const& volume) {
    auto const lock = std::scoped_lock(mutex_);
    paths_.erase(volume);
    doubtful_.erase(volume);
  }
  /// The volume may still come to be until then.
  void doubt(std::string const& volume, k8s::SteadyTime until) {
    auto const lock = std::scoped_lock(mutex_);
    doubtful_.insert_or_assign(volume, until);
  }
  /// How long; zero: not at all.
  [[nodiscard]] std::chrono::milliseconds doubtful_for(std::string const& volume, k8s::SteadyTime now) const {
    auto const lock = std::scoped_lock(mutex_);
    auto const at = doubtful_.find(volume);
    if (at == doubtful_.end() || at->second <= now) return {};
    return std::chrono::ceil<std::chrono::milliseconds>(at->second - now);
  }
  [[nodiscard]] bool contains(std::string const& volume) const {
    auto const lock = std::scoped_lock(mutex_);
    return paths_.contains(volume);
  }
  [[nodiscard]] std::optional<RelativePath> path_of(std::string const& volume) const {
    auto const lock = std::scoped_lock(mutex_);
    auto const at = paths_.find(volume);
    return at == paths_.end() ? std::nullopt : std::optional(at->second);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, RelativePath> paths_;
  std::map<std::string, k8s::SteadyTime> doubtful_;
};

}  // namespace nfs
