#pragma once

#include <string_view>

namespace nfs {

/// Why a decision does nothing now. For the log; what people are to be told is in an Event.
enum class Reason {
  nothing_there,

  // The claim is not for us, or not yet.
  claim_being_deleted,
  claim_for_other_provisioner,  ///< details: that provisioner
  claim_for_other_volume,       ///< details: that volume
  claim_without_class,
  claim_not_handed_over,  ///< by kube-controller-manager, which may still choose a volume for it
  class_missing,
  class_unreadable,            ///< of the claim, or of a volume that is to be released as its class says
  class_of_other_provisioner,  ///< details: the class, its provisioner
  no_consumer_yet,             ///< the class is WaitForFirstConsumer, and no node was selected
  left_to_recovery,            ///< Velero fills a volume for it
  left_to_populator,           ///< its data source is of a kind that a volume populator serves

  // The claim has, or had, a volume.
  bound,
  bound_elsewhere,           ///< and the volume that we made for it may have been used
  bound_without_our_volume,  ///< the volume of our name for it is gone, or not one of ours
  left_to_controller,        ///< to kube-controller-manager, to bind
  released_under_claim,      ///< the claim is still seen, its volume is Released: the claim's watch lags
  claims_volume_being_deleted,
  creation_in_doubt,

  // The claim's directory cannot be had yet.
  export_not_identified,  ///< also of a volume that is to be released
  directory_soon_free,
  directory_of_other_cluster,
  take_over_undecided,   ///< another cluster had a volume of this claim, and may be the one whose place this one takes
  directory_reserved,    ///< for another claim, by a record of what was kept or archived
  earlier_volume_going,  ///< and the claim wants the data in it
  archives_being_read,
  archives_unreadable,
  archives_too_many,

  // The volume is not to be released, or not yet.
  volume_of_other_provisioner,
  volume_not_on_nfs,
  nothing_due,           ///< details: the volume's phase, its reclaim policy
  volume_does_not_wait,  ///< it is being deleted, without our finalizer
  claim_still_there,
  leaver_goes_first,      ///< another volume leaves its directory to this one
  directory_being_taken,  ///< another volume is just being made of it
  sharer_goes_first,      ///< another volume of the same directory is released too
  volume_unreadable,      ///< another volume, which may be at any directory
};

/// Its text, in plain English and without names.
[[nodiscard]] std::string_view to_string(Reason reason);

}  // namespace nfs
