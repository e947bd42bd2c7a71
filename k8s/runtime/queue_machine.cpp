#include "k8s/runtime/queue_machine.hpp"

#include <algorithm>

#include "k8s/base/retry_after.hpp"

namespace k8s {
namespace {

// What a server, or a proxy before it, may hold up a key for.
constexpr std::chrono::minutes longest_wish{5};

}  // namespace

QueueMachine::QueueMachine(BackoffPolicy policy, std::uint64_t seed) : policy_(policy), random_(seed) {}

void QueueMachine::schedule(std::string const& key, Entry& entry, SteadyTime when) {
  if (entry.due && *entry.due <= when) return;
  if (entry.working) {
    entry.due = when;
    return;
  }
  unschedule(entry);
  entry.due = when;
  entry.ticket = next_ticket_++;
  later_.emplace(Slot{when, entry.ticket}, key);
}

void QueueMachine::unschedule(Entry& entry) {
  if (entry.due && !entry.working) {
    auto const slot = Slot{*entry.due, entry.ticket};
    if (later_.erase(slot) == 0) {
      ready_.erase(entry.group, slot);
    }
  }
  entry.due.reset();
}

void QueueMachine::move_to(std::string const& group, Entry& entry) {
  if (entry.group == group) return;
  if (entry.due && !entry.working) {
    auto const slot = Slot{*entry.due, entry.ticket};
    if (auto ready = ready_.erase(entry.group, slot)) {
      ready_.put(group, slot, std::move(ready->item));
    }
  }
  entry.group = group;
}

void QueueMachine::ripen(SteadyTime now) {
  while (!later_.empty() && later_.begin()->first.first <= now) {
    auto node = later_.extract(later_.begin());
    auto const& group = entries_.at(node.mapped()).group;
    ready_.put(group, node.key(), std::move(node.mapped()));
  }
}

double QueueMachine::unit() {
  return std::uniform_real_distribution<double>(0.0, 1.0)(random_);
}

bool QueueMachine::add(std::string const& key, SteadyTime now, std::string const& group) {
  auto& entry = entries_[key];
  bool const was_due = entry.added || (!entry.working && entry.due && *entry.due <= now);
  entry.failures = 0;
  entry.added = entry.working;
  move_to(group, entry);
  schedule(key, entry, now);
  ripen(now);
  return !was_due;
}

void QueueMachine::add_at(std::string const& key, SteadyTime when, std::string const& group) {
  auto& entry = entries_[key];
  move_to(group, entry);
  schedule(key, entry, when);
}

std::optional<QueueMachine::Taken> QueueMachine::take(SteadyTime now) {
  ripen(now);
  auto taken = ready_.take();
  if (!taken) return std::nullopt;
  auto& entry = entries_.at(taken->item);
  entry.due.reset();
  entry.working = true;
  return Taken{std::move(taken->item), taken->rank.first};
}

std::optional<SteadyTime> QueueMachine::next_due() const {
  auto const ready = ready_.next_rank();
  if (later_.empty()) return ready ? std::optional(ready->first) : std::nullopt;
  auto const later = later_.begin()->first.first;
  return ready ? std::min(ready->first, later) : later;
}

void QueueMachine::done(std::string const& key, SteadyTime now) {
  auto const at = entries_.find(key);
  if (at == entries_.end() || !at->second.working) return;
  auto const added = at->second.added;
  auto const due = at->second.due;
  if (!due) {
    entries_.erase(at);
    return;
  }
  at->second = Entry{.group = std::move(at->second.group)};
  schedule(key, at->second, added ? now : *due);
  ripen(now);
}

std::chrono::milliseconds QueueMachine::retry(std::string const& key, SteadyTime now,
                                              std::chrono::milliseconds at_least) {
  auto const at = entries_.find(key);
  if (at == entries_.end() || !at->second.working) return {};
  auto& entry = at->second;
  auto const asked = entry.due;
  auto const added = entry.added;
  entry = Entry{.group = std::move(entry.group), .failures = entry.failures};
  if (added) {
    schedule(key, entry, now);
    ripen(now);
    return {};
  }
  ++entry.failures;
  auto const delay = std::max(policy_.delay(entry.failures, unit()), clamped(at_least, longest_wish));
  auto const when = asked ? std::min(*asked, now + delay) : now + delay;
  schedule(key, entry, when);
  ripen(now);
  return std::max(std::chrono::milliseconds{}, std::chrono::ceil<std::chrono::milliseconds>(when - now));
}

void QueueMachine::forget(std::string const& key) {
  auto const at = entries_.find(key);
  if (at == entries_.end()) return;
  unschedule(at->second);
  if (!at->second.working) {
    entries_.erase(at);
    return;
  }
  at->second = Entry{.group = std::move(at->second.group), .working = true};
}

std::size_t QueueMachine::size() const {
  return later_.size() + ready_.size();
}

std::size_t QueueMachine::due(SteadyTime now) const {
  auto count = ready_.size();
  for (auto at = later_.begin(); at != later_.end() && at->first.first <= now; ++at) ++count;
  return count;
}

std::uint32_t QueueMachine::failures(std::string const& key) const {
  auto const at = entries_.find(key);
  return at == entries_.end() ? 0 : at->second.failures;
}

}  // namespace k8s
