#include "k8s/runtime/event_aggregator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "k8s/text/hash.hpp"
#include "k8s/text/hexadecimal.hpp"
#include "k8s/text/rfc3339.hpp"

namespace k8s {
namespace {

constexpr std::size_t most_message = 1'024;
constexpr std::size_t most_name = 253;

/// Chosen once for an Event, so that a POST that is sent twice makes one object.
std::string event_name(Event const& event, WallTime first) {
  auto hash = empty_hash;
  for (std::string_view const part : {std::string_view(event.involved.uid), std::string_view(event.involved.kind),
                                      std::string_view(event.reason), std::string_view(event.message)})
    hash = hash_of("\xff", hash_of(part, hash));  // no text holds this byte: "a","b" is not "ab",""
  hash = hash_of(std::to_string(first.time_since_epoch().count()), hash);
  auto const suffix = "." + hexadecimal(hash, 16);
  auto stem = event.involved.name.substr(0, most_name - suffix.size());
  while (!stem.empty() && (stem.back() == '.' || stem.back() == '-')) stem.pop_back();
  return stem + suffix;
}

}  // namespace

std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
  return std::string(text.substr(0, end));
}

EventAggregator::EventAggregator(AggregatorOptions options) : options_(std::move(options)) {}

bool EventAggregator::record(ObjectReference const& involved, EventType type, std::string_view reason,
                             std::string_view message, WallTime now) {
  auto const key = Key{involved.name_space,       involved.kind, involved.name, involved.uid, type, std::string(reason),
                       cut(message, most_message)};
  if (auto const known = by_key_.find(key); known != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
    repeat(*known->second, involved, now);
    return true;
  }
  if (!admits(involved.name_space) || !spend(involved, now)) {
    ++dropped_;
    return false;
  }
  make_room();
  queue(remember(key, involved, now));
  shrink();
  return true;
}

void EventAggregator::repeat(Entry& entry, ObjectReference const& involved, WallTime now) {
  auto const waits = entry.pending || entry.again;
  auto const forgotten = now - entry.last >= options_.repeat_window;
  if (forgotten && !waits && !entry.taken) {
    renew(entry, involved, now);
  } else {
    ++entry.event.count;
  }
  entry.last = now;
  entry.event.last_timestamp = to_rfc3339(now);
  if (waits || !admits(involved.name_space) || !spend(involved, now)) return;
  make_room();
  queue(entry);
}

// Where all is full, the namespace with the most gives way, but only to one that has less than it even then: else two
// that have the same would push out each other's Events in turn.
bool EventAggregator::admits(std::string const& name_space) const {
  if (pending() < options_.max_pending) return true;
  return pending_.size_of(pending_.largest()) > pending_.size_of(name_space) + 1;
}

// The newest goes: what came before it may be its cause.
void EventAggregator::make_room() {
  if (pending() < options_.max_pending) return;
  auto const newest = pending_.erase_last(pending_.largest());
  if (!newest) return;
  by_id_.at(newest->item)->pending = false;
  ++dropped_;
}

EventAggregator::Entry& EventAggregator::remember(Key const& key, ObjectReference const& involved, WallTime now) {
  auto& entry = entries_.emplace_front();
  entry.id = next_id_++;
  entry.key = key;
  entry.event.type = std::get<4>(entry.key);
  entry.event.reason = std::get<5>(entry.key);
  entry.event.message = std::get<6>(entry.key);
  entry.event.source_component = options_.component;
  entry.event.source_host = options_.host;
  entry.last = now;
  renew(entry, involved, now);
  by_key_.emplace(entry.key, entries_.begin());
  by_id_.emplace(entry.id, entries_.begin());
  return entry;
}

void EventAggregator::renew(Entry& entry, ObjectReference const& involved, WallTime now) {
  auto& event = entry.event;
  event.involved = involved;
  event.meta.name = event_name(event, now);
  event.meta.name_space = involved.name_space.empty() ? "default" : involved.name_space;
  event.first_timestamp = event.last_timestamp = to_rfc3339(now);
  event.count = 1;
  entry.posted = false;
}

void EventAggregator::queue(Entry& entry) {
  if (entry.taken) {
    entry.again = true;
    return;
  }
  if (entry.pending) return;
  entry.pending = true;
  pending_.put(entry.event.involved.name_space, next_place_++, entry.id);
}

void EventAggregator::shrink() {
  for (auto at = entries_.end(); at != entries_.begin() && entries_.size() > options_.max_remembered;) {
    --at;
    if (at->pending || at->taken) continue;
    by_key_.erase(at->key);
    by_id_.erase(at->id);
    at = entries_.erase(at);
  }
}

bool EventAggregator::spend(ObjectReference const& involved, WallTime now) {
  auto const object = fmt::format("{}/{}/{}/{}", involved.kind, involved.name_space, involved.name, involved.uid);
  auto const full = static_cast<double>(options_.burst);
  if (buckets_.size() >= options_.max_remembered && !buckets_.contains(object)) {
    std::erase_if(buckets_, [&](auto const& each) { return now - each.second.at >= options_.refill * options_.burst; });
    // Still too many objects at once: those that were seen first lose their memory, not the event.
    if (buckets_.size() >= options_.max_remembered) buckets_.clear();
  }
  auto& bucket = buckets_.try_emplace(object, Bucket{full, now}).first->second;
  auto const waited = std::chrono::duration<double>(now - bucket.at) / options_.refill;
  bucket.tokens = std::min(full, bucket.tokens + std::max(0.0, waited));
  bucket.at = now;
  if (bucket.tokens < 1.0) return false;
  bucket.tokens -= 1.0;
  return true;
}

std::uint64_t EventAggregator::take_id() {
  if (postponed_.empty()) return pending_.take()->item;
  auto const id = postponed_.front();
  postponed_.pop_front();
  return id;
}

std::optional<EventWrite> EventAggregator::take() {
  if (pending() == 0) return std::nullopt;
  auto& entry = *by_id_.at(take_id());
  entry.pending = false;
  entry.taken = true;
  entry.again = false;
  return EventWrite{.id = entry.id, .create = !entry.posted, .event = entry.event};
}

void EventAggregator::finish(std::uint64_t id, EventOutcome outcome) {
  auto const at = by_id_.find(id);
  if (at == by_id_.end()) return;
  auto& entry = *at->second;
  entry.taken = false;
  entry.posted = outcome == EventOutcome::written;
  if (entry.again || outcome == EventOutcome::missing) queue(entry);
}

void EventAggregator::postpone(std::uint64_t id) {
  auto const at = by_id_.find(id);
  if (at == by_id_.end()) return;
  auto& entry = *at->second;
  entry.taken = false;
  entry.pending = true;
  postponed_.push_front(id);
}

}  // namespace k8s
