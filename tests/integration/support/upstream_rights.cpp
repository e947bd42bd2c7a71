#include "tests/integration/support/upstream_rights.hpp"

#include <fmt/format.h>

#include <iostream>

namespace nfs::test {
namespace {

constexpr auto rbac = "/apis/rbac.authorization.k8s.io/v1/";

std::string role(std::string const& kind, std::string const& name, std::string const& rules) {
  return fmt::format(
      R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"{}","metadata":{{"name":"{}"}},"rules":[{}]}})", kind,
      name, rules);
}

std::string binding(std::string const& kind, std::string const& name) {
  return fmt::format(R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"{0}Binding","metadata":{{"name":"{1}"}},)"
                     R"("roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"{0}","name":"{1}"}},)"
                     R"("subjects":[{{"kind":"User","name":"provisioner"}}]}})",
                     kind, name);
}

}  // namespace

UpstreamRights::UpstreamRights(Scene& scene)
    : cluster_(scene.cluster()), name_(scene.unique("upstream")), name_space_(scene.name_space()) {
  post("clusterroles", role("ClusterRole", name_, R"(
      {"apiGroups":[""],"resources":["nodes"],"verbs":["get","list","watch"]},
      {"apiGroups":[""],"resources":["persistentvolumes"],"verbs":["get","list","watch","create","delete"]},
      {"apiGroups":[""],"resources":["persistentvolumeclaims"],"verbs":["get","list","watch","update"]},
      {"apiGroups":["storage.k8s.io"],"resources":["storageclasses"],"verbs":["get","list","watch"]},
      {"apiGroups":[""],"resources":["events"],"verbs":["create","update","patch"]})"));
  post("clusterrolebindings", binding("ClusterRole", name_));
  auto const own = "namespaces/" + name_space_ + "/";
  post(own + "roles", role("Role", name_, R"(
      {"apiGroups":[""],"resources":["endpoints"],"verbs":["get","list","watch","create","update","patch"]})"));
  post(own + "rolebindings", binding("Role", name_));
  // Rights take a moment to arrive where they are looked up.
  Cluster provisioner("provisioner");
  for (k8s::AccessQuestion const& question :
       {k8s::AccessQuestion{"create", {}, "persistentvolumes", {}, {}}, {"patch", {}, "endpoints", {}, name_space_}})
    eventually("the rights", [&] {
      auto const answer = provisioner.client().may_i(question, {});
      return answer && answer->allowed;
    });
}

UpstreamRights::~UpstreamRights() {
  auto const own = "namespaces/" + name_space_ + "/";
  try {
    for (auto const& path : {"clusterroles/" + name_, "clusterrolebindings/" + name_, own + "roles/" + name_,
                             own + "rolebindings/" + name_})
      cluster_.request(k8s::Method::del, rbac + path);
  } catch (std::exception const& error) {
    std::cerr << "could not take rights back: " << error.what() << "\n";
  }
}

void UpstreamRights::post(std::string const& path, std::string const& body) {
  cluster_.request(k8s::Method::post, rbac + path, body);
}

}  // namespace nfs::test
