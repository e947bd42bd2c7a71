#include "provisioner/service/lost_volume_finder.hpp"

#include <utility>
#include <variant>

#include "provisioner/controller/resume_intents.hpp"

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 10min;
constexpr auto look_again_after = 30s;
constexpr auto look_for_lead_every = 5s;

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
  auto const looked = look_at_all(stop);
  auto const trouble = looked.has_error() ? looked.error().message : std::string();
  if (once_.changed(trouble) && !trouble.empty())
    log_.warning("cannot look for volumes that are gone without their release; retrying",
                 {{"export", site_.where().mount}, {"error", trouble}});
  return trouble.empty();
}

// One that cannot be looked at holds up no other.
StorageResult<void> LostVolumeFinder::look_at_all(std::stop_token const& stop) {
  auto const names = site_.store().volume_names();
  if (names.has_error()) return names.error();
  StorageResult<void> first_trouble;
  for (auto const& name : *names) {
    if (stop.stop_requested()) break;
    if (!is_blank(ledger_.life(name))) continue;
    auto looked = look_at(name);
    if (looked.has_error() && first_trouble.has_value()) first_trouble = std::move(looked);
  }
  return first_trouble;
}

StorageResult<void> LostVolumeFinder::look_at(std::string const& volume) {
  auto const found = site_.store().find_volume(volume);
  // One that cannot be read names no directory: it is kept as it is.
  if (found.has_error() && found.error().fault == StorageFault::malformed) return {};
  if (found.has_error()) return found.error();
  if (!*found) return {};  // released meanwhile
  auto const& intent = **found;
  auto path = RelativePath::parse_internal(intent.path);
  if (!std::holds_alternative<RelativePath>(path)) return {};
  LostVolume const lost{{export_index_, std::get<RelativePath>(std::move(path))},
                        claim_of(intent),
                        intent.namespace_uid,
                        intent.storage_class};
  if (!can_be_kept(lost) || !ledger_.found_lost(volume, lost)) return {};
  log_.info("the export's records name a volume that no watch shows; asking the API server whether it is gone",
            {{"volume", volume}, {"claim", lost.claim.name_space + "/" + lost.claim.name}});
  site_.queue().add(volume, lost.claim.name_space);
  return {};
}

}  // namespace nfs
