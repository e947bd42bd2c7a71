// Many claims at once, beside a kube-controller-manager as clusters have it.
#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/phase_watch.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/size.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using namespace std::chrono_literals;

// kube-controller-manager does 20 requests a second; each claim costs it some, and others have claims too.
std::chrono::seconds patience_for(int claims) {
  return patience + 2s * claims;
}

std::string name_of(int number) {
  return "claim-" + std::to_string(number);
}

void await_all_bound(Scene& scene, int count) {
  eventually(
      "all claims Bound",
      [&] {
        auto const claims = scene.cluster().claims(scene.name_space());
        return std::count_if(claims.begin(), claims.end(), [](auto const& claim) { return claim.phase == "Bound"; }) ==
               count;
      },
      patience_for(count));
}

void check_one_each(Scene& scene, int count) {
  auto const volumes = scene.volumes();
  std::set<std::string> claims;
  std::set<std::string> directories;
  for (auto const& volume : volumes) {
    CHECK(volume.phase == "Bound");
    claims.insert(volume.claim_ref.value().uid);
    directories.insert(scene.directory(volume));
  }
  CHECK(volumes.size() == static_cast<std::size_t>(count));
  CHECK(claims.size() == volumes.size());
  CHECK(directories == scene.exported().names());
}

void check_nothing_left(Scene& scene, int count) {
  eventually(
      "no volume left", [&] { return scene.volumes().empty(); }, patience_for(count));
  auto const& exported = scene.exported();
  CHECK(exported.names().empty());
  eventually("trash and intents gone", [&] {
    return exported.names_in(exported.own("trash")).empty() && exported.names_in(exported.own("creating")).empty();
  });
  CHECK(exported.names_in(".nfs-subdir-provisioner/archives").empty());
}

// Whoever releases a volume for the second time finds that its directory is missing. (A series that is not there is no
// number, and equals none.)
void check_released_once(Scene& scene) {
  CHECK(metric(scene.program(), "nfs_provisioner_directories_missing_total") == 0.0);
}

// kube-controller-manager does one thing after the other: once it has dealt with a claim of ours, it has done what
// other tests left to it. While it is behind with volumes, it calls claims Lost whose volume it has not come to yet.
void await_idle_controller(Scene& scene) {
  scene.remove_and_await(scene.bound_claim("probe"));
}

void burst(std::string const& binding) {
  int const count = size_from("BURST", 150, 2000);
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "delete"}, {"trashRetention", "0"}}});
  scene.start(binding, {{"LOG_LEVEL", "info"}, {"HTTP_ADDRESS", any_port}});
  await_idle_controller(scene);
  PhaseWatch const watch(scene.cluster(), scene.name_space());
  for (int i = 0; i < count; ++i) scene.make_claim(name_of(i));
  await_all_bound(scene, count);
  check_one_each(scene, count);
  for (int i = 0; i < count; ++i) scene.remove_claim(name_of(i));
  check_nothing_left(scene, count);

  check_released_once(scene);
  CHECK(metric(scene.program(), "controller_persistentvolume_delete_total") == count + 1);  // and the idle controller's
  eventually("the watch to see them all go",
             [&] { return watch.deleted() == static_cast<std::size_t>(count) || !watch.failure().empty(); });
  CHECK(watch.failure().empty());
  std::string strayed;
  for (auto const& [claim, phases] : watch.phases()) {
    if (phases == std::set<std::string>{"Bound", "Pending"}) continue;
    strayed += claim + ":";
    for (auto const& phase : phases) strayed += " " + phase;
    strayed += "; ";
  }
  INFO(strayed);
  CHECK(strayed.empty());
  scene.stop();
}

TEST_CASE("A burst of claims bound directly ends with a volume and a directory each and never a claim Lost",
          "[soak][serial]") {
  burst("direct");
}

TEST_CASE("A burst of claims bound eagerly ends with a volume and a directory each and never a claim Lost",
          "[soak][serial]") {
  burst("eager");
}

void half_way(std::string const& binding) {
  auto const seed = static_cast<std::uint32_t>(size_from("SEED", 20260101, 20260101));
  INFO("SEED=" << seed);
  std::mt19937 random(seed);
  constexpr int count = 50;
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.namespace}/deep/${.PVC.name}"}}});
  scene.start(binding, {{"LOG_LEVEL", "info"}, {"HTTP_ADDRESS", any_port}});
  // Each goes while some that came after it are being made: at any moment of its own making.
  std::vector<int> standing;
  for (int i = 0; i < count; ++i) {
    scene.make_claim(name_of(i));
    standing.push_back(i);
    while (standing.size() > random() % 8) {
      auto const victim = standing.begin() + static_cast<std::ptrdiff_t>(random() % standing.size());
      scene.remove_claim(name_of(*victim));
      standing.erase(victim);
    }
  }
  for (int const left : standing) scene.remove_claim(name_of(left));
  eventually("no claim left", [&] { return scene.cluster().claims(scene.name_space()).empty(); });
  eventually("no volume left", [&] { return scene.volumes().empty(); });
  auto const& exported = scene.exported();
  eventually("no intent left", [&] { return exported.names_in(exported.own("creating")).empty(); });
  // Nobody has written anything: there is nothing to be archived, and not a trace of any of them.
  CHECK(exported.names_in(".nfs-subdir-provisioner/archives").empty());
  CHECK(exported.names().empty());
  check_released_once(scene);
  scene.stop();
}

TEST_CASE("Claims deleted half-way leave no volume and no directory and no intent when bound directly") {
  half_way("direct");
}

TEST_CASE("Claims deleted half-way leave no volume and no directory and no intent when bound eagerly") {
  half_way("eager");
}

}  // namespace
}  // namespace nfs::test
