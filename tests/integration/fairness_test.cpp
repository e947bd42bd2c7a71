// One namespace among many: another's claim does not wait for all of theirs.
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/size.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

// A client makes some hundred claims a second: four make them faster than the program serves them.
constexpr int creators = 4;

void make_many(Scene& scene, int count) {
  std::vector<std::jthread> threads;
  for (int first = 0; first < creators; ++first) {
    threads.emplace_back([&scene, first, count] {
      Cluster cluster;
      for (int i = first; i < count; i += creators) {
        k8s::Claim wanted;
        wanted.meta.name = "many-" + std::to_string(i);
        wanted.meta.name_space = scene.name_space();
        wanted.access_modes = {"ReadWriteMany"};
        wanted.requested_storage = "1Mi";
        wanted.storage_class_name = scene.class_name();
        cluster.create(wanted);
      }
    });
  }
}

std::size_t count_bound(Scene& scene) {
  auto const claims = scene.cluster().claims(scene.name_space());
  return static_cast<std::size_t>(std::ranges::count(claims, "Bound", &k8s::Claim::phase));
}

void await_all_bound(Scene& scene, int count) {
  eventually(
      "all claims Bound", [&] { return count_bound(scene) == static_cast<std::size_t>(count); }, patience + 2s * count);
}

// A claim's last change is its becoming Bound.
unsigned long long version_of(k8s::Claim const& claim) {
  return std::stoull(claim.meta.resource_version);
}

// How a claim came to be Bound.
struct Binding {
  unsigned long long made = 0;   // the version at which it was made
  unsigned long long bound = 0;  // and became Bound
  Seconds time{};                // from the one until the other was seen
};

Binding bind_one(Scene& scene, std::string const& name, std::string const& name_space) {
  auto const began = std::chrono::steady_clock::now();
  auto claim = scene.make_claim(name, {.name_space = name_space});
  Binding binding{.made = version_of(claim)};
  while (claim.phase != "Bound") {
    if (std::chrono::steady_clock::now() - began > 1h) throw std::runtime_error{"not Bound in time: " + name};
    std::this_thread::sleep_for(2ms);
    claim = scene.claim(name, name_space).value();
  }
  binding.bound = version_of(claim);
  binding.time = std::chrono::steady_clock::now() - began;
  return binding;
}

Seconds median(std::vector<Binding> const& bindings) {
  std::vector<Seconds> times;
  for (auto const& each : bindings) {
    times.push_back(each.time);
  }
  std::ranges::sort(times);
  return times.at(times.size() / 2);
}

// How many of `claims` became Bound while one waited.
std::size_t served_meanwhile(std::vector<k8s::Claim> const& claims, Binding const& binding) {
  return static_cast<std::size_t>(std::ranges::count_if(claims, [&](k8s::Claim const& claim) {
    return binding.made < version_of(claim) && version_of(claim) < binding.bound;
  }));
}

// kube-controller-manager does one thing after the other. Once it has dealt with a claim of ours, it has done what
// earlier tests left to it; until then no claim is bound eagerly.
void await_idle_controller(Scene& scene) {
  scene.remove_and_await(scene.bound_claim("probe"));
}

TEST_CASE("A claim is Bound before most of the many that another namespace made before it", "[serial]") {
  constexpr int many = 100;
  Scene scene;
  auto const quiet = scene.make_namespace("quiet");
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  auto& program = scene.start("eager", {{"LOG_LEVEL", "info"}});
  await_idle_controller(scene);
  program.signal(SIGSTOP);
  make_many(scene, many);
  scene.make_claim("single", {.name_space = quiet});
  program.signal(SIGCONT);
  await_all_bound(scene, many);
  auto const single = scene.await_bound("single", quiet).claim;
  auto const claims = scene.cluster().claims(scene.name_space());
  auto const before =
      std::ranges::count_if(claims, [&](auto const& claim) { return version_of(claim) < version_of(single); });
  INFO(before << " of " << many << " were Bound before it");
  CHECK(before < many / 2);
  scene.stop();
}

// No bound is asserted: `FAIRNESS=10000 test_integration "[fairness]"` prints the figures, NFS_PROGRAM names another
// program to compare with.
TEST_CASE("How long a claim waits while another namespace's many are served", "[.][soak][fairness]") {
  int const many = size_from("FAIRNESS", 600, 600);
  Scene scene;
  auto const quiet = scene.make_namespace("quiet");
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  scene.start("eager", {{"LOG_LEVEL", "info"}});
  await_idle_controller(scene);
  std::vector<Binding> idle;
  for (int i = 0; i < 9; ++i) {
    idle.push_back(bind_one(scene, "idle-" + std::to_string(i), quiet));
  }
  make_many(scene, many);
  auto const waited = static_cast<std::size_t>(many) - count_bound(scene);
  std::vector<Binding> beside;
  do {
    beside.push_back(bind_one(scene, "beside-" + std::to_string(beside.size()), quiet));
  } while (beside.size() < 20 && count_bound(scene) < static_cast<std::size_t>(many));
  await_all_bound(scene, many);
  auto const claims = scene.cluster().claims(scene.name_space());
  std::cout << "fairness: " << many << " claims of one namespace, of which " << waited
            << " wait, binding=eager; time to Bound of another's\n  idle, median of " << idle.size() << ":  "
            << median(idle).count() << " s\n  first beside them:  " << beside.front().time.count() << " s, ratio "
            << beside.front().time / median(idle) << ", " << served_meanwhile(claims, beside.front())
            << " of theirs Bound meanwhile\n  median of " << beside.size()
            << " beside them:  " << median(beside).count() << " s, longest "
            << std::ranges::max(beside, {}, &Binding::time).time.count() << " s" << std::endl;
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
