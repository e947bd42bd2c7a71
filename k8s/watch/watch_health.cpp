#include "k8s/watch/watch_health.hpp"

#include <fmt/format.h>

#include <utility>

namespace k8s {

std::string WatchReading::trouble() const {
  if (age < longest_silence) return {};
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  return fmt::format("nothing has come for {} s{}{}", seconds, failure.empty() ? "" : ": ", failure);
}

void WatchHealth::heard() {
  MutexLock const lock(mutex_);
  heard_at_ = clock_.steady();
  failure_.clear();
}

void WatchHealth::failed(std::string message) {
  MutexLock const lock(mutex_);
  failure_ = std::move(message);
}

WatchReading WatchHealth::read() const {
  MutexLock const lock(mutex_);
  auto const age = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - heard_at_);
  return {age, failure_};
}

}  // namespace k8s
