// Declared in measurements.hpp.
#include <fmt/format.h>

#include "tests/bench/load.hpp"
#include "tests/bench/measurements.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;

std::chrono::seconds patience_for(int claims) {
  return 120s + 2s * claims;
}

struct Burst {
  std::string group;
  Limits limits = Limits::usual;
  int count = 0;
  int per_second = 0;
};

// What the work since `cpu` and `requests` cost, for each of `count`.
void report_cost(Bench& bench, Burst const& burst, Ground& ground, double cpu, Requests const& requests,
                 std::string const& each) {
  auto const& who = ground.contender().name;
  auto const cost = ground.requests() - requests;
  bench.report.add(burst.group, who, "CPU, each " + each, (ground.cpu() - cpu) * 1000 / burst.count, "ms");
  bench.report.add(burst.group, who, "writes, each " + each, double(cost.writes) / burst.count, "");
  bench.report.add(burst.group, who, "reads, each " + each, double(cost.reads) / burst.count, "");
  bench.report.add(burst.group, who, "Events, each " + each, double(cost.events) / burst.count, "");
}

void create(Bench& bench, Burst const& burst, Ground& ground) {
  auto const& who = ground.contender().name;
  auto const cpu = ground.cpu();
  auto const requests = ground.requests();
  make_claims(ground, "claim", burst.count, burst.per_second);
  await(ground, &Moments::bound, burst.count, patience_for(burst.count));
  auto const claims = ground.watch().moments();
  auto const times = seconds_between(claims, &Moments::asked, &Moments::bound);
  bench.report.add(burst.group, who, "volumes made", rate(claims, &Moments::asked, &Moments::volume), "/s");
  bench.report.add(burst.group, who, "claims Bound", rate(claims, &Moments::asked, &Moments::bound), "/s");
  bench.report.add(burst.group, who, "made to Bound, median", at_share(times, 0.5), "s");
  bench.report.add(burst.group, who, "made to Bound, 99 %", at_share(times, 0.99), "s");
  bench.report.add_distribution(burst.group, who, times);
  report_cost(bench, burst, ground, cpu, requests, "claim");
}

void remove(Bench& bench, Burst const& burst, Ground& ground) {
  auto const cpu = ground.cpu();
  auto const requests = ground.requests();
  auto const began = std::chrono::steady_clock::now();
  delete_claims(ground, "claim", burst.count);
  await(ground, &Moments::volume_gone, burst.count, patience_for(burst.count));
  Seconds const took = std::chrono::steady_clock::now() - began;
  bench.report.add(burst.group, ground.contender().name, "volumes deleted", burst.count / took.count(), "/s");
  report_cost(bench, burst, ground, cpu, requests, "deletion");
}

void measure(Bench& bench, Burst const& burst, Contender const& contender) {
  try {
    Ground ground(contender, burst.limits);
    create(bench, burst, ground);
    remove(bench, burst, ground);
  } catch (std::exception const& error) {
    bench.report.failed(burst.group, contender.name, error.what());
  }
}

// Nothing but the contender writes: how fast it could be.
void measure_without_manager(Bench& bench, Contender const& contender) {
  auto const count = bench.sizes.burst;
  std::string const group = fmt::format("{} claims, no controller", count);
  try {
    Ground ground(contender, Limits::usual);
    ground.plane().stop("kube-controller-manager");
    ground.annotate_claims(true);
    auto const cpu = ground.cpu();
    make_claims(ground, "claim", count);
    await(ground, contender.writes_claims ? &Moments::bound : &Moments::volume, count, patience_for(count));
    auto const claims = ground.watch().moments();
    bench.report.add(group, contender.name, "volumes made", rate(claims, &Moments::asked, &Moments::volume), "/s");
    if (contender.writes_claims)
      bench.report.add(group, contender.name, "claims Bound", rate(claims, &Moments::asked, &Moments::bound), "/s");
    bench.report.add(group, contender.name, "CPU, each claim", (ground.cpu() - cpu) * 1000 / count, "ms");
  } catch (std::exception const& error) {
    bench.report.failed(group, contender.name, error.what());
  }
}

}  // namespace

void measure_bursts(Bench& bench) {
  auto const& sizes = bench.sizes;
  auto const& who = bench.contenders;
  auto const with_peer = [&](std::vector<Contender> all) {
    if (auto const peer = who.peer()) all.push_back(*peer);
    return bench.some_of(std::move(all));
  };
  Burst const usual{.group = fmt::format("{} claims, usual limits", sizes.burst), .count = sizes.burst};
  for (auto const& each : bench.some_of({who.ours("eager"), who.bare("eager"), who.ours("direct"), who.bare("direct")}))
    measure(bench, usual, each);
  Burst const slow{.group = fmt::format("{} claims, usual limits", sizes.slow_burst), .count = sizes.slow_burst};
  for (auto const& each : with_peer({who.ours("controller"), who.ours("direct"), who.ours("eager")}))
    measure(bench, slow, each);
  Burst const lifted{
      .group = fmt::format("{} claims, limits lifted", sizes.burst), .limits = Limits::lifted, .count = sizes.burst};
  for (auto const& each : with_peer({who.ours("direct"), who.ours("eager"), who.ours("controller"), who.bare("eager")}))
    measure(bench, lifted, each);
  Burst const steady{.group = fmt::format("{} claims, {} a second", sizes.burst, sizes.per_second),
                     .count = sizes.burst,
                     .per_second = sizes.per_second};
  for (auto const& each : bench.some_of({who.bare("eager"), who.ours("eager")})) measure(bench, steady, each);
  for (auto const& each : with_peer({who.ours("eager"), who.bare("eager")})) measure_without_manager(bench, each);
}

void measure_single_claims(Bench& bench) {
  auto const group = fmt::format("{} claims, one after the other", bench.sizes.alone);
  auto all = std::vector{bench.contenders.ours("direct"), bench.contenders.bare("direct"),
                         bench.contenders.ours("eager"), bench.contenders.bare("eager")};
  if (auto const peer = bench.contenders.peer()) all.push_back(*peer);
  for (auto const& contender : bench.some_of(all)) {
    try {
      Ground ground(contender, Limits::usual);
      for (int i = 1; i <= bench.sizes.alone; ++i) {
        make_claims(ground, "alone-" + std::to_string(i), 1);
        await(ground, &Moments::bound, i, 60s);
      }
      auto const times = seconds_between(ground.watch().moments(), &Moments::asked, &Moments::bound);
      bench.report.add(group, contender.name, "made to Bound, median", at_share(times, 0.5) * 1000, "ms");
      bench.report.add(group, contender.name, "made to Bound, 99 %", at_share(times, 0.99) * 1000, "ms");
    } catch (std::exception const& error) {
      bench.report.failed(group, contender.name, error.what());
    }
  }
}

}  // namespace nfs::bench
