#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/relative_path.hpp"
#include "provisioner/core/settings.hpp"

namespace nfs {

/// How an ObjectReference names a claim, a volume.
[[nodiscard]] k8s::ObjectReference reference_to(k8s::Claim const& claim);
[[nodiscard]] k8s::ObjectReference reference_to(k8s::Volume const& volume);

/// Everything that the volume of a claim is made of.
struct VolumePlan {
  RelativePath path;
  Export const* where = nullptr;
  std::string export_id;
  std::string namespace_uid;  ///< empty: unknown
  ClassParameters parameters;
};

/// The PersistentVolume of a claim, as it is posted. docs/behaviour.md#volume.
[[nodiscard]] k8s::Volume make_volume(k8s::Claim const& claim, k8s::StorageClass const& storage_class,
                                      VolumePlan const& plan, Settings const& settings);

/// What we froze on a volume when we made it.
struct FrozenPolicy {
  std::string export_id;
  RelativePath path;
  OnDelete on_delete = OnDelete::archive;
  std::string retention;        ///< "30d"; empty: for ever
  std::string trash_retention;  ///< "1h", "0"; empty: as the program's setting says
  std::string namespace_uid;    ///< empty: was unknown
  std::string cluster_id;       ///< of the cluster that it was made for; empty: was not said
  bool scratch = false;         ///< made for a claim that belongs to a pod
};

/// nullopt: a volume without our annotations (upstream's). A Refusal: they were edited into something that cannot be
/// read, and nothing may be done on their word.
[[nodiscard]] OrRefusal<std::optional<FrozenPolicy>> frozen_policy(k8s::Volume const& volume);

/// How long the volume's data is kept once its claim is gone, as far as the volume says; nullopt: for ever.
[[nodiscard]] std::optional<std::chrono::seconds> kept_for(k8s::Volume const& volume);

/// Whether `volume` says that it was made by, or migrated to, the provisioner `name`.
[[nodiscard]] bool provisioned_by(k8s::Volume const& volume, std::string_view name);

/// Whether it says that another provisioner than `name` has made it, who then deals with it in the end.
[[nodiscard]] bool is_of_other_provisioner(k8s::Volume const& volume, std::string_view name);

}  // namespace nfs
