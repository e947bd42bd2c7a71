#include "provisioner/controller/waiting_notices.hpp"

#include <set>
#include <string_view>

#include "provisioner/core/naming.hpp"

namespace nfs {

std::vector<EmitEvent> WaitingNotices::next(std::string const& trouble,
                                            std::vector<k8s::ObjectReference> const& waiting,
                                            ClaimExists const& claim_exists, k8s::SteadyTime now) {
  if (trouble.empty()) return all_clear(claim_exists);
  forget_all_but(waiting);
  std::vector<EmitEvent> events;
  auto const tell = [&](k8s::ObjectReference const& claim) {
    told_.insert_or_assign(claim.uid, Told{claim, trouble, now});
    events.push_back({claim, k8s::EventType::warning, std::string(names::waiting_for_export), trouble});
  };
  for (auto const& claim : waiting) {
    if (events.size() == most_at_once) return events;
    if (!told_.contains(claim.uid)) tell(claim);
  }
  for (auto const& claim : waiting) {
    if (events.size() == most_at_once) return events;
    if (is_due(told_.at(claim.uid), trouble, now)) tell(claim);
  }
  return events;
}

bool WaitingNotices::is_due(Told const& told, std::string const& trouble, k8s::SteadyTime now) const {
  auto const pause = told.message == trouble ? std::chrono::seconds{repeat_after} : settle_for;
  return now - told.when >= pause;
}

std::vector<EmitEvent> WaitingNotices::all_clear(ClaimExists const& claim_exists) {
  std::vector<EmitEvent> events;
  while (!told_.empty() && events.size() < most_at_once) {
    auto const& claim = told_.begin()->second.claim;
    if (claim_exists(claim.uid))
      events.push_back({claim, k8s::EventType::normal, std::string(names::export_usable),
                        "the export can be used again; provisioning goes on"});
    told_.erase(told_.begin());
  }
  return events;
}

// Deleted, bound elsewhere, or no longer of a class of ours.
void WaitingNotices::forget_all_but(std::vector<k8s::ObjectReference> const& waiting) {
  std::set<std::string_view> uids;
  for (auto const& claim : waiting) uids.insert(claim.uid);
  std::erase_if(told_, [&](auto const& each) { return !uids.contains(each.first); });
}

}  // namespace nfs
