#include "provisioner/storage/volumes/purge_schedule.hpp"

#include <algorithm>

namespace nfs {

PurgeSchedule::Step PurgeSchedule::next(Time now) {
  if (look_at_ <= now) return Look{};
  if (failed_looks_ > 0) return Pause{look_at_};
  bool const rested = !resting_.empty() && resting_.begin()->first.first <= now;
  if (!rested && fresh_.empty()) {
    return Pause{resting_.empty() ? look_at_ : std::min(look_at_, resting_.begin()->first.first)};
  }
  // In turns, so that many of the one kind do not hold up the other.
  rested_last_ = rested && (fresh_.empty() || !rested_last_);
  auto const& chosen = rested_last_ ? resting_ : fresh_;
  return Batch{chosen.begin()->second->first};
}

void PurgeSchedule::put(std::string const& volume) {
  auto const [tree, is_new] = trees_.try_emplace(volume);
  if (!is_new) return;
  tree->second.seen = listings_;
  schedule(tree, Time::min());
}

void PurgeSchedule::listed(std::vector<std::string> const& volumes, Time now) {
  ++listings_;
  failed_looks_ = 0;
  look_at_ = now + pace_.look_again;
  for (auto const& volume : volumes) {
    put(volume);
    trees_.find(volume)->second.seen = listings_;
  }
  for (auto tree = trees_.begin(); tree != trees_.end();) {
    auto const here = tree++;
    if (here->second.seen != listings_) forget(here);
  }
}

void PurgeSchedule::look_failed(Time now) {
  ++failed_looks_;
  look_at_ = now + rest(failed_looks_);
}

void PurgeSchedule::progressed(std::string_view volume) {
  auto const tree = trees_.find(volume);
  if (tree == trees_.end()) return;
  unschedule(tree);
  tree->second.failures = 0;
  tree->second.error = {};
  schedule(tree, Time::min());
}

void PurgeSchedule::removed(std::string_view volume) {
  if (auto const tree = trees_.find(volume); tree != trees_.end()) forget(tree);
}

bool PurgeSchedule::failed(std::string_view volume, StorageError const& error, Time now) {
  auto const tree = trees_.find(volume);
  if (tree == trees_.end()) return false;
  unschedule(tree);
  bool const is_new = tree->second.error.message != error.message;
  tree->second.error = error;
  ++tree->second.failures;
  schedule(tree, now + rest(tree->second.failures));
  return is_new;
}

std::vector<StuckTree> PurgeSchedule::first_stuck(std::size_t most) const {
  std::vector<StuckTree> first;
  for (auto const volume : stuck_) {
    if (first.size() == most) break;
    first.push_back({std::string(volume), trees_.find(volume)->second.error});
  }
  return first;
}

void PurgeSchedule::schedule(Trees::iterator tree, Time due) {
  tree->second.turn = {due, turns_++};
  if (tree->second.failures == 0) {
    fresh_.emplace(tree->second.turn, tree);
    return;
  }
  resting_.emplace(tree->second.turn, tree);
  stuck_.insert(tree->first);
}

void PurgeSchedule::unschedule(Trees::iterator tree) {
  fresh_.erase(tree->second.turn);
  resting_.erase(tree->second.turn);
  stuck_.erase(tree->first);
}

void PurgeSchedule::forget(Trees::iterator tree) {
  unschedule(tree);
  trees_.erase(tree);
}

std::chrono::milliseconds PurgeSchedule::rest(std::uint32_t failures) const {
  auto delay = pace_.first_retry;
  for (std::uint32_t i = 1; i < failures && delay < pace_.longest_retry; ++i) delay *= 2;
  return std::min(delay, pace_.longest_retry);
}

}  // namespace nfs
