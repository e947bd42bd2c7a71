#include <fmt/format.h>

#include <algorithm>

#include "provisioner/app/resume_intents.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"
#include "tests/simulation/replica.hpp"

namespace nfs::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int workers = 2;
constexpr auto prune_every = 10s;
constexpr auto purge_every = 300s;
constexpr k8s::BackoffPolicy start_backoff{.first = 1s, .most = 30s, .jitter = 0.2};

}  // namespace

std::vector<std::string> Replica::known_ids() {
  std::vector<std::string> ids;
  for (auto const& volume : view_.volumes().all()) {
    if (!provisioned_by(*volume, our_name) || !directory_on(exports_.front(), *volume)) continue;
    if (auto const* id = k8s::find(volume->meta.annotations, names::export_id)) ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void Replica::open() {
  Fiber::wait([this] { return elected_ && volumes_listed_ && view_.synced(); });
  auto& site = *sites_.front();
  for (std::uint32_t failures = 1;; ++failures) {
    auto id = site.store().identify(known_ids());
    auto intents = id ? site.store().intents() : StorageResult<std::vector<Intent>>(id.error());
    if (intents) {
      for (auto const& volume : resume_intents(*intents, 0, ledger_)) enqueue(volume);
      site.identified(*id);
      break;
    }
    scene_.tell(name_, "the export cannot be used: " + intents.error().message);
    Fiber::wait_until(scene_.clock.steady() + start_backoff.delay(failures, 0.5));
  }
  scene_.tell(name_, "serving");
  for (int i = 0; i < workers; ++i) start(fmt::format("worker {}", i + 1), [this] { work(); });
  start("survey", [this] { survey_archives(); });
  start(
      "purger", [this] { purge(); }, true);
}

void Replica::survey_archives() {
  auto& site = *sites_.front();
  for (std::uint32_t failures = 1;; ++failures) {
    auto survey = site.store().survey_archives();
    if (survey) {
      site.found_unrecorded(std::move(survey->unrecorded));
      break;
    }
    (void)site.cannot_survey(survey.error());
    scene_.tell(name_, "the archives cannot be read: " + survey.error().message);
    Fiber::wait_until(scene_.clock.steady() + start_backoff.delay(failures, 0.5));
  }
  scene_.tell(name_, "all archives are known");
  // Sorted: the order in an index is that of addresses.
  std::vector<std::string> keys;
  for (auto const& each : view_.classes().all())
    for (auto const& claim : view_.unbound_claims(each->meta.name)) keys.push_back(volume_name(*claim));
  std::sort(keys.begin(), keys.end());
  for (auto const& key : keys) enqueue(key);
  start(
      "pruner", [this] { prune(); }, true);
}

/// Others add to the site's own queue, which waits in real time.
void Replica::collect_keys() {
  auto& inbox = sites_.front()->queue();
  while (inbox.size() > 0) {
    auto const key = inbox.take({});
    inbox.done(*key);
    enqueue(*key);
  }
}

void Replica::work() {
  Reconciler reconciler(shop_, 0, acting_.connect());
  Reconciler releaser(releasing_shop_, 0, acting_.connect());
  while (true) {
    Fiber::wait([this] {
      collect_keys();
      auto const due = queue_.next_due();
      return due && *due <= scene_.clock.steady();
    });
    auto const taken = queue_.take(scene_.clock.steady());
    if (!taken) continue;
    auto const& key = taken->key;
    ++counts_[key];
    auto const volume = view_.volumes().get(key);
    bool const apart = volume && volume->phase == "Released" && scene_.sabotaged(Sabotage::release_not_awaited);
    auto const verdict = (apart ? releaser : reconciler).reconcile(key, {});
    auto const* again = std::get_if<TryAgain>(&verdict);
    if (again != nullptr && !scene_.sabotaged(Sabotage::failures_forgotten))
      queue_.retry(key, scene_.clock.steady(), again->at_least);
    else
      queue_.done(key, scene_.clock.steady());
  }
}

void Replica::prune() {
  auto& store = sites_.front()->store();
  while (true) {
    Fiber::wait_until(scene_.clock.steady() + prune_every);
    auto const ended = scene_.sabotaged(Sabotage::retention_ignores_time) ? store.catalog().all()
                                                                          : store.catalog().ended(scene_.clock.wall());
    for (auto const& record : ended) {
      if (record.retention.empty()) continue;
      if (auto const pruned = store.prune(record); pruned && *pruned) scene_.tell(name_, "pruned " + record.volume);
    }
  }
}

void Replica::purge() {
  auto& store = sites_.front()->store();
  while (true) {
    if (scene_.sabotaged(Sabotage::purge_of_archives))
      for (auto const& record : store.catalog().all()) (void)store.throw_away(record.archived_path);
    if (auto const waiting = store.trashed(); waiting)
      for (auto const& volume : *waiting) (void)store.purge_some(volume, 3);
    Fiber::wait_until(scene_.clock.steady() + (scene_.dice.chance(50) ? 1s : purge_every));
  }
}

}  // namespace nfs::simulation
