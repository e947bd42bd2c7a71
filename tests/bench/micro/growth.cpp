// What one step costs beside more and more volumes.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "k8s/json/read.hpp"
#include "k8s/model/quantity.hpp"
#include "k8s/runtime/queue_machine.hpp"
#include "k8s/watch/store.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "tests/bench/api_objects.hpp"
#include "tests/bench/micro/allocations.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;

class Allocations {
 public:
  explicit Allocations(benchmark::State& state) : state_(state), before_(allocations()) {}
  ~Allocations() {
    state_.counters["allocations"] =
        static_cast<double>(allocations() - before_) / static_cast<double>(state_.iterations());
  }
  Allocations(Allocations const&) = delete;
  Allocations& operator=(Allocations const&) = delete;

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (int const count : {1000, 10'000, 150'000}) benchmark->Arg(count);
}

std::string path_of(int number) {
  return fmt::format("team-{}/data-web-{}", number % 100, number);
}

Occupant holder(std::string const& uid) {
  Occupant occupant;
  occupant.volume = "pvc-" + uid;
  occupant.claim_uid = uid;
  return occupant;
}

Occupancy occupied_by(std::int64_t count) {
  Occupancy occupancy;
  for (int i = 0; i < count; ++i) occupancy.put(testing::path(path_of(i)), holder(uid_of(i)));
  return occupancy;
}

void decide_new_claim(benchmark::State& state) {
  testing::World world;
  world.occupancies.front() = occupied_by(state.range(0));
  Allocations const counted(state);
  for (auto _ : state) benchmark::DoNotOptimize(world.on_claim());
}
BENCHMARK(decide_new_claim)->Name("decide on a new claim, beside volumes")->Apply(sizes);

void hold_and_free(benchmark::State& state) {
  auto occupancy = occupied_by(state.range(0));
  auto const one = testing::path("team-1/new");
  auto const mine = holder("new");
  Allocations const counted(state);
  for (auto _ : state) {
    occupancy.put(one, mine);
    benchmark::DoNotOptimize(occupancy.overlapping(one));
    occupancy.erase(mine.volume);
  }
}
BENCHMARK(hold_and_free)->Name("a directory is taken, looked up, freed, beside volumes")->Apply(sizes);

void watch_event(benchmark::State& state) {
  k8s::Store<k8s::Claim> store;
  auto const count = static_cast<int>(state.range(0));
  for (int i = 0; i < count; ++i) store.apply(*k8s::read<k8s::Claim>(claim_json(i)));
  auto const text = claim_json(count);
  auto const key = k8s::object_key(k8s::read<k8s::Claim>(text)->meta);
  Allocations const counted(state);
  for (auto _ : state) {
    store.apply(*k8s::read<k8s::Claim>(text));
    benchmark::DoNotOptimize(store.get(key));
    store.erase(key);
  }
}
BENCHMARK(watch_event)->Name("a claim is read, kept, looked up, dropped, beside claims")->Apply(sizes);

void queue(benchmark::State& state) {
  k8s::QueueMachine machine;
  k8s::SteadyTime const now{};
  for (int i = 0; i < state.range(0); ++i) machine.add_at(uid_of(i), now + 1h, "team");
  Allocations const counted(state);
  for (auto _ : state) {
    machine.add("new", now, "team-1");
    auto const taken = machine.take(now);
    machine.done(taken->key, now);
  }
}
BENCHMARK(queue)->Name("a key is added, taken, done, beside waiting keys")->Apply(sizes);

void expand(benchmark::State& state) {
  auto const claim = testing::handed_claim();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        expand_path_pattern("${.PVC.namespace}/${.PVC.name}", claim, "pvc-UID", OnMissingKey::refuse));
}
BENCHMARK(expand)->Name("expand a path pattern");

void parse_quantity(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(k8s::Quantity::parse("1.5Gi"));
}
BENCHMARK(parse_quantity)->Name("read a quantity");

}  // namespace
}  // namespace nfs::bench
