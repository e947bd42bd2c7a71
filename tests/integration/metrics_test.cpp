// Health, readiness, metrics and the status page of the real program.
#include <deque>
#include <fstream>
#include <sstream>

#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_client.hpp"

namespace nfs::test {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::HttpClient;

struct Watched {
  Scene scene;
  std::uint16_t port = 0;

  explicit Watched(Program::Environment more = {}) {
    scene.make_class();
    more["HTTP_ADDRESS"] = any_port;
    port = http_port(scene.launch("direct", more));
  }
  [[nodiscard]] std::string get(std::string const& path) const { return HttpClient(port).ask("GET", path); }
  [[nodiscard]] std::string series(std::string const& name, std::string const& labels) const {
    return "\n" + name + "{class=\"" + scene.class_name() + "\"" + labels + "} ";
  }
  /// Until a line of the metrics begins so.
  void await_metric(std::string const& line) const {
    eventually("metric" + line, [&] { return get("/metrics").find(line) != std::string::npos; });
  }
  void await_ready() const {
    eventually("readiness", [&] { return get("/readyz").starts_with("HTTP/1.1 200 "); });
  }
};

TEST_CASE("Provisions, deletions and failures of either are counted, each series at 0 before") {
  Watched watched;
  watched.await_ready();
  auto const provisions = watched.series("controller_persistentvolumeclaim_provision_total", ",source=\"\"");
  auto const failures = watched.series("controller_persistentvolumeclaim_provision_failed_total", ",source=\"\"");
  auto const deletions = watched.series("controller_persistentvolume_delete_total", "");
  auto const volumes = watched.series("nfs_provisioner_volumes", "");
  for (auto const& each : {provisions, failures, deletions, volumes,
                           watched.series("controller_persistentvolume_delete_failed_total", "")})
    watched.await_metric(each + "0\n");

  auto const pair = watched.scene.bound_claim("web");
  watched.await_metric(provisions + "1\n");
  watched.await_metric(volumes + "1\n");
  watched.scene.make_claim("raw", {.more = R"({"volumeMode":"Block"})"});
  watched.await_metric(failures + "1\n");
  put_token(watched.scene, pair);
  watched.scene.remove_and_await(pair);
  watched.await_metric(deletions + "1\n");
  watched.await_metric(volumes + "0\n");
  watched.await_metric("\nnfs_provisioner_archives{export=\"default\"} 1\n");

  auto const metrics = watched.get("/metrics");
  for (auto const* const part :
       {"\nleader_election_master_status{name=", "\nrest_client_requests_total{code=\"201\",host=\"127.0.0.1:",
        "\nworkqueue_adds_total{name=\"default\"} ", "\nnfs_provisioner_export_ready{export=\"default\"} 1\n",
        "\nnfs_provisioner_export_free_bytes{export=\"default\"} ",
        "\nnfs_provisioner_hung_calls{export=\"default\"} 0\n",
        "\nnfs_provisioner_purge_backlog{export=\"default\"} 0\n",
        "\nnfs_provisioner_trash_resting{export=\"default\"} 0\n",
        "\nnfs_provisioner_retention_paused{export=\"default\"} 0\n", "\nnfs_provisioner_build_info{commit="})
    CHECK_THAT(metrics, Contains(part));
  CHECK_THAT(watched.get("/"), Contains(watched.scene.class_name()) && !Contains(watched.scene.name_space()));
  watched.scene.stop();
}

TEST_CASE("The program is alive at once, ready when it can serve, and not ready while its export is gone") {
  Watched watched;
  CHECK_THAT(watched.get("/healthz"), StartsWith("HTTP/1.1 200 "));
  watched.await_ready();
  auto const marker = watched.scene.exported().at(".nfs-subdir-provisioner/export.json");
  auto const aside = watched.scene.exported().outside("marker");
  std::filesystem::rename(marker, aside);
  eventually("not ready", [&] { return watched.get("/readyz").starts_with("HTTP/1.1 503 "); });
  CHECK_THAT(watched.get("/readyz"), Contains("[-]export default failed: ") && Contains("marker is missing"));
  CHECK_THAT(watched.get("/metrics"), Contains("\nnfs_provisioner_export_ready{export=\"default\"} 0\n"));
  CHECK_THAT(watched.get("/healthz"), StartsWith("HTTP/1.1 200 "));
  std::filesystem::rename(aside, marker);
  watched.await_ready();
  watched.scene.stop();
}

TEST_CASE("A program without its export is not ready, and says why") {
  Scene scene;
  auto const absent = scene.exported().outside("absent");
  auto& program = scene.launch("direct", {{"MOUNT_DIR", absent}, {"HTTP_ADDRESS", any_port}});
  auto const port = http_port(program);
  eventually("the reason", [&] {
    auto const answer = HttpClient(port).ask("GET", "/readyz");
    return answer.starts_with("HTTP/1.1 503 ") && answer.find(absent.string()) != std::string::npos;
  });
  CHECK_THAT(HttpClient(port).ask("GET", "/healthz"), StartsWith("HTTP/1.1 200 "));
  scene.stop();
}

TEST_CASE("A replica that stands by is ready, and says that it does not lead until it does") {
  Scene scene;
  scene.make_class();
  auto const start = [&](std::string const& name) {
    auto environment = scene.environment("direct");
    environment["ENABLE_LEADER_ELECTION"] = "true";
    environment["POD_NAMESPACE"] = scene.name_space();
    environment["HTTP_ADDRESS"] = any_port;
    return std::make_unique<Program>(std::vector<std::string>{}, environment, scene.exported().outside(name));
  };
  auto const await = [](Program& program, std::string const& path, std::string const& part) {
    auto const port = http_port(program);
    eventually(path + " with " + part,
               [&] { return HttpClient(port).ask("GET", path).find(part) != std::string::npos; });
  };
  auto const leader = start("leader.log");
  await(*leader, "/metrics", "} 1\n# HELP nfs_provisioner_archives ");  // leader_election_master_status comes before
  auto const standby = start("standby.log");
  await(*standby, "/readyz", "\nready\n");
  await(*standby, "/metrics", "} 0\n# HELP nfs_provisioner_archives ");
  await(*standby, "/", "standing by");
  leader->terminate();
  await(*standby, "/metrics", "} 1\n# HELP nfs_provisioner_archives ");
  await(*standby, "/readyz", "\nready\n");
  standby->terminate();
}

TEST_CASE("Slow clients and hundreds of connections keep nobody from being heard, and claims are served") {
  Watched watched;
  watched.await_ready();
  HttpClient slow(watched.port);
  slow.send("GET /metr");
  HttpClient deaf(watched.port);
  for (int i = 0; i < 50; ++i) deaf.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  std::deque<HttpClient> silent;
  for (int i = 0; i < 500; ++i) {
    silent.emplace_back(watched.port);
    if (i % 100 == 0) CHECK_THAT(watched.get("/healthz"), StartsWith("HTTP/1.1 200 "));
  }
  watched.scene.bound_claim("web");
  CHECK_THAT(watched.get("/readyz"), StartsWith("HTTP/1.1 200 "));
  CHECK_THAT(watched.get("/metrics"), Contains("nfs_provisioner_build_info"));
  watched.scene.stop();
}

TEST_CASE("An address that is taken ends the program with 1, one that is none with 2, each with one line") {
  Watched watched;
  auto const taken = "127.0.0.1:" + std::to_string(watched.port);
  for (auto const& [address, code] : std::vector<std::pair<std::string, int>>{{taken, 1}, {"localhost:80", 2}}) {
    auto environment = watched.scene.environment("direct");
    environment["HTTP_ADDRESS"] = address;
    Program other({}, environment, watched.scene.exported().outside("other.log"));
    CHECK(other.wait() == Ended{code, 0});
    INFO(other.log());
    auto const log = other.log();
    CHECK(std::count(log.begin(), log.end(), '\n') == 1);
    CHECK(other.said(address));
  }
  watched.scene.stop();
}

TEST_CASE("Prometheus's client library reads what the program says") {
  Watched watched;
  watched.await_ready();
  watched.scene.bound_claim("web");
  auto const answer = watched.get("/metrics");
  auto const file = watched.scene.exported().outside("metrics.txt");
  std::ofstream(file) << answer.substr(answer.find("\r\n\r\n") + 4);
  auto const log = watched.scene.exported().outside("parser.log");
  int const status =
      std::system(("'" PARSE_METRICS "' < '" + file.string() + "' > '" + log.string() + "' 2>&1").c_str());
  std::stringstream said;
  said << std::ifstream(log).rdbuf();
  watched.scene.stop();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    WARN(said.str());
    return;
  }
  CHECK_THAT(said.str(), StartsWith("OK "));
}

}  // namespace
}  // namespace nfs::test
