// What the chart's alerts and dashboard look at is what the program tells.
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_client.hpp"

namespace nfs::test {
namespace {

// Names of metrics in the rendered PrometheusRule and dashboard; of a histogram the family's.
std::set<std::string> looked_at() {
  std::ifstream file(GOLDEN_DIR "/everything.yaml");
  std::string const text{std::istreambuf_iterator<char>(file), {}};
  std::regex const metric(
      R"(\b(nfs_provisioner|controller_persistentvolume|leader_election|rest_client|workqueue)_?[a-z_]+)");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), metric), end; at != end; ++at)
    names.insert(std::regex_replace(at->str(), std::regex("_bucket$"), ""));
  return names;
}

TEST_CASE("Every metric that the chart's alerts and dashboard look at is told by the program") {
  Scene scene;
  scene.make_class();
  auto const port = http_port(scene.start("direct", {{"HTTP_ADDRESS", any_port}}));
  auto const names = looked_at();
  CHECK(names.size() > 12);
  for (auto const& name : names)
    eventually("metric " + name, [&] {
      return testing::HttpClient(port).ask("GET", "/metrics").find(fmt::format("# TYPE {} ", name)) !=
             std::string::npos;
    });
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
