#include "provisioner/storage/purger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nfs {

using std::chrono::steady_clock;

Purger::Purger(VolumeStore& store, LogLine log, PurgerOptions options)
    : store_(store), log_(std::move(log)), options_(options) {}

void Purger::nudge() {
  {
    std::lock_guard const lock(mutex_);
    nudged_ = true;
  }
  wake_.notify_all();
}

Purger::Counts Purger::counts() const {
  return {.waiting = waiting_, .purged = purged_, .faults = faults_};
}

void Purger::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    auto const next = pass(stop);
    std::unique_lock lock(mutex_);
    if (next > steady_clock::now()) wake_.wait_until(lock, stop, next, [this] { return nudged_; });
    nudged_ = false;
  }
}

Purger::Time Purger::pass(std::stop_token const& stop) {
  auto const volumes = store_.trashed();
  if (volumes.has_error()) return note("", volumes.error());
  troubles_.erase("");
  std::erase_if(troubles_, [&](auto const& trouble) { return std::ranges::count(*volumes, trouble.first) == 0; });
  waiting_ = volumes->size();
  Time next = steady_clock::now() + options_.look_again;
  for (auto const& volume : *volumes) {
    if (stop.stop_requested()) return next;
    auto const trouble = troubles_.find(volume);
    bool const due = trouble == troubles_.end() || trouble->second.retry_at <= steady_clock::now();
    next = std::min(next, due ? purge(volume) : trouble->second.retry_at);
  }
  return next;
}

Purger::Time Purger::purge(std::string const& volume) {
  auto const done = store_.purge_some(volume, options_.batch);
  if (done.has_error()) return note(volume, done.error());
  troubles_.erase(volume);
  if (!*done) return steady_clock::now();
  ++purged_;
  --waiting_;
  return Time::max();
}

Purger::Time Purger::note(std::string const& volume, StorageError const& error) {
  ++faults_;
  auto& trouble = troubles_[volume];
  if (std::exchange(trouble.message, error.message) != error.message) {
    log_(volume.empty() ? fmt::format("cannot look into the trash: {}", error.message)
                        : fmt::format("cannot purge volume {} from the trash yet: {}", volume, error.message));
  }
  auto const doubled = std::min(trouble.delay * 2, options_.longest_retry);
  trouble.delay = std::max(options_.first_retry, doubled);
  trouble.retry_at = steady_clock::now() + trouble.delay;
  return trouble.retry_at;
}

}  // namespace nfs
