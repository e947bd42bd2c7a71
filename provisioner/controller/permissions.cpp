#include "provisioner/controller/permissions.hpp"

namespace nfs {

std::vector<PermissionNeed> permission_needs(Binding binding) {
  constexpr std::string_view all = "nothing works";
  constexpr std::string_view events = "nobody is told what happens to a claim";
  constexpr std::string_view binds = "claims are left to kube-controller-manager to bind, as with binding=controller";
  auto const core = [](std::string_view verb, std::string_view resource, std::string_view subresource = {}) {
    return k8s::AccessQuestion{std::string(verb), {}, std::string(resource), std::string(subresource), {}};
  };
  std::vector<PermissionNeed> needs{
      {core("list", "persistentvolumeclaims"), nullptr, all},
      {core("watch", "persistentvolumeclaims"), nullptr, all},
      {core("get", "persistentvolumeclaims"), nullptr, all},
      {core("list", "persistentvolumes"), nullptr, all},
      {core("watch", "persistentvolumes"), nullptr, all},
      {core("get", "persistentvolumes"), nullptr, all},
      {core("create", "persistentvolumes"), nullptr, all},
      {core("delete", "persistentvolumes"), nullptr, "released volumes stay"},
      {{"list", "storage.k8s.io", "storageclasses", {}, {}}, nullptr, all},
      {{"watch", "storage.k8s.io", "storageclasses", {}, {}}, nullptr, all},
      {core("create", "events"), nullptr, events},
      {core("patch", "events"), nullptr, events},
      {core("patch", "persistentvolumes"), &Permissions::patch_volumes,
       "volumes are made without our finalizer, and do not grow"},
      {core("get", "namespaces"), &Permissions::get_namespaces,
       "volumes are made without their namespace's uid, and are not restored by themselves"},
      {{"get", "storage.k8s.io", "storageclasses", {}, {}},
       &Permissions::get_classes,
       "volumes are made as the watch shows their class, though it may be behind"},
  };
  if (binding == Binding::controller) return needs;
  needs.push_back({core("patch", "persistentvolumes", "status"), &Permissions::patch_volume_status, binds});
  needs.push_back({core("patch", "persistentvolumeclaims"), &Permissions::patch_claims, binds});
  needs.push_back({core("patch", "persistentvolumeclaims", "status"), &Permissions::patch_claim_status,
                   "claims are left to kube-controller-manager to bind, as with binding=controller, and do not grow"});
  return needs;
}

std::string to_string(k8s::AccessQuestion const& question) {
  auto text = question.verb + " " + question.resource;
  if (!question.group.empty()) text += "." + question.group;
  if (!question.subresource.empty()) text += "/" + question.subresource;
  return text;
}

k8s::Result<PermissionReport> ask_permissions(k8s::Client& client, Binding binding, std::stop_token stop) {
  PermissionReport report;
  for (auto const& need : permission_needs(binding)) {
    auto const answer = client.may_i(need.question, stop);
    if (answer.has_error()) return answer.error();
    if (answer->allowed) continue;
    if (need.feature != nullptr) report.granted.*need.feature = false;
    report.missing.push_back(need);
  }
  return report;
}

}  // namespace nfs
