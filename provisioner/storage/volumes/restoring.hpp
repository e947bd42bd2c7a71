#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "k8s/base/mutex.hpp"

namespace nfs {

/// Which archives are on their way back, by the volumes that are made of them: in memory, so that no archive is given
/// to two, or pruned. Thread-safe.
class Restoring {
 public:
  void add(std::string const& volume, std::string const& archive) {
    k8s::MutexLock const lock(mutex_);
    archive_by_volume_.insert_or_assign(volume, archive);
  }
  void remove(std::string const& volume) {
    k8s::MutexLock const lock(mutex_);
    archive_by_volume_.erase(volume);
  }
  [[nodiscard]] bool has(std::string_view volume) const {
    k8s::MutexLock const lock(mutex_);
    return archive_by_volume_.contains(volume);
  }
  /// Whether the archive is on its way to a volume, `but_volume` aside.
  [[nodiscard]] bool takes(std::string_view archive, std::string_view but_volume = {}) const {
    k8s::MutexLock const lock(mutex_);
    return std::ranges::any_of(archive_by_volume_,
                               [&](auto const& entry) { return entry.second == archive && entry.first != but_volume; });
  }

 private:
  mutable k8s::Mutex mutex_;
  std::map<std::string, std::string, std::less<>> archive_by_volume_ GUARDED_BY(mutex_);
};

}  // namespace nfs
