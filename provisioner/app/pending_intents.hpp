#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace nfs {

/// Which volumes have an intent on the export: known from one look at the start and from what we do ourselves, so that
/// no claim that is bound for long costs a file system call. Thread-safe.
class PendingIntents {
 public:
  void add(std::string const& volume) {
    auto const lock = std::scoped_lock(mutex_);
    volumes_.insert(volume);
  }
  void remove(std::string const& volume) {
    auto const lock = std::scoped_lock(mutex_);
    volumes_.erase(volume);
  }
  [[nodiscard]] bool contains(std::string const& volume) const {
    auto const lock = std::scoped_lock(mutex_);
    return volumes_.contains(volume);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> volumes_;
};

}  // namespace nfs
