// How the program starts, and ends, when something is wrong.
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "tests/integration/support/gate.hpp"
#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/upstream_rights.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::size_t lines(std::string const& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::size_t occurrences(std::string const& text, std::string const& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// By the API server, as forbidden.
double requests_refused(Program& program) {
  return metric(program, "rest_client_requests_total", "code=\"403\"");
}

struct WrongStart {
  std::string name;
  Program::Environment change;  // empty value: not set at all
  std::vector<std::string> arguments;
  int code;
  std::string says;
};

std::vector<WrongStart> wrong_starts(std::string const& broken) {
  return {
      {"no server", {{"NFS_SERVER", ""}}, {}, 2, "NFS_SERVER"},
      {"no path", {{"NFS_PATH", ""}}, {}, 2, "NFS_PATH"},
      {"no name", {{"PROVISIONER_NAME", ""}}, {}, 2, "PROVISIONER_NAME"},
      {"relative path", {{"NFS_PATH", "srv"}}, {}, 2, "NFS_PATH"},
      {"upward path", {{"NFS_PATH", "/srv/../etc"}}, {}, 2, "NFS_PATH"},
      {"unknown binding", {{"BINDING", "sometimes"}}, {}, 2, "BINDING"},
      {"unknown level", {{"LOG_LEVEL", "loud"}}, {}, 2, "LOG_LEVEL"},
      {"unknown flag", {}, {"--no-such-flag"}, 2, "--no-such-flag"},
      {"unknown verb", {}, {"chekc"}, 2, "chekc"},
      {"no such kubeconfig", {{"KUBECONFIG", broken + ".absent"}}, {}, 1, broken + ".absent"},
      {"malformed kubeconfig", {{"KUBECONFIG", broken}}, {}, 1, broken},
      {"neither kubeconfig nor pod", {{"KUBECONFIG", ""}}, {}, 1, "KUBERNETES_SERVICE_HOST"},
  };
}

TEST_CASE("A start that cannot go well ends at once with one line that says why") {
  Scene scene;
  auto const broken = scene.exported().outside("broken.kubeconfig");
  std::ofstream(broken) << "apiVersion: v1\nclusters: [{name: x, cluster: {server\n";
  for (auto const& wrong : wrong_starts(broken)) {
    INFO(wrong.name);
    auto environment = scene.environment("direct");
    for (auto const& [name, value] : wrong.change) environment[name] = value;
    std::erase_if(environment, [](auto const& each) { return each.second.empty(); });
    Program program(wrong.arguments, environment, scene.log_file());
    auto const ended = program.wait();
    INFO(program.log());
    CHECK(ended == Ended{wrong.code, 0});
    CHECK(lines(program.log()) == 1);
    CHECK(program.said(wrong.says));
  }
}

TEST_CASE("An API server that is unreachable at the start is tried until it answers") {
  Scene scene;
  scene.make_class();
  Gate gate;
  auto const kubeconfig = scene.exported().outside("gate.kubeconfig");
  gate.write_kubeconfig(kubeconfig);
  auto& program = scene.launch("eager", {{"KUBECONFIG", kubeconfig}});
  program.wait_until_said("WARN");
  INFO(program.log());
  CHECK(program.said("127.0.0.1:" + std::to_string(gate.port())));
  scene.make_claim("early");
  gate.open();
  scene.await_bound("early");
  scene.stop();
}

TEST_CASE("SIGTERM ends the program with 0 while the API server refuses connections or is silent") {
  Scene scene;
  Gate gate;
  auto const kubeconfig = scene.exported().outside("gate.kubeconfig");
  gate.write_kubeconfig(kubeconfig);
  scene.launch("direct", {{"KUBECONFIG", kubeconfig}}).wait_until_said("WARN");
  scene.stop();
  gate.listen_silently();
  scene.launch("direct", {{"KUBECONFIG", kubeconfig}}).wait_until_said("provisioner=");
  scene.stop();
}

TEST_CASE("SIGTERM and SIGINT end the program with 0 while it serves and while it waits for its export") {
  Scene scene;
  scene.make_class();
  for (auto const* const binding : {"direct", "eager", "controller"}) {
    scene.start(binding);
    scene.stop();
  }
  scene.start().signal(SIGINT);
  CHECK(scene.program().wait() == Ended{0, 0});
  scene.launch("direct", {{"MOUNT_DIR", scene.exported().outside("absent")}}).wait_until_said("cannot be used");
  CHECK(scene.program().said(scene.exported().outside("absent").string()));
  scene.stop();
  // In the midst of work.
  scene.start("eager");
  for (int i = 0; i < 20; ++i) scene.make_claim("claim-" + std::to_string(i));
  scene.stop();
  scene.start("eager");
  for (int i = 0; i < 20; ++i) scene.await_bound("claim-" + std::to_string(i));
  CHECK(scene.volumes().size() == 20);
  scene.stop();
}

TEST_CASE("An export that is missing at the start is told to a waiting claim, and served once it is there") {
  Scene scene;
  scene.make_class();
  auto const mount = scene.exported().outside("late");
  scene.launch("eager", {{"MOUNT_DIR", mount}}).wait_until_said("cannot be used");
  scene.make_claim("web");
  auto const message = scene.await_event("web", "WaitingForExport", "Mount the export");
  CHECK(message.find(mount.string()) != std::string::npos);
  CHECK(scene.claim("web")->phase == "Pending");
  std::filesystem::create_directory(mount);
  scene.await_bound("web");
  scene.await_event("web", "ExportUsable", "provisioning goes on");
  CHECK(std::filesystem::exists(mount / (scene.name_space() + "-web-" + scene.volumes().front().meta.name)));
  scene.stop();
}

TEST_CASE("Without any right the program names what is missing and ends on SIGTERM with 0") {
  Scene scene;
  auto const kubeconfig = cluster_directory() + "/nobody.kubeconfig";
  auto& program = scene.launch("direct", {{"KUBECONFIG", kubeconfig}, {"HTTP_ADDRESS", any_port}});
  for (auto const* const missing :
       {"list persistentvolumeclaims", "watch persistentvolumes", "create persistentvolumes", "list storageclasses",
        "patch persistentvolumeclaims/status"})
    program.wait_until_said(missing);
  CHECK(program.running());
  eventually("a request that is refused", [&] { return requests_refused(program) > 0.0; });
  scene.stop();
}

TEST_CASE("Under the rights of upstream's chart claims become Bound and are released") {
  Scene scene;
  UpstreamRights const rights(scene);
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.name}"}}});
  auto const kubeconfig = cluster_directory() + "/provisioner.kubeconfig";
  auto& program = scene.start("direct", {{"KUBECONFIG", kubeconfig}, {"HTTP_ADDRESS", any_port}});
  auto const pair = scene.bound_claim("web");
  CHECK(pair.volume.meta.finalizers == std::vector<std::string>{"kubernetes.io/pv-protection"});
  scene.exported().write("web/token", "kept");
  scene.remove_and_await(pair);
  CHECK(scene.exported().read("archived-" + scene.name_space() + "-web-" + pair.volume.meta.name + "/token") == "kept");
  auto const log = program.log();
  INFO(log);
  CHECK(occurrences(log, "permission is missing: ") == 5);
  for (auto const* const missing :
       {"patch persistentvolumes", "patch persistentvolumes/status", "patch persistentvolumeclaims",
        "patch persistentvolumeclaims/status", "get namespaces"})
    CHECK(occurrences(log, "permission is missing: " + std::string(missing) + " ") == 1);
  CHECK(requests_refused(program) == 0.0);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
