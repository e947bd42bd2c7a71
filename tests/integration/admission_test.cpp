// What an admission policy refuses is about one object, not about what the program is allowed to do.
#include <fmt/format.h>

#include <iostream>

#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

constexpr auto policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
constexpr auto bindings = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";

/// While it lives, nobody may change a claim in the namespace; claims can be made there.
class FreezePolicy {
 public:
  FreezePolicy(Scene& scene, std::string const& name_space)
      : cluster_(scene.cluster()), name_(scene.unique("freeze")), name_space_(name_space) {
    cluster_.request(k8s::Method::post, policies,
                     fmt::format(R"({{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy",
      "metadata":{{"name":"{}"}},"spec":{{"failurePolicy":"Fail","matchConstraints":{{
        "namespaceSelector":{{"matchLabels":{{"kubernetes.io/metadata.name":"{}"}}}},
        "resourceRules":[{{"apiGroups":[""],"apiVersions":["v1"],"operations":["UPDATE"],
          "resources":["persistentvolumeclaims","persistentvolumeclaims/status"]}}]}},
      "validations":[{{"expression":"false","message":"this namespace is frozen","reason":"Forbidden"}}]}}}})",
                                 name_, name_space));
    cluster_.request(
        k8s::Method::post, bindings,
        fmt::format(R"({{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding",
      "metadata":{{"name":"{0}"}},"spec":{{"policyName":"{0}","validationActions":["Deny"]}}}})",
                    name_));
  }
  ~FreezePolicy() {
    try {
      lift();
    } catch (std::exception const& error) {
      std::cerr << "could not take a policy away: " << error.what() << "\n";
    }
  }
  FreezePolicy(FreezePolicy const&) = delete;
  FreezePolicy& operator=(FreezePolicy const&) = delete;

  /// A policy takes a moment until it counts.
  void await(std::string const& claim) {
    eventually("the policy", [&] { return refuses(claim); });
  }
  void await_end(std::string const& claim) {
    eventually("the policy's end", [&] { return !refuses(claim); });
  }
  void lift() {
    if (name_.empty()) return;
    for (auto const* const kind : {bindings, policies})
      cluster_.request(k8s::Method::del, std::string(kind) + "/" + name_);
    name_.clear();
  }

 private:
  [[nodiscard]] bool refuses(std::string const& claim) {
    auto const patched =
        cluster_.client().patch<k8s::Claim>({name_space_, claim}, k8s::PatchType::merge,
                                            fmt::format(R"({{"metadata":{{"labels":{{"try":"{}"}}}}}})", ++tries_), {});
    return patched.has_error() && patched.error().forbidden();
  }

  Cluster& cluster_;
  std::string name_;
  std::string name_space_;
  int tries_ = 0;
};

TEST_CASE("An admission policy on one namespace stops the claims of that namespace alone, until it is lifted") {
  Scene scene;
  scene.make_class();
  auto const frozen = scene.make_namespace("frozen");
  scene.make_claim("probe", {.class_name = "no-such-class", .name_space = frozen});
  FreezePolicy policy(scene, frozen);
  policy.await("probe");
  auto& program = scene.start("eager");
  scene.make_claim("web", {.name_space = frozen});
  auto const message = scene.await_event("web", "ProvisioningFailed", "this namespace is frozen", frozen);
  CHECK(message.find("ValidatingAdmissionPolicy") != std::string::npos);
  CHECK(scene.claim("web", frozen)->phase == "Pending");
  // Bound by the program, not left to kube-controller-manager.
  for (int i = 0; i < 5; ++i) scene.bound_claim("after-" + std::to_string(i));
  program.wait_until_said("bound claim=\"" + scene.name_space() + "/after-");
  policy.lift();
  policy.await_end("probe");
  scene.await_bound("web", frozen);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
