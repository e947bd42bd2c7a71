#include "provisioner/exports/watched_file_system.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nfs {

WatchedFileSystem::WatchedFileSystem(std::unique_ptr<FileSystem> files, k8s::Clock const& clock)
    : files_(std::move(files)), clock_(clock) {}

std::optional<CallUnderWay> WatchedFileSystem::oldest_call() const {
  k8s::MutexLock const lock(mutex_);
  if (calls_.empty()) return std::nullopt;
  return calls_.front();
}

std::size_t WatchedFileSystem::calls_since_before(k8s::SteadyTime when) const {
  k8s::MutexLock const lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(calls_.begin(), calls_.end(), [when](CallUnderWay const& call) { return call.since < when; }));
}

std::optional<StorageError> WatchedFileSystem::around(FileCall const& call, Proceed const& proceed) {
  auto const enter = [&] {
    auto const path = call.path.empty() ? "the export" : call.path;
    k8s::MutexLock const lock(mutex_);
    return calls_.insert(calls_.end(), {fmt::format("{} {}", verb_of(call.operation), path), clock_.steady()});
  };
  struct Leave {
    WatchedFileSystem& self;
    std::list<CallUnderWay>::iterator call;
    ~Leave() {
      k8s::MutexLock const lock(self.mutex_);
      self.calls_.erase(call);
    }
  } const leave{*this, enter()};
  proceed();
  return std::nullopt;
}

}  // namespace nfs
