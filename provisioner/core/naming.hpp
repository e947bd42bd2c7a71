#pragma once

#include <string>
#include <string_view>

#include "k8s/model/claim.hpp"

namespace nfs {

/// Names of Kubernetes' own and of upstream's that the program must use as they are.
namespace names {
inline constexpr std::string_view provisioned_by = "pv.kubernetes.io/provisioned-by";
inline constexpr std::string_view migrated_to = "pv.kubernetes.io/migrated-to";
inline constexpr std::string_view storage_provisioner = "volume.kubernetes.io/storage-provisioner";
inline constexpr std::string_view beta_storage_provisioner = "volume.beta.kubernetes.io/storage-provisioner";
inline constexpr std::string_view selected_node = "volume.kubernetes.io/selected-node";
inline constexpr std::string_view bind_completed = "pv.kubernetes.io/bind-completed";
inline constexpr std::string_view bound_by_controller = "pv.kubernetes.io/bound-by-controller";
inline constexpr std::string_view finalizer = "external-provisioner.volume.kubernetes.io/finalizer";
inline constexpr std::string_view directory_mode = "k8s-sigs.io/nfs-directory-mode";
inline constexpr std::string_view directory_uid = "k8s-sigs.io/nfs-directory-uid";
inline constexpr std::string_view directory_gid = "k8s-sigs.io/nfs-directory-gid";

// Ours, on volumes: what deletion needs, frozen when the volume is made.
inline constexpr std::string_view export_id = "nfs-subdir-provisioner.io/export-id";
inline constexpr std::string_view cluster_id = "nfs-subdir-provisioner.io/cluster-id";
inline constexpr std::string_view path = "nfs-subdir-provisioner.io/path";
inline constexpr std::string_view on_delete = "nfs-subdir-provisioner.io/on-delete";
inline constexpr std::string_view archive_retention = "nfs-subdir-provisioner.io/archive-retention";
inline constexpr std::string_view trash_retention = "nfs-subdir-provisioner.io/trash-retention";
inline constexpr std::string_view namespace_uid = "nfs-subdir-provisioner.io/namespace-uid";
inline constexpr std::string_view scratch = "nfs-subdir-provisioner.io/scratch";
// What is noted on a volume once it is there.
inline constexpr std::string_view volume_uid = "nfs-subdir-provisioner.io/volume-uid";
inline constexpr std::string_view claim_uid = "nfs-subdir-provisioner.io/claim-uid";

// Ours, on classes: its value is "true".
inline constexpr std::string_view made_by_upstream = "nfs-subdir-provisioner.io/made-by-upstream";

// Ours, on claims.
inline constexpr std::string_view restore_from = "nfs-subdir-provisioner.io/restore-from";
inline constexpr std::string_view restore_latest = "latest";  // its value: the newest archive, whatever volume it was
inline constexpr std::string_view restore_none = "none";      // its value: no archive, begin empty

/// A label by which a claim waits for the volume that Velero's data mover fills for it.
inline constexpr std::string_view velero_restore = "velero.io/dynamic-pv-restore";

// Event reasons: those of sig-storage-lib-external-provisioner and of external-resizer, and our own.
// docs/events.md tells of each.
inline constexpr std::string_view provisioning = "Provisioning";
inline constexpr std::string_view provisioning_succeeded = "ProvisioningSucceeded";
inline constexpr std::string_view provisioning_failed = "ProvisioningFailed";
inline constexpr std::string_view waiting = "WaitingForRelease";
inline constexpr std::string_view waiting_for_export = "WaitingForExport";
inline constexpr std::string_view export_usable = "ExportUsable";
inline constexpr std::string_view waiting_for_archives = "WaitingForArchives";
inline constexpr std::string_view volume_failed_delete = "VolumeFailedDelete";
inline constexpr std::string_view archived_instead = "ArchivedInstead";
inline constexpr std::string_view directory_adopted = "DirectoryAdopted";
inline constexpr std::string_view directory_missing = "DirectoryMissing";
inline constexpr std::string_view directory_left = "DirectoryLeft";
inline constexpr std::string_view archive_missing = "ArchiveMissing";
inline constexpr std::string_view cannot_be_read = "CannotBeRead";
inline constexpr std::string_view resizing = "Resizing";
inline constexpr std::string_view resize_successful = "VolumeResizeSuccessful";
inline constexpr std::string_view volume_restored = "VolumeRestored";
inline constexpr std::string_view volume_begins_empty = "VolumeBeginsEmpty";

// On the export.
inline constexpr std::string_view private_directory = ".nfs-subdir-provisioner";
inline constexpr std::string_view archive_prefix = "archived-";
}  // namespace names

/// What Kubernetes takes for a class's provisioner (validateProvisioner, IsQualifiedName; letters of either case): a
/// name of at most 63 letters, digits, `-`, `_` and `.`, and before it, if one likes, a DNS subdomain and a `/`.
[[nodiscard]] bool is_qualified_name(std::string_view text);

/// `pvc-<claim uid>`.
[[nodiscard]] std::string volume_name(k8s::Claim const& claim);

/// The uid of the claim that a volume of this name was made for; empty: the name is none of ours.
[[nodiscard]] std::string_view claim_uid_in(std::string_view volume_name);

/// `namespace-claim-volume`: the default layout, upstream's.
[[nodiscard]] std::string default_directory(k8s::Claim const& claim);

/// `archived-<namespace>-<claim>-<volume>`: always unique, as a volume's name is. Over 255 bytes it is shortened: the
/// front is cut and a hash of the whole put before the volume's name, which stays readable.
[[nodiscard]] std::string archive_name(std::string_view name_space, std::string_view claim, std::string_view volume);

}  // namespace nfs
