#include <fmt/format.h>

#include "provisioner/controller/worker.hpp"
#include "provisioner/service/archive_pruner.hpp"
#include "provisioner/service/archive_watch.hpp"
#include "provisioner/service/cluster_heartbeat.hpp"
#include "provisioner/service/cluster_taker.hpp"
#include "provisioner/service/lost_volume_finder.hpp"
#include "provisioner/service/trash_keeper.hpp"
#include "tests/simulation/replica.hpp"

namespace nfs::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int workers = 2;
constexpr auto purge_every = 300s;

}  // namespace

void Replica::ask_what_is_allowed() {
  k8s::Client client(wire_.connect());
  permissions_.run(client, {}, [this] { router_.route_all(); });
}

void Replica::grant() {
  if (settings_.current().permissions == Permissions{}) return;
  settings_.set(Permissions{});
  router_.route_all();
}

void Replica::serve() {
  Fiber::wait([this] { return watch_.complete() && permissions_.may_serve(); });
  auto& site = *sites_.front();
  (void)opener_.open(site, 0, {}, {});
  scene_.tell(name_, "serving");
  for (int i = 0; i < workers; ++i) start(fmt::format("worker {}", i + 1), [this] { work(); });
  start("archives", [this] { read_archives(); });
  start(
      "trash", [this, &site] { TrashKeeper(site, 1h, scene_.clock, log_).run({}); }, true);
  start(
      "lost volumes", [this, &site] { LostVolumeFinder(site, 0, ledger_, queues_, scene_.clock, log_).run({}); }, true);
  start(
      "purger", [this] { purge(); }, true);
  if (!scene_.identity.shares) return;
  start(
      "heartbeat", [this, &site] { ClusterHeartbeat(site, settings_, scene_.clock, log_).run({}); }, true);
}

void Replica::read_archives() {
  auto& site = *sites_.front();
  (void)archives_.read(site, {});
  scene_.tell(name_, "all archives are known");
  start(
      "pruner",
      [this, &site] {
        k8s::Client client(wire_.connect());
        ArchivePruner(site, view_, client, settings_.current().trash_retention, pruning_clock_, log_).run({});
      },
      true);
  start(
      "archive watch", [this, &site] { ArchiveWatch(site, scene_.clock, log_).run({}); }, true);
  if (!scene_.identity.shares) return;
  start(
      "taker", [this, &site] { ClusterTaker(site, settings_, keys_, queues_, scene_.clock, log_).run({}); }, true);
}

void Replica::work() {
  Reconciler reconciler(parts_, 0, acting_.connect());
  Reconciler releaser(releasing_parts_, 0, acting_.connect());
  Worker worker(queue(), [&](std::string const& key, auto const&) { return reconcile(reconciler, releaser, key); });
  while (true) {
    Fiber::wait([this] {
      auto const due = queue().next_due();
      return due && *due <= scene_.clock.steady();
    });
    if (auto const key = queue().try_take()) worker.work_on(*key, {});
  }
}

Verdict Replica::reconcile(Reconciler& reconciler, Reconciler& releaser, std::string const& key) {
  ++counts_[key];
  auto const volume = view_.volumes().get(key);
  bool const apart = volume && volume->phase == "Released" && scene_.sabotaged(Sabotage::release_not_awaited);
  auto const verdict = (apart ? releaser : reconciler).reconcile(key, {});
  return scene_.sabotaged(Sabotage::failures_forgotten) ? Verdict(Settled{}) : verdict;
}

void Replica::purge() {
  auto& store = sites_.front()->store();
  while (true) {
    if (scene_.sabotaged(Sabotage::purge_of_archives))
      for (auto const& record : store.catalog().all()) (void)store.move_to_trash(record.archived_path);
    if (auto const waiting = store.trashed(); waiting)
      for (auto const& volume : *waiting) (void)store.purge_some(volume, 3);
    Fiber::wait_until(scene_.clock.steady() + (scene_.dice.chance(50) ? 1s : purge_every));
  }
}

}  // namespace nfs::simulation
