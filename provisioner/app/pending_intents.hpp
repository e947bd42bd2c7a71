#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// Which volumes have an intent on the export, and for which directory: known from one look at the start and from what
/// we do ourselves, so that no claim that is bound for long costs a file system call. Thread-safe.
class PendingIntents {
 public:
  void add(std::string const& volume, RelativePath path) {
    auto const lock = std::scoped_lock(mutex_);
    paths_.insert_or_assign(volume, std::move(path));
  }
  void remove(std::string const& volume) {
    auto const lock = std::scoped_lock(mutex_);
    paths_.erase(volume);
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
};

}  // namespace nfs
