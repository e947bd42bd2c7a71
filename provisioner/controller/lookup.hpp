#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "k8s/api/client.hpp"
#include "provisioner/controller/reconciler_parts.hpp"

namespace nfs {

/// What a reconciler is at: a claim, the volume that is (to be) made for it, or both. Each may be null.
struct Subject {
  ClaimPointer claim;
  VolumePointer volume;
  /// The claim that the volume names, by its uid: `claim` mostly, and another where the volume was given away.
  ClaimPointer holder;
  /// The claim was read from the API server: it has all its labels and annotations, not only those that caches keep.
  bool claim_is_whole = false;
};

/// What a decision rests on beside the claim and the volume.
struct Lookup {
  ClaimPointer whole_claim;                ///< the claim as it is now, where its class asks for what caches do not keep
  ClassPointer class_of_claim;             ///< null: there is none of that name, or no claim
  ClassPointer class_of_volume;            ///< likewise
  bool choosable_volume = false;           ///< as ClaimView has it
  bool claim_is_gone = false;              ///< as VolumeView has it
  std::string namespace_uid;               ///< as Question has it; empty: unknown, or of no concern
  std::string namespace_made_at;           ///< likewise
  bool class_of_claim_unreadable = false;  ///< there is one, and it cannot be read; class_of_claim is null
  bool class_of_volume_unreadable = false;  ///< likewise
};

/// Where the answer rests on them, they are asked for: a watch may be behind, and what is decided on a class as it was,
/// its policy before all, is frozen on a volume or done to its data. nullopt: the claim is gone or asks for another
/// class by now; read it anew.
[[nodiscard]] k8s::Result<std::optional<Lookup>> look_up(Subject const& subject, ReconcilerParts& parts,
                                                         k8s::Client& client, std::stop_token stop);

}  // namespace nfs
