#include "provisioner/core/unread_volume.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

bool moves_directory(Action const& action) {
  return std::holds_alternative<ReleaseDirectory>(action) || std::holds_alternative<UndoDirectory>(action);
}

Wait wait_for(std::string const& unread, k8s::Volume const* volume) {
  auto const message = "nothing was touched: volume " + unread +
                       " cannot be read, and may use this directory; mend or delete that volume";
  Wait wait{Reason::volume_unreadable, unread};
  if (volume != nullptr)
    wait.event =
        EmitEvent{reference_to(*volume), k8s::EventType::warning, std::string(names::volume_failed_delete), message};
  return wait;
}

}  // namespace

Decision spare_unread(Decision decision, Occupancy const& occupancy, k8s::Volume const* volume) {
  auto const unread = occupancy.unread();
  auto* act = std::get_if<Act>(&decision);
  if (!unread || act == nullptr) return decision;
  if (std::ranges::any_of(act->actions, moves_directory)) return wait_for(*unread, volume);
  for (auto& action : act->actions) {
    if (auto* make = std::get_if<MakeDirectory>(&action)) make->adopts = Adopts::none;
  }
  return decision;
}

}  // namespace nfs
