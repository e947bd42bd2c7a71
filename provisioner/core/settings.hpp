#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/core/cluster.hpp"
#include "provisioner/core/export.hpp"

namespace nfs {

/// Who binds the volumes that we make. docs/behaviour.md#binding.
enum class Binding {
  direct,      ///< we do, once kube-controller-manager has handed the claim to us by its annotation
  eager,       ///< we do, without waiting for the annotation where that is safe
  controller,  ///< kube-controller-manager does, as with upstream
};

/// What the API server lets us do beyond what upstream's RBAC gives. Without a permission its feature is off.
struct Permissions {
  bool patch_volumes = true;        ///< finalizers, expansion
  bool patch_volume_status = true;  ///< the three that binding needs
  bool patch_claims = true;
  bool patch_claim_status = true;
  bool get_namespaces = true;  ///< a namespace's uid, for records
  bool get_classes = true;     ///< a class as it is, not as a watch that may be behind shows it
  bool operator==(Permissions const&) const = default;
};

/// Defaults for new directories; a class's parameters win.
struct DirectoryDefaults {
  std::uint32_t mode = 0777;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  bool operator==(DirectoryDefaults const&) const = default;
};

/// How long what is released rests in the trash, if nobody says anything about it.
inline constexpr std::string_view default_trash_retention = "1h";

/// Who decides that this cluster takes the place of another one on the export. docs/behaviour.md#taking.
enum class TakeOver {
  never,      ///< nobody
  ask,        ///< an administrator (`clusters take`)
  same_name,  ///< and the program, of a cluster of the same name that is silent
};

/// What a decision must know beside the objects themselves.
struct Settings {
  std::string provisioner;  ///< our name in classes and annotations
  Binding binding = Binding::direct;
  Permissions permissions;
  DirectoryDefaults directories;
  Cluster cluster = {};  ///< its id is empty until it is known; nothing is served before
  std::string trash_retention =
      std::string(default_trash_retention);  ///< of what is released, where its volume does not say it
  TakeOver take_over = TakeOver::ask;

  [[nodiscard]] bool binds_itself() const {
    return binding != Binding::controller && permissions.patch_volume_status && permissions.patch_claims &&
           permissions.patch_claim_status;
  }
  /// Whether we mark the volumes Released whose claims are gone, without waiting for kube-controller-manager.
  [[nodiscard]] bool releases_itself() const {
    return binding != Binding::controller && permissions.patch_volume_status;
  }
  bool operator==(Settings const&) const = default;
};

}  // namespace nfs
