// An API server that fails a good part of all requests, from the first second to the last.
#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>

#include "tests/integration/support/fault_proxy.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/size.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using namespace std::chrono_literals;
using Fault = FaultProxy::Fault;

std::string name_of(int number) {
  return "claim-" + std::to_string(number);
}

// Each failure in a row doubles the pause before a claim is tried again, up to five minutes; of some hundred claims one
// or two wait for minutes.
Pair await_bound(Scene& scene, std::string const& name) {
  return scene.await_bound(name, {}, 10min);
}

// The claim that bears this name now, and no other.
void make_again(Scene& scene, std::string const& name) {
  scene.await_no_claim(name);
  scene.make_claim(name);
}

void check_faults(FaultProxy const& proxy) {
  auto counts = proxy.counts();
  std::size_t all = 0;
  std::size_t failed = 0;
  for (auto const& [fault, count] : counts) {
    all += count;
    if (fault != Fault::none) failed += count;
  }
  INFO(failed << " of " << all << " requests failed");
  CHECK(failed * 100 >= all * 12);
  CHECK(failed * 100 <= all * 33);
  for (auto const fault : {Fault::reset, Fault::internal, Fault::unavailable, Fault::too_many, Fault::answer_lost})
    CHECK(counts[fault] > 0);
}

TEST_CASE("With 15 to 30 % of all requests failing, a churn of claims ends with each Bound to its own data") {
  auto const seed = static_cast<std::uint32_t>(size_from("SEED", 20260101, 20260101));
  int const count = size_from("CHURN", 120, 120);
  constexpr int batch = 30;
  INFO("SEED=" << seed);
  Scene scene;
  scene.make_class(restoring());
  FaultProxy proxy(seed);
  auto const kubeconfig = scene.exported().outside("faulty.kubeconfig");
  proxy.write_kubeconfig(kubeconfig);
  scene.start("direct", {{"KUBECONFIG", kubeconfig}, {"LOG_LEVEL", "info"}});

  for (int i = 0; i < count; ++i) scene.make_claim(name_of(i));
  std::map<std::string, std::string> tokens;  // what stands in each claim's directory
  for (int i = 0; i < count; ++i) tokens[name_of(i)] = put_token(scene, await_bound(scene, name_of(i)));
  // Each is deleted and made again, some while others are still being released.
  std::mt19937 random(seed);
  std::vector<int> order(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) order[static_cast<std::size_t>(i)] = i;
  std::shuffle(order.begin(), order.end(), random);
  for (std::size_t begin = 0; begin < order.size(); begin += batch) {
    auto const end = std::min(begin + batch, order.size());
    for (auto i = begin; i < end; ++i) scene.remove_claim(name_of(order[i]));
    for (auto i = begin; i < end; ++i) make_again(scene, name_of(order[i]));
  }

  std::set<std::string> directories;
  for (auto const& [name, token] : tokens) {
    auto const pair = await_bound(scene, name);
    INFO(name);
    CHECK(token_of(scene, pair) == token);
    directories.insert(scene.directory(pair.volume));
  }
  CHECK(directories.size() == tokens.size());
  CHECK(all_tokens(scene.exported()).size() == tokens.size());
  eventually("no volume of an earlier claim", [&] { return scene.volumes().size() == tokens.size(); });
  auto const& exported = scene.exported();
  for (auto const* const home : {"creating", "trash", "archives"})
    eventually(std::string("nothing in ") + home,
               [&] { return exported.names_in(std::string(".nfs-subdir-provisioner/") + home).empty(); });
  CHECK(exported.names() == std::set<std::string>{scene.name_space()});
  CHECK(exported.names_in(scene.name_space()).size() == tokens.size());
  check_faults(proxy);
  scene.stop();
}

// The server ends a watch after a minute; what the balancer held back until then is seen. `make soak` runs it.
TEST_CASE("Behind a balancer that holds answers back until they are complete a claim is Bound all the same",
          "[.][soak][balancer]") {
  Scene scene;
  scene.make_class();
  FaultProxy proxy(0, FaultProxy::Manner::buffering);
  auto const kubeconfig = scene.exported().outside("balancer.kubeconfig");
  proxy.write_kubeconfig(kubeconfig);
  scene.start("direct", {{"KUBECONFIG", kubeconfig}, {"LOG_LEVEL", "info"}});
  auto const began = std::chrono::steady_clock::now();
  scene.make_claim("web");
  scene.await_bound("web", {}, 5min);
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - began;
  WARN("Bound after " << took.count() << " s behind a balancer that buffers");
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
