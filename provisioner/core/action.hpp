#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "k8s/model/event.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/relative_path.hpp"
#include "provisioner/core/restore.hpp"

namespace nfs {

// One step each. A step can be repeated: done again, it changes nothing. Steps of one decision are taken in order;
// the first that fails ends it, and whoever asked asks again later.

/// Tell people. Never fails, never waits.
struct EmitEvent {
  k8s::ObjectReference about;
  k8s::EventType type = k8s::EventType::normal;
  std::string reason;
  std::string message;
  /// It tells that something has begun: it is of interest only if the end is not told within a second.
  bool if_slow = false;
  bool operator==(EmitEvent const&) const = default;
};

/// Intent, then the directory: made, adopted if it is there, or an archive renamed back.
struct MakeDirectory {
  std::string volume;
  k8s::ObjectReference claim;
  RelativePath path;
  std::uint32_t mode = 0777;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::optional<FromArchive> from;
  Adopts adopts = Adopts::any;
  std::string namespace_uid = {};  ///< of the claim's namespace; empty: unknown
  bool operator==(MakeDirectory const&) const = default;
};

/// POST. One that is there already counts as done if its claimRef.uid is this one's.
struct CreateVolume {
  k8s::Volume volume;
  bool operator==(CreateVolume const&) const = default;
};

/// PATCH persistentvolumes/status {phase: Bound}, and note the volume's uid on it, if none is noted. (The API server
/// takes annotations by the status of a volume, too.)
struct MarkVolumeBound {
  std::string volume;
  bool operator==(MarkVolumeBound const&) const = default;
};

/// PATCH persistentvolumes/status {phase: Released}.
struct MarkVolumeReleased {
  std::string volume;
  bool operator==(MarkVolumeReleased const&) const = default;
};

/// PATCH the claim: spec.volumeName and annotations.
struct BindClaim {
  std::string volume;
  k8s::StringMap annotations;
  bool operator==(BindClaim const&) const = default;
};

/// PATCH persistentvolumeclaims/status {phase: Bound, accessModes, capacity}.
struct MarkClaimBound {
  std::vector<std::string> access_modes;
  std::string capacity;
  bool operator==(MarkClaimBound const&) const = default;
};

/// PATCH the volume: spec.capacity.storage.
struct ResizeVolume {
  std::string volume;
  std::string capacity;
  bool operator==(ResizeVolume const&) const = default;
};

/// PATCH persistentvolumeclaims/status {capacity, allocatedResources}.
struct ResizeClaim {
  std::string capacity;
  bool operator==(ResizeClaim const&) const = default;
};

/// The volume is bound: its intent has done its work.
struct SettleIntent {
  std::string volume;
  bool operator==(SettleIntent const&) const = default;
};

/// The directory that was begun for a volume is others' by now, and that volume is not there: what was begun is
/// forgotten.
struct ForgetIntent {
  std::string volume;
  bool operator==(ForgetIntent const&) const = default;
};

/// Undo a directory whose volume never was, as far as it is ours and empty.
struct UndoDirectory {
  std::string volume;
  bool operator==(UndoDirectory const&) const = default;
};

/// Do with the directory of a released volume what its policy says.
struct ReleaseDirectory {
  std::string volume;
  RelativePath path;
  OnDelete policy = OnDelete::archive;
  k8s::ObjectReference claim;
  std::string namespace_uid;
  std::string storage_class;
  std::string requested_storage;
  std::string retention;
  std::string volume_uid = {};       ///< of the object: a later one of the same name has another
  std::string trash_retention = {};  ///< how long what is deleted, or pruned later on, rests in the trash
  bool scratch = false;
  bool operator==(ReleaseDirectory const&) const = default;
};

/// The directory is left to those who share it: the records say of this volume no longer that it has it.
struct LeaveDirectory {
  std::string volume;
  bool operator==(LeaveDirectory const&) const = default;
};

/// The volume went without its release: a record keeps its directory, which stays where it is, for its claim.
struct KeepLostDirectory {
  ReleaseDirectory directory;  ///< its policy is retain
  bool operator==(KeepLostDirectory const&) const = default;
};

/// DELETE with the uid as precondition; success if it is gone.
struct DeleteVolume {
  std::string volume;
  std::string uid;
  bool operator==(DeleteVolume const&) const = default;
};

/// The records on the export name this claim as the one that has the volume, from now on.
struct RecordHolder {
  std::string volume;
  k8s::ObjectReference claim;
  std::string namespace_uid;  ///< empty: unknown
  std::string storage_class;
  bool operator==(RecordHolder const&) const = default;
};

/// PATCH the volume: these annotations.
struct AnnotateVolume {
  std::string volume;
  k8s::StringMap annotations;
  bool operator==(AnnotateVolume const&) const = default;
};

/// Put our finalizer on, or take it off. Success if the volume is gone.
struct AddFinalizer {
  std::string volume;
  std::string uid;
  bool operator==(AddFinalizer const&) const = default;
};
struct RemoveFinalizer {
  std::string volume;
  std::string uid;
  bool operator==(RemoveFinalizer const&) const = default;
};

using Action =
    std::variant<EmitEvent, MakeDirectory, CreateVolume, MarkVolumeBound, MarkVolumeReleased, BindClaim, MarkClaimBound,
                 ResizeVolume, ResizeClaim, SettleIntent, ForgetIntent, UndoDirectory, ReleaseDirectory, LeaveDirectory,
                 KeepLostDirectory, DeleteVolume, RecordHolder, AnnotateVolume, AddFinalizer, RemoveFinalizer>;

}  // namespace nfs
