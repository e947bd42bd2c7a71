#include "provisioner/service/lost_volume_finder.hpp"

#include <utility>
#include <variant>

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 10min;
constexpr auto look_again_after = 30s;
constexpr auto look_for_lead_every = 5s;

LostVolume lost_volume(Intent const& intent, RelativePath path) {
  k8s::ObjectReference claim;
  claim.uid = intent.claim_uid;
  claim.name_space = intent.claim_namespace;
  claim.name = intent.claim_name;
  return {std::move(path), std::move(claim), intent.namespace_uid, intent.storage_class};
}

}  // namespace

void LostVolumeFinder::run(std::stop_token stop) {
  // A standby's queues take nothing.
  while (!queues_.opened())
    if (!clock_.wait_for(look_for_lead_every, stop)) return;
  while (true) {
    bool const all = look(stop);
    if (!clock_.wait_for(all ? look_every : look_again_after, stop)) return;
  }
}

bool LostVolumeFinder::look(std::stop_token const& stop) {
  std::string trouble;
  auto const names = site_.store().volume_names();
  if (names.has_error()) trouble = names.error().message;
  for (auto name = names ? names->begin() : decltype(names->begin()){}; names && name != names->end(); ++name) {
    if (stop.stop_requested()) return false;
    if (!is_blank(ledger_.life(*name))) continue;
    auto const looked = look_at(*name);
    if (looked.has_error() && trouble.empty()) trouble = looked.error().message;
  }
  if (once_.changed(trouble) && !trouble.empty())
    log_.warning("cannot look for volumes that are gone without their release; retrying",
                 {{"export", site_.where().mount}, {"error", trouble}});
  return trouble.empty();
}

StorageResult<void> LostVolumeFinder::look_at(std::string const& volume) {
  auto const intent = site_.store().find_volume(volume);
  // It tells nothing, and never will: the log of a release says so.
  if (intent.has_error() && intent.error().fault == StorageFault::malformed) return {};
  if (intent.has_error()) return intent.error();
  if (!*intent) return {};  // released meanwhile
  // Whose it is could not be told: the record would keep it from its own claim.
  if ((*intent)->namespace_uid.empty()) return {};
  auto path = RelativePath::parse_internal((*intent)->path);
  auto* const clean = std::get_if<RelativePath>(&path);
  if (clean == nullptr) return {};
  if (!ledger_.found_lost(volume, export_index_, lost_volume(**intent, std::move(*clean)))) return {};
  log_.info("the export's records name a volume that no watch shows; asking the API server whether it is gone",
            {{"volume", volume}, {"claim", (*intent)->claim_namespace + "/" + (*intent)->claim_name}});
  site_.queue().add(volume, (*intent)->claim_namespace);
  return {};
}

}  // namespace nfs
