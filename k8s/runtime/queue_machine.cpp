#include <algorithm>

#include "k8s/runtime/work_queue.hpp"

namespace k8s {

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
  order_.emplace(Slot{when, entry.ticket}, key);
}

void QueueMachine::unschedule(Entry& entry) {
  if (entry.due && !entry.working) order_.erase(Slot{*entry.due, entry.ticket});
  entry.due.reset();
}

double QueueMachine::unit() {
  return std::uniform_real_distribution<double>(0.0, 1.0)(random_);
}

bool QueueMachine::add(std::string const& key, SteadyTime now) {
  auto& entry = entries_[key];
  bool const was_due = entry.added || (!entry.working && entry.due && *entry.due <= now);
  entry.failures = 0;
  entry.added = entry.working;
  schedule(key, entry, now);
  return !was_due;
}

void QueueMachine::add_at(std::string const& key, SteadyTime when) {
  schedule(key, entries_[key], when);
}

std::optional<std::string> QueueMachine::take(SteadyTime now) {
  auto const first = order_.begin();
  if (first == order_.end() || first->first.first > now) return std::nullopt;
  auto key = std::move(first->second);
  order_.erase(first);
  auto& entry = entries_.at(key);
  entry.due.reset();
  entry.working = true;
  return key;
}

std::optional<SteadyTime> QueueMachine::next_due() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first.first;
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
  at->second = Entry{};
  schedule(key, at->second, added ? now : *due);
}

std::chrono::milliseconds QueueMachine::retry(std::string const& key, SteadyTime now,
                                              std::chrono::milliseconds at_least) {
  auto const at = entries_.find(key);
  if (at == entries_.end() || !at->second.working) return {};
  auto& entry = at->second;
  auto const asked = entry.due;
  auto const added = entry.added;
  entry = Entry{.failures = entry.failures};
  if (added) {
    schedule(key, entry, now);
    return {};
  }
  ++entry.failures;
  auto const delay = std::max(policy_.delay(entry.failures, unit()), at_least);
  auto const when = asked ? std::min(*asked, now + delay) : now + delay;
  schedule(key, entry, when);
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
  at->second = Entry{.working = true};
}

std::size_t QueueMachine::size() const {
  return order_.size();
}

std::size_t QueueMachine::due(SteadyTime now) const {
  std::size_t count = 0;
  for (auto at = order_.begin(); at != order_.end() && at->first.first <= now; ++at) ++count;
  return count;
}

std::uint32_t QueueMachine::failures(std::string const& key) const {
  auto const at = entries_.find(key);
  return at == entries_.end() ? 0 : at->second.failures;
}

}  // namespace k8s
