#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/api/client.hpp"
#include "provisioner/core/settings.hpp"

namespace nfs {

/// Something that the program must, or would like to, be allowed to do.
struct PermissionNeed {
  k8s::AccessQuestion question;
  bool Permissions::*feature = nullptr;  ///< null: nothing works without it
  std::string_view without;              ///< what is lost without it
};

/// Everything that is asked for with this kind of binding.
[[nodiscard]] std::vector<PermissionNeed> permission_needs(Binding binding);

/// "patch persistentvolumeclaims/status", "list storageclasses.storage.k8s.io".
[[nodiscard]] std::string to_string(k8s::AccessQuestion const& question);

struct PermissionReport {
  Permissions granted;
  std::vector<PermissionNeed> missing;
};

/// Asks the API server about each, once (SelfSubjectAccessReview): for `check`. An error when it cannot be asked.
[[nodiscard]] k8s::Result<PermissionReport> ask_permissions(k8s::Client& client, Binding binding, std::stop_token stop);

}  // namespace nfs
