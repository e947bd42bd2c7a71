#include "tests/bench/claim_watch.hpp"

#include <algorithm>
#include <ranges>

namespace nfs::bench {

ClaimWatch::ClaimWatch(test::Cluster& cluster)
    : claims_thread_(watch(cluster, k8s::kind_of<k8s::Claim>(), &ClaimWatch::note_claim)),
      volumes_thread_(watch(cluster, k8s::kind_of<k8s::Volume>(), &ClaimWatch::note_volume)) {}

std::jthread ClaimWatch::watch(test::Cluster& cluster, k8s::Kind const& kind, OnObject on_object) {
  auto const now = cluster.get_json(k8s::collection_path(kind) + "?limit=1");
  return std::jthread([this, &kind, on_object, client = std::make_shared<k8s::Client>(cluster.connect()),
                       position = test::text_at(now, "/metadata/resourceVersion")](std::stop_token stop) {
    run(*client, kind, position, on_object, stop);
  });
}

void ClaimWatch::run(k8s::Client& client, k8s::Kind const& kind, std::string position, OnObject on_object,
                     std::stop_token stop) {
  auto const on_line = [&](std::string_view line) -> k8s::Result<void> {
    auto const now = std::chrono::steady_clock::now();
    auto const event = k8s::read_watch_event(line);
    if (!event) return event.error();
    if (event->type == k8s::WatchEvent::Type::error)
      return k8s::make_error(k8s::ErrorKind::protocol, std::string(event->object));
    auto const at = k8s::read_bookmark(event->object);
    if (!at) return at.error();
    position = at->resource_version;
    if (event->type != k8s::WatchEvent::Type::bookmark) (this->*on_object)(*event, now);
    return {};
  };
  while (!stop.stop_requested()) {
    auto const ended = client.watch(kind, {.resource_version = position}, on_line, stop);
    if (ended || ended.error().is(k8s::ErrorKind::transport) || ended.error().is(k8s::ErrorKind::cancelled)) continue;
    k8s::MutexLock const lock(mutex_);
    failure_ = ended.error().message;
    return;
  }
}

void ClaimWatch::note_claim(k8s::WatchEvent const& event, Time now) {
  auto const claim = k8s::read<k8s::Claim>(event.object);
  if (!claim) return;
  k8s::MutexLock const lock(mutex_);
  auto& moments = claims_[claim->meta.uid];
  if (event.type == k8s::WatchEvent::Type::deleted) {
    moments.gone = now;
  } else if (claim->phase == "Bound" && !moments.bound) {
    moments.bound = now;
  }
}

void ClaimWatch::note_volume(k8s::WatchEvent const& event, Time now) {
  auto const volume = k8s::read<k8s::Volume>(event.object);
  if (!volume || !volume->claim_ref) return;
  k8s::MutexLock const lock(mutex_);
  auto& moments = claims_[volume->claim_ref->uid];
  if (event.type == k8s::WatchEvent::Type::deleted) {
    moments.volume_gone = now;
  } else if (!moments.volume) {
    moments.volume = now;
  }
}

void ClaimWatch::asked(std::string const& uid, Time when) {
  k8s::MutexLock const lock(mutex_);
  claims_[uid].asked = when;
}

std::size_t ClaimWatch::count(std::optional<Time> Moments::*moment) const {
  k8s::MutexLock const lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(
      claims_, [moment](auto const& each) { return each.second.asked && (each.second.*moment).has_value(); }));
}

std::vector<Moments> ClaimWatch::moments() const {
  k8s::MutexLock const lock(mutex_);
  std::vector<Moments> all;
  for (auto const& [uid, moments] : claims_)
    if (moments.asked) all.push_back(moments);
  return all;
}

Moments ClaimWatch::moments_of(std::string const& uid) const {
  k8s::MutexLock const lock(mutex_);
  auto const found = claims_.find(uid);
  return found == claims_.end() ? Moments{} : found->second;
}

void ClaimWatch::forget() {
  k8s::MutexLock const lock(mutex_);
  claims_.clear();
}

void ClaimWatch::check() const {
  k8s::MutexLock const lock(mutex_);
  if (!failure_.empty()) throw std::runtime_error{"a watch of the benchmark broke: " + failure_};
}

}  // namespace nfs::bench
