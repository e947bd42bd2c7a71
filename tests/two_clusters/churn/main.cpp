#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/two_clusters/churn/churn.hpp"

namespace {

using namespace nfs::test;

struct Options {
  std::string exported;
  std::vector<std::string> clusters;  // "cluster-a=/…/admin.kubeconfig"
  int claims = 30;
  int seconds = 40;
  int rest = 300;
  std::uint32_t seed = 1;
};

int play(Options const& options) {
  std::vector<Tenants> clusters;
  auto seed = options.seed;
  for (auto const& each : options.clusters) {
    auto const equals = each.find('=');
    clusters.emplace_back(each.substr(0, equals), each.substr(equals + 1), options.claims, ++seed);
  }
  Churn churn(options.exported, std::move(clusters));
  auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{options.seconds};
  while (std::chrono::steady_clock::now() < end) churn.round();
  churn.come_to_rest(std::chrono::seconds{options.rest});
  churn.account();
  churn.print(std::cout);
  return churn.faultless() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Makes and deletes equal claims in two clusters whose programs share an export, and says where each token is "
      "that was written into their volumes.");
  Options options;
  app.add_option("--export", options.exported, "Where the export is mounted")->required();
  app.add_option("--cluster", options.clusters, "NAME=KUBECONFIG, for each")->required()->expected(2);
  app.add_option("--claims", options.claims, "How many names, the same ones in both")->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long claims come and go")->capture_default_str();
  app.add_option("--rest", options.rest, "How long all may take to come to rest, in seconds")->capture_default_str();
  app.add_option("--seed", options.seed)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return play(options);
  } catch (std::exception const& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
