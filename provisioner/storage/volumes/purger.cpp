#include "provisioner/storage/volumes/purger.hpp"

#include <fmt/format.h>

#include <utility>

namespace nfs {

using std::chrono::steady_clock;

Purger::Purger(VolumeStore& store, LogLine log, PurgerOptions options)
    : store_(store), log_(std::move(log)), batch_(options.batch), schedule_(options.pace) {}

void Purger::put(std::string volume) {
  {
    k8s::MutexLock const lock(mutex_);
    inbox_.push_back(std::move(volume));
  }
  wake_.notify_all();
}

Purger::Counts Purger::counts() const {
  k8s::MutexLock const lock(mutex_);
  return {.waiting = schedule_.waiting() + inbox_.size(),
          .purged = purged_,
          .faults = faults_,
          .stuck = schedule_.stuck(),
          .looks = looks_,
          .first_stuck = schedule_.first_stuck(named_at_most)};
}

void Purger::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    auto const step = next_step(stop);
    if (auto const* batch = std::get_if<PurgeSchedule::Batch>(&step)) purge(batch->volume);
    if (std::holds_alternative<PurgeSchedule::Look>(step)) look();
  }
}

// A pause is over when it is given.
PurgeSchedule::Step Purger::next_step(std::stop_token const& stop) {
  k8s::MutexLock const lock(mutex_);
  take_inbox();
  auto step = schedule_.next(steady_clock::now());
  if (auto const* pause = std::get_if<PurgeSchedule::Pause>(&step)) {
    wake_.wait_until(mutex_, stop, pause->until, [this]() REQUIRES(mutex_) { return !inbox_.empty(); });
  }
  return step;
}

void Purger::take_inbox() {
  for (auto const& volume : std::exchange(inbox_, {})) schedule_.put(volume);
}

void Purger::look() {
  auto const volumes = store_.trashed();
  if (volumes.has_error()) return note_look(volumes.error());
  {
    k8s::MutexLock const lock(mutex_);
    ++looks_;
    schedule_.listed(*volumes, steady_clock::now());
  }
  look_trouble_.clear();
  tell_number();
}

void Purger::note_look(StorageError const& error) {
  {
    k8s::MutexLock const lock(mutex_);
    ++faults_;
    schedule_.look_failed(steady_clock::now());
  }
  if (std::exchange(look_trouble_, error.message) == error.message) return;
  log_(fmt::format("cannot look into the trash: {}; retrying", error.message));
}

void Purger::purge(std::string const& volume) {
  auto const done = store_.purge_some(volume, batch_);
  // Not the tree's fault, and the same for all.
  if (done.has_error() && done.error().fault == StorageFault::wrong_export) return note_look(done.error());
  bool is_new = false;
  {
    k8s::MutexLock const lock(mutex_);
    if (done.has_error()) {
      ++faults_;
      is_new = schedule_.failed(volume, done.error(), steady_clock::now());
    } else if (*done) {
      ++purged_;
      schedule_.removed(volume);
    } else {
      schedule_.progressed(volume);
    }
  }
  if (is_new) tell_stuck(volume, done.error());
}

void Purger::tell_stuck(std::string const& volume, StorageError const& error) {
  if (++told_by_name_ > named_at_most) return;
  log_(fmt::format("cannot remove {:?} from the trash yet: {}; retrying", volume, error.message));
}

// Beyond those that were told by name; at each listing, so that the log grows no faster than that.
void Purger::tell_number() {
  auto const stuck = counts().stuck;
  if (stuck == 0) {
    told_by_name_ = 0;
    told_number_ = 0;
    return;
  }
  if (told_by_name_ <= named_at_most || std::exchange(told_number_, stuck) == stuck) return;
  log_(fmt::format("{} in the trash cannot be removed yet; the status page names the first",
                   stuck == 1 ? "1 tree" : fmt::format("{} trees", stuck)));
}

}  // namespace nfs
