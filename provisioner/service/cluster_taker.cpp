#include "provisioner/service/cluster_taker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "provisioner/base/host.hpp"

namespace nfs {
namespace {

constexpr std::chrono::seconds look_every{10};
// Two heartbeats: so a clock that is wrong does not make a cluster that lives look silent.
constexpr std::chrono::minutes watch_for{2};

}  // namespace

void ClusterTaker::run(std::stop_token stop) {
  do look();
  while (clock_.wait_for(look_every, stop));
}

void ClusterTaker::look() {
  auto const looked = try_to_look();
  if (looked.has_error()) say_once("cannot take over a cluster; retrying", looked.error().message);
}

StorageResult<void> ClusterTaker::try_to_look() {
  auto const settings = settings_.current();
  auto& store = site_.store();
  auto neighbours = store.neighbours().last();
  bool const unsure = std::ranges::any_of(
      *neighbours, [&](Neighbour const& each) { return sign_of_life(each, clock_.wall()) == SignOfLife::unsure; });
  if (unsure) {
    auto seen = store.neighbours().look();
    if (seen.has_error()) return seen.error();
    neighbours = *seen;
  }
  wake_if_one_is_seen_alive(*neighbours);
  if (auto decided = decide_by_itself(settings, *neighbours); decided.has_error()) return decided;
  auto const decisions = store.decided_take_overs();
  if (decisions.has_error()) return decisions.error();
  if (settings.take_over == TakeOver::never && !decisions->empty()) {
    say_once("a cluster is not taken over, though that was decided: takeOver is never",
             to_string(decisions->front().from));
    return {};
  }
  for (auto const& decision : *decisions) {
    auto const taken = carry_out(decision, *neighbours);
    if (taken.has_error()) return taken.error();
    if (!*taken) return {};
  }
  if (decisions->empty()) (void)once_.changed({});
  return {};
}

StorageResult<void> ClusterTaker::decide_by_itself(Settings const& settings, Neighbours const& neighbours) {
  for (auto const& each : neighbours) {
    bool const watched = was_watched_long_enough(each);
    if (!is_taken_by_itself(each, settings, clock_.wall()) || !watched) continue;
    log_.warning(
        "a cluster of the same name is silent: this one takes its place",
        {{"export", site_.where().mount}, {"cluster", to_string(each.cluster)}, {"last_seen", each.last_seen}});
    auto const decided = site_.store().decide_take_over({.from = each.cluster,
                                                         .decided_by = "takeOver: sameName, on " + host_name(),
                                                         .time = k8s::to_rfc3339_micros(clock_.wall())});
    if (decided.has_error()) return decided;
  }
  return {};
}

bool ClusterTaker::was_watched_long_enough(Neighbour const& neighbour) {
  auto const now = clock_.steady();
  auto& watched = watched_.try_emplace(neighbour.cluster.id, Watched{neighbour.last_seen, now}).first->second;
  if (watched.heartbeat != neighbour.last_seen) watched = {neighbour.last_seen, now};
  return now - watched.since >= watch_for;
}

// One that is not on the export any more was taken before.
bool ClusterTaker::may_live(TakeOverDecision const& decision, Neighbours const& neighbours) {
  auto const at =
      std::ranges::find(neighbours, decision.from.id, [](Neighbour const& each) { return each.cluster.id; });
  return at != neighbours.end() && sign_of_life(*at, clock_.wall()) != SignOfLife::silent;
}

StorageResult<bool> ClusterTaker::carry_out(TakeOverDecision const& decision, Neighbours const& neighbours) {
  if (!decision.forced && may_live(decision, neighbours)) {
    say_once("a cluster is not taken over, though that was decided: it was seen alive since; decide again with --force",
             to_string(decision.from));
    return false;
  }
  auto const done = site_.store().take_over(decision);
  if (done.has_error()) return done.error();
  tell(decision, *done);
  // First: what it had is not another cluster's any more.
  auto const looked = site_.store().neighbours().look();
  queues_.add(keys_.unbound());
  if (looked.has_error()) return looked.error();
  return true;
}

void ClusterTaker::wake_if_one_is_seen_alive(Neighbours const& neighbours) {
  std::map<std::string, SignOfLife> signs;
  bool freed = false;
  for (auto const& each : neighbours) {
    auto const sign = sign_of_life(each, clock_.wall());
    auto const before = last_signs_.find(each.cluster.id);
    bool const was_waited_for = before != last_signs_.end() && before->second != SignOfLife::alive;
    if (was_waited_for && sign == SignOfLife::alive) freed = true;
    signs.emplace(each.cluster.id, sign);
  }
  last_signs_ = std::move(signs);
  if (freed) queues_.add(keys_.unbound());
}

void ClusterTaker::tell(TakeOverDecision const& decision, TakenOver const& done) const {
  log_.info("another cluster was taken over", {{"export", site_.where().mount},
                                               {"cluster", to_string(decision.from)},
                                               {"decided_by", decision.decided_by},
                                               {"volumes", fmt::format("{}", done.volumes)},
                                               {"archives", fmt::format("{}", done.archives)}});
  for (auto const& volume : done.without_directory)
    log_.warning("a volume of that cluster has no directory: there is nothing to take over", {{"volume", volume}});
  for (auto const& volume : done.left)
    log_.warning("an archive of that cluster does not stand; its record stays as it is", {{"volume", volume}});
}

void ClusterTaker::say_once(std::string const& message, std::string const& details) {
  if (once_.changed(message + details)) log_.warning(message, {{"export", site_.where().mount}, {"details", details}});
}

}  // namespace nfs
