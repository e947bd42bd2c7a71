#include "provisioner/core/reason.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace nfs {
namespace {

using Text = std::pair<Reason, std::string_view>;

constexpr std::array texts{
    Text{Reason::nothing_there, "neither claim nor volume is there any more"},
    Text{Reason::claim_being_deleted, "the claim is being deleted"},
    Text{Reason::claim_for_other_provisioner, "the claim is for another provisioner"},
    Text{Reason::claim_for_other_volume, "the claim is for another volume"},
    Text{Reason::claim_without_class, "the claim has no class"},
    Text{Reason::claim_not_handed_over, "the claim was not handed to us (yet) by kube-controller-manager"},
    Text{Reason::class_missing, "its class is missing"},
    Text{Reason::class_unreadable, "its class cannot be read"},
    Text{Reason::class_of_other_provisioner, "its class names another provisioner"},
    Text{Reason::no_consumer_yet, "the claim waits for its first consumer"},
    Text{Reason::left_to_recovery, "the claim is left to Velero, which fills a volume for it"},
    Text{Reason::left_to_populator, "the claim is left to a volume populator"},
    Text{Reason::bound, "bound"},
    Text{Reason::bound_elsewhere, "the claim is bound to another volume; ours is kube-controller-manager's to release"},
    Text{Reason::bound_without_our_volume, "bound, its volume is not one of ours or is gone"},
    Text{Reason::left_to_controller, "left to kube-controller-manager to bind"},
    Text{Reason::released_under_claim, "its volume was released by kube-controller-manager"},
    Text{Reason::claims_volume_being_deleted, "its volume is being deleted"},
    Text{Reason::creation_in_doubt, "its volume may yet be created: the request was not answered"},
    Text{Reason::export_not_identified, "the export was not identified yet"},
    Text{Reason::directory_soon_free, "another volume holds its directory for the moment"},
    Text{Reason::directory_of_other_cluster, "another cluster on the export has the directory"},
    Text{Reason::take_over_undecided, "it is not decided whether this cluster takes the place of another one"},
    Text{Reason::directory_reserved, "a record keeps its directory for another claim"},
    Text{Reason::earlier_volume_going, "the volume of this name's earlier claim is about to be released"},
    Text{Reason::archives_being_read, "the archives on the export are being read"},
    Text{Reason::archives_unreadable, "the archives on the export cannot be read"},
    Text{Reason::archives_too_many, "there are too many archives on the export"},
    Text{Reason::volume_of_other_provisioner, "the volume was made by another provisioner"},
    Text{Reason::volume_not_on_nfs, "the volume is not on NFS"},
    Text{Reason::nothing_due, "nothing is due in this phase, with this reclaim policy"},
    Text{Reason::volume_does_not_wait, "the volume is being deleted and does not wait for us"},
    Text{Reason::claim_still_there, "its claim is still there"},
    Text{Reason::leaver_goes_first, "a volume that leaves its directory to this one goes first"},
    Text{Reason::directory_being_taken, "a volume is just being made of its directory"},
    Text{Reason::sharer_goes_first, "a volume that shares its directory goes first"},
    Text{Reason::volume_unreadable, "another volume cannot be read, and may use its directory"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (texts[i].first != static_cast<Reason>(i)) return false;
  return texts.back().first == Reason::volume_unreadable;
}
static_assert(in_order(), "each reason has its text, at its own place");

}  // namespace

std::string_view to_string(Reason reason) {
  return texts[static_cast<std::size_t>(reason)].second;
}

}  // namespace nfs
