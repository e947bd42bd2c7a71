// How much of the heap each object takes that is kept.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include "k8s/json/read.hpp"
#include "k8s/watch/store.hpp"
#include "provisioner/core/cached.hpp"
#include "tests/bench/api_objects.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"

namespace nfs::bench {
namespace {

std::size_t heap() {
  return ::mallinfo2().uordblks;
}

template <class Kept, class Keep>
void measure(benchmark::State& state, Keep keep) {
  auto const count = static_cast<int>(state.range(0));
  for (auto _ : state) {
    auto const before = heap();
    Kept kept;
    for (int i = 0; i < count; ++i) keep(kept, i);
    state.counters["bytes/object"] = static_cast<double>(heap() - before) / count;
  }
}

void claims(benchmark::State& state) {
  measure<k8s::Store<k8s::Claim>>(state, [](auto& store, int number) {
    auto claim = *k8s::read<k8s::Claim>(claim_json(number));
    keep_what_is_needed(claim);
    store.apply(std::move(claim));
  });
}
BENCHMARK(claims)->Name("memory of claims")->Arg(10'000)->Iterations(1);

void volumes(benchmark::State& state) {
  measure<k8s::Store<k8s::Volume>>(state, [](auto& store, int number) {
    auto volume = *k8s::read<k8s::Volume>(volume_json(number));
    keep_what_is_needed(volume);
    store.apply(std::move(volume));
  });
}
BENCHMARK(volumes)->Name("memory of volumes")->Arg(10'000)->Iterations(1);

void directories(benchmark::State& state) {
  measure<Occupancy>(state, [](auto& occupancy, int number) {
    Occupant occupant;
    occupant.volume = "pvc-" + uid_of(number);
    occupant.claim_uid = uid_of(number);
    occupant.claim_namespace = namespace_of(number);
    occupant.claim_name = claim_name(number);
    occupant.deletes = true;
    occupant.namespace_uid = "a0ffee00-1111-4222-8333-444444444444";
    occupancy.put(testing::path(occupant.claim_namespace + "/" + occupant.claim_name), occupant);
  });
}
BENCHMARK(directories)->Name("memory of who holds a directory")->Arg(10'000)->Iterations(1);

}  // namespace
}  // namespace nfs::bench
