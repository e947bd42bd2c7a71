// The rights that the chart gives: the program works with them alone, and has no more than it needs.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "k8s/leader/choose_lock.hpp"
#include "provisioner/controller/permissions.hpp"
#include "tests/integration/support/helm.hpp"
#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

constexpr auto permission_missing = "permission is missing: ";

// A release of the chart for a scene: its class, its export, its provisioner's name.
class Release {
 public:
  Release(Scene& scene, std::string const& values) : scene_(scene), helm_(scene), name_(scene.unique("release")) {
    helm_.run(fmt::format(
        "install {0} '{1}' --set fullnameOverride={0} --set nfs.server={2} --set nfs.path={3} "
        "--set storageClass.name={4} --set storageClass.provisionerName={5} {6}",
        name_, CHART_DIR, scene.server(), scene.nfs_path(), scene.class_name(), scene.provisioner(), values));
  }
  ~Release() {
    try {
      helm_.run("uninstall " + name_);
    } catch (std::exception const& error) {
      UNSCOPED_INFO(error.what());
    }
  }
  Release(Release const&) = delete;
  Release& operator=(Release const&) = delete;

  [[nodiscard]] Json deployment() { return get("/apis/apps/v1/namespaces/" + scene_.name_space() + "/deployments/"); }
  [[nodiscard]] Json role() {
    return get("/apis/rbac.authorization.k8s.io/v1/namespaces/" + scene_.name_space() + "/roles/leader-locking-");
  }
  [[nodiscard]] Json cluster_role() { return get("/apis/rbac.authorization.k8s.io/v1/clusterroles/", "-runner"); }

  // A kubeconfig with a token of the release's ServiceAccount, and nothing else.
  [[nodiscard]] std::string kubeconfig() {
    auto const account = "/api/v1/namespaces/" + scene_.name_space() + "/serviceaccounts/" + name_ + "/token";
    auto const answer = scene_.cluster().request(
        k8s::Method::post, account, R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}})");
    std::ifstream admin(cluster_directory() + "/admin.kubeconfig");
    std::string const file = scene_.exported().outside("account.kubeconfig");
    std::ofstream own(file);
    for (std::string line; std::getline(admin, line);)
      own << (line.find("token:") == std::string::npos
                  ? line
                  : fmt::format("  user: {{token: {}}}", text_at(answer, "/status/token")))
          << "\n";
    return file;
  }

  // The environment of the rendered container; what a test's machine has otherwise is put on top.
  [[nodiscard]] Program::Environment environment() {
    Program::Environment all{{"KUBECONFIG", kubeconfig()}, {"MOUNT_DIR", scene_.exported().root()}};
    auto const deployed = deployment();
    for (auto const& each : deployed["spec"]["template"]["spec"]["containers"][0]["env"].GetArray()) {
      auto const pod = text_at(each, "/valueFrom/fieldRef/fieldPath") == "metadata.namespace";
      all.emplace(text_at(each, "/name"), pod ? scene_.name_space() : text_at(each, "/value"));
    }
    all["HTTP_ADDRESS"] = any_port;
    return all;
  }

 private:
  Json get(std::string const& at, std::string const& suffix = {}) {
    return scene_.cluster().get_json(at + name_ + suffix);
  }

  Scene& scene_;
  Helm helm_;
  std::string name_;
};

// Rights take a moment to arrive where they are looked up.
std::string check_until_allowed(Scene& scene, Program::Environment const& environment) {
  std::string said;
  eventually("a check that finds all well", [&] {
    Program program({"check"}, environment, scene.exported().outside("check.log"));
    auto const ended = program.wait();
    said = program.log();
    return ended == Ended{0, 0} && said.find("everything that is needed is allowed") != std::string::npos;
  });
  return said;
}

void serve_one_claim(Scene& scene, Program::Environment const& environment) {
  Program program({}, environment, scene.log_file());
  program.wait_until_said("INFO  serving");
  auto const pair = scene.bound_claim("web");
  auto const token = put_token(scene, pair);
  scene.remove_and_await(pair);
  CHECK(scene.exported().read(archive_of(pair) + "/token") == token);
  // The class of the chart restores.
  auto const again = scene.bound_claim("web");
  CHECK(token_of(scene, again) == token);
  scene.await_event("web", "VolumeRestored", "Restored archive");
  scene.remove_and_await(again);
  INFO(program.log());
  CHECK(metric(program, "rest_client_requests_total", "code=\"200\"") > 0.0);
  CHECK(metric(program, "rest_client_requests_total", "code=\"403\"") == 0.0);
  CHECK_FALSE(program.said(permission_missing));
  CHECK(program.terminate() == Ended{0, 0});
}

// So that the words that nobody is to say are those that are said.
void check_missing_permissions_are_said(Scene& scene, Program::Environment environment) {
  environment["KUBECONFIG"] = cluster_directory() + "/nobody.kubeconfig";
  environment["ENABLE_LEADER_ELECTION"] = "false";
  Program program({}, environment, scene.exported().outside("nobody.log"));
  program.wait_until_said(permission_missing);
  CHECK(program.terminate() == Ended{0, 0});
}

// "patch persistentvolumeclaims/status", as to_string(AccessQuestion) has it.
std::set<std::string> granted(Json const& role) {
  std::set<std::string> all;
  for (auto const& rule : role["rules"].GetArray())
    for (auto const& group : rule["apiGroups"].GetArray())
      for (auto const& resource : rule["resources"].GetArray())
        for (auto const& verb : rule["verbs"].GetArray()) {
          std::string const name = resource.GetString();
          auto const slash = std::min(name.find('/'), name.size());
          all.insert(to_string({verb.GetString(),
                                group.GetString(),
                                name.substr(0, slash),
                                slash == name.size() ? "" : name.substr(slash + 1),
                                {}}));
        }
  return all;
}

std::set<std::string> needed(Binding binding) {
  std::set<std::string> all;
  for (auto const& need : permission_needs(binding)) all.insert(to_string(need.question));
  return all;
}

TEST_CASE("With the chart's rights and the token of its ServiceAccount a claim is served, released and restored") {
  auto const* const binding = GENERATE("direct", "eager", "controller");
  INFO(binding);
  Scene scene;
  Release release(scene, fmt::format("--set binding={}", binding));
  auto const environment = release.environment();
  CHECK(environment.at("BINDING") == binding);
  auto const said = check_until_allowed(scene, environment);
  INFO(said);
  CHECK(said.find("may hold a Lease in namespace " + scene.name_space()) != std::string::npos);
  serve_one_claim(scene, environment);
  check_missing_permissions_are_said(scene, environment);
}

TEST_CASE("The chart gives the rights that the program asks about, and no others") {
  Scene scene;
  struct Row {
    std::string values;
    Binding binding;
    std::set<std::string> more;
  };
  // The program does not ask about what grows claims.
  std::vector<Row> const rows{
      {"--set binding=direct", Binding::direct, {}},
      {"--set binding=eager", Binding::eager, {}},
      {"--set binding=controller", Binding::controller, {"patch persistentvolumeclaims/status"}},
      {"--set binding=controller --set storageClass.allowVolumeExpansion=false", Binding::controller, {}},
  };
  for (auto const& row : rows) {
    INFO(row.values);
    Release release(scene, row.values);
    auto wanted = needed(row.binding);
    wanted.insert(row.more.begin(), row.more.end());
    CHECK(granted(release.cluster_role()) == wanted);
  }
}

TEST_CASE("The chart's Role lets the program hold a Lease and look at upstream's lock, and no more") {
  Scene scene;
  Release release(scene, "");
  std::set<std::string> wanted{"get endpoints"};
  for (auto const& question : k8s::lease_questions(scene.name_space())) wanted.insert(to_string(question));
  CHECK(granted(release.role()) == wanted);
}

}  // namespace
}  // namespace nfs::test
