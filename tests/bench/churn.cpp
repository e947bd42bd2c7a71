// Declared in measurements.hpp.
#include <fmt/format.h>

#include "tests/bench/load.hpp"
#include "tests/bench/measurements.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;

// Claims of the same names are deleted and made again at the same time.
void churn(Bench& bench, Contender const& contender) {
  auto const count = bench.sizes.releases;
  auto const group = fmt::format("{} releases uninstalled and installed", count);
  try {
    Ground ground(contender, Limits::usual);
    make_claims(ground, "release", count);
    await(ground, &Moments::bound, count, 60s + 2s * count);
    ground.watch().forget();
    auto const began = std::chrono::steady_clock::now();
    replace_claims(ground, "release", count);
    await(ground, &Moments::bound, count, 60s + 2s * count);
    Seconds const took = std::chrono::steady_clock::now() - began;
    auto const times = seconds_between(ground.watch().moments(), &Moments::asked, &Moments::bound);
    bench.report.add(group, contender.name, "all Bound again after", took.count(), "s");
    bench.report.add(group, contender.name, "made again to Bound, median", at_share(times, 0.5), "s");
    bench.report.add(group, contender.name, "made again to Bound, 99 %", at_share(times, 0.99), "s");
  } catch (std::exception const& error) {
    bench.report.failed(group, contender.name, error.what());
  }
}

void behind_deletions(Bench& bench, Contender const& contender) {
  auto const deletions = bench.sizes.deletions;
  auto const count = bench.sizes.after_deletions;
  auto const group = fmt::format("{} claims right after {} deletions", count, deletions);
  try {
    Ground ground(bench.contenders.ours("eager"), Limits::usual);
    make_claims(ground, "old", deletions);
    await(ground, &Moments::bound, deletions, 60s + 2s * deletions);
    ground.start(contender);
    ground.await_service();
    delete_claims(ground, "old", deletions);
    test::eventually(
        "the end of all claims", [&] { return ground.cluster().claims(bench_namespace).empty(); },
        60s + 2s * deletions);
    make_claims(ground, "new", count);
    await(ground, &Moments::bound, count, 60s + 2s * count);
    bench.report.add(group, contender.name, "claims Bound",
                     rate(ground.watch().moments(), &Moments::asked, &Moments::bound), "/s");
  } catch (std::exception const& error) {
    bench.report.failed(group, contender.name, error.what());
  }
}

}  // namespace

void measure_churn(Bench& bench) {
  auto all = std::vector{bench.contenders.ours("direct"), bench.contenders.ours("eager")};
  if (auto const peer = bench.contenders.peer()) all.push_back(*peer);
  for (auto const& contender : bench.some_of(all)) churn(bench, contender);
  for (auto const& contender : bench.some_of(all)) behind_deletions(bench, contender);
}

}  // namespace nfs::bench
