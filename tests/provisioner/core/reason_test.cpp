#include "provisioner/core/reason.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

TEST_CASE("each reason has its text") {
  using enum Reason;
  std::vector<std::pair<Reason, std::string>> const table{
      {nothing_there, "neither claim nor volume is there any more"},
      {claim_being_deleted, "the claim is being deleted"},
      {claim_for_other_provisioner, "the claim is for another provisioner"},
      {claim_for_other_volume, "the claim is for another volume"},
      {claim_without_class, "the claim has no class"},
      {claim_not_handed_over, "the claim was not handed to us (yet) by kube-controller-manager"},
      {class_missing, "its class is missing"},
      {class_unreadable, "its class cannot be read"},
      {class_of_other_provisioner, "its class names another provisioner"},
      {no_consumer_yet, "the claim waits for its first consumer"},
      {left_to_recovery, "the claim is left to Velero, which fills a volume for it"},
      {left_to_populator, "the claim is left to a volume populator"},
      {bound, "bound"},
      {bound_elsewhere, "the claim is bound to another volume; ours is kube-controller-manager's to release"},
      {bound_without_our_volume, "bound, its volume is not one of ours or is gone"},
      {left_to_controller, "left to kube-controller-manager to bind"},
      {released_under_claim, "its volume was released by kube-controller-manager"},
      {claims_volume_being_deleted, "its volume is being deleted"},
      {creation_in_doubt, "its volume may yet be created: the request was not answered"},
      {export_not_identified, "the export was not identified yet"},
      {directory_soon_free, "another volume holds its directory for the moment"},
      {directory_of_other_cluster, "another cluster on the export has the directory"},
      {take_over_undecided, "it is not decided whether this cluster takes the place of another one"},
      {directory_reserved, "a record keeps its directory for another claim"},
      {earlier_volume_going, "the volume of this name's earlier claim is about to be released"},
      {archives_being_read, "the archives on the export are being read"},
      {archives_unreadable, "the archives on the export cannot be read"},
      {archives_too_many, "there are too many archives on the export"},
      {volume_of_other_provisioner, "the volume was made by another provisioner"},
      {volume_not_on_nfs, "the volume is not on NFS"},
      {nothing_due, "nothing is due in this phase, with this reclaim policy"},
      {volume_does_not_wait, "the volume is being deleted and does not wait for us"},
      {claim_still_there, "its claim is still there"},
      {leaver_goes_first, "a volume that leaves its directory to this one goes first"},
      {directory_being_taken, "a volume is just being made of its directory"},
      {sharer_goes_first, "a volume that shares its directory goes first"},
      {volume_unreadable, "another volume cannot be read, and may use its directory"},
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    CHECK(table[i].first == static_cast<Reason>(i));
    CHECK(to_string(table[i].first) == table[i].second);
  }
  CHECK(table.back().first == volume_unreadable);
}

TEST_CASE("the log has the names behind a reason, or the words of the Event") {
  CHECK(why(LeaveAlone{Reason::bound}) == to_string(Reason::bound));
  CHECK(why(LeaveAlone{Reason::nothing_due, "Bound, Delete"}).ends_with(": Bound, Delete"));
  Wait wait{Reason::sharer_goes_first, "pvc-9"};
  CHECK(why(wait).ends_with(": pvc-9"));
  wait.event = EmitEvent{{}, k8s::EventType::normal, "WaitingForRelease", "waiting for volume pvc-9"};
  CHECK(why(wait) == "waiting for volume pvc-9");
}
