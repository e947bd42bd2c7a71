// How fast volumes are released, and how soon a name is served again: figures, printed. No bound is
// asserted. `test_integration "[release-figures]"` runs them; NFS_PROGRAM names another program to compare.
#include <algorithm>
#include <iostream>
#include <thread>

#include "tests/integration/support/phase_watch.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/size.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

std::string name_of(int number) {
  return "claim-" + std::to_string(number);
}

std::chrono::seconds patience_for(int claims) {
  return patience + 2s * claims;
}

void await_bound(Scene& scene, int count) {
  eventually(
      "all claims Bound",
      [&] {
        auto const claims = scene.cluster().claims(scene.name_space());
        return std::ranges::count(claims, "Bound", &k8s::Claim::phase) == count;
      },
      patience_for(count));
}

void await_no_volumes(Scene& scene, int count) {
  eventually(
      "no volume left", [&] { return scene.volumes().empty(); }, patience_for(count));
}

void say_rate(std::string const& what, int count, Clock::time_point began) {
  Seconds const took = Clock::now() - began;
  std::cout << what << ": " << count << " in " << took.count() << " s, " << count / took.count() << "/s" << std::endl;
}

TEST_CASE("Figures: releases beside a kube-controller-manager with default limits", "[.][release-figures]") {
  int const releases = size_from("RELEASES", 500, 500);
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  scene.start("eager");
  for (int i = 0; i < releases; ++i) scene.make_claim(name_of(i));
  await_bound(scene, releases);
  auto const began = Clock::now();
  for (int i = 0; i < releases; ++i) scene.remove_claim(name_of(i));
  await_no_volumes(scene, releases);
  say_rate("releases, from the first deletion", releases, began);
  scene.stop();
}

TEST_CASE("Figures: claims right behind many releases", "[.][release-figures]") {
  int const releases = size_from("RELEASES", 1000, 1000);
  int const claims = size_from("CLAIMS", 200, 200);
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  scene.start("eager");
  for (int i = 0; i < releases; ++i) scene.make_claim(name_of(i));
  await_bound(scene, releases);
  scene.start("direct");
  for (int i = 0; i < releases; ++i) scene.remove_claim(name_of(i));
  eventually(
      "no claim left", [&] { return scene.cluster().claims(scene.name_space()).empty(); }, patience_for(releases));
  auto const began = Clock::now();
  for (int i = 0; i < claims; ++i) scene.make_claim("new-" + name_of(i));
  await_bound(scene, claims);
  say_rate("direct claims right behind " + std::to_string(releases) + " deletions", claims, began);
  scene.stop();
}

TEST_CASE("Figures: deleted and made again on an idle cluster", "[.][release-figures]") {
  int const rounds = size_from("ROUNDS", 200, 200);
  Scene scene;
  scene.make_class({.parameters = {{"onCreate", "restore"}, {"pathPattern", "${.PVC.namespace}/${.PVC.name}"}}});
  scene.start("direct");
  auto pair = scene.bound_claim("web");
  scene.exported().write(scene.directory(pair.volume) + "/token", "kept");
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    scene.remove_claim("web");
    scene.await_no_claim("web");
    auto const began = Clock::now();
    scene.make_claim("web");
    while (scene.claim("web").value().phase != "Bound") std::this_thread::sleep_for(2ms);
    times.push_back(Seconds(Clock::now() - began).count());
    pair = scene.await_bound("web");
    REQUIRE(scene.exported().read(scene.directory(pair.volume) + "/token") == "kept");
  }
  std::ranges::sort(times);
  auto const at = [&](double share) {
    return times.at(static_cast<std::size_t>(share * static_cast<double>(times.size() - 1)));
  };
  std::cout << "deleted and made again, " << rounds << " times: p50 " << at(0.5) << " s, p99 " << at(0.99)
            << " s, most " << times.back() << " s" << std::endl;
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
