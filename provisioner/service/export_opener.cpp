#include "provisioner/service/export_opener.hpp"

#include <cstdint>
#include <utility>

#include "provisioner/controller/resume_intents.hpp"
#include "provisioner/controller/say_once.hpp"
#include "provisioner/controller/start_backoff.hpp"
#include "provisioner/core/expected_export.hpp"
#include "provisioner/exports/export_status.hpp"
#include "provisioner/storage/files/remedy.hpp"

namespace nfs {

ExportOpener::ExportOpener(ClusterView& view, Ledger& ledger, ExportQueues& queues, SharedSettings const& settings,
                           k8s::Clock const& clock, k8s::Log const& log)
    : view_(view), ledger_(ledger), queues_(queues), settings_(settings), clock_(clock), log_(log) {}

bool ExportOpener::open(ExportSite& site, std::size_t export_index, Told const& told, std::stop_token stop) {
  SayOnce once;
  for (std::uint32_t failures = 1;; ++failures) {
    auto const opened = try_to_open(site, export_index);
    if (opened.has_value()) break;
    auto const& error = opened.error();
    site.health().cannot_be_used(error.message);
    told.cannot_open(error);
    if (once.changed(error.message))
      log_.error("the export cannot be used; retrying",
                 {{"export", site.where().mount}, {"error", with_remedy(error)}});
    if (!clock_.wait_for(start_backoff(failures), stop)) return false;
  }
  told.opened();
  look_at(site, true);
  log_.info("serving", {{"export", site.where().server + ":" + site.where().path},
                        {"mounted", site.where().mount},
                        {"id", site.id()},
                        {"provisioner", settings_.current().provisioner},
                        {"cluster", to_string(settings_.current().cluster)}});
  tell_of_neighbours(site);
  return true;
}

StorageResult<void> ExportOpener::try_to_open(ExportSite& site, std::size_t export_index) {
  auto const settings = settings_.current();
  auto& store = site.store();
  store.act_for(settings.cluster.id);
  ExpectedOn expected(site.where(), settings.provisioner, ledger_.export_ids());
  view_.volumes().for_each([&](VolumePointer const& volume) { expected.add(*volume); });
  auto id = store.identify(std::move(expected).all());
  if (id.has_error()) return id.error();
  auto const neighbours = store.neighbours().look();
  if (neighbours.has_error()) return neighbours.error();
  auto const intents = store.intents();
  if (intents.has_error()) return intents.error();
  for (auto const& volume : resume_intents(*intents, export_index, ledger_))
    queues_.add({volume, view_.namespace_of(volume)});
  auto const placed = ledger_.identified(export_index, *id, [&](auto const& visit) {
    view_.volumes().for_each([&](VolumePointer const& volume) { visit(*volume); });
  });
  if (auto const* why = std::get_if<Refusal>(&placed)) return StorageError{StorageFault::wrong_export, why->message};
  site.identified(std::move(*id));
  for (auto const& volume : std::get<Ledger::Names>(placed)) queues_.add({volume, view_.namespace_of(volume)});
  return {};
}

void ExportOpener::tell_of_neighbours(ExportSite& site) const {
  for (auto const& neighbour : *site.store().neighbours().last())
    log_.info("another cluster uses the export; its directories are left alone",
              {{"export", site.where().mount},
               {"cluster", to_string(neighbour.cluster)},
               {"last_seen", neighbour.last_seen}});
}

}  // namespace nfs
