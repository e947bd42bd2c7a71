// Declared in measurements.hpp.
#include <fmt/format.h>

#include <algorithm>

#include "tests/bench/load.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/process_use.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto quiet = "quiet";

// One claim of the quiet namespace after the other, each until it is Bound, in ms.
class QuietClaims {
 public:
  explicit QuietClaims(Ground& ground) : ground_(ground) { ground.make_namespace(quiet); }

  std::vector<double> serve(int count) {
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
      auto const asked = std::chrono::steady_clock::now();
      auto const made = ground_.cluster().create(ground_.claim(quiet, "single-" + std::to_string(next_++)));
      auto const bound = [&] { return ground_.watch().moments_of(made.meta.uid).bound; };
      auto const when = test::eventually("a quiet namespace's claim Bound", bound, 3600s).value();
      times.push_back(Seconds(when - asked).count() * 1000);
    }
    std::ranges::sort(times);
    return times;
  }

 private:
  Ground& ground_;
  int next_ = 0;
};

void report_memory(Bench& bench, std::string const& group, Ground& ground, std::string const& when) {
  auto const memory = resident(ground.program().pid());
  bench.report.add(group, ground.contender().name, "memory " + when, memory.all, "MiB");
  bench.report.add(group, ground.contender().name, "memory without code " + when, memory.anonymous, "MiB");
}

void report_quiet(Bench& bench, std::string const& group, std::string const& who, std::string const& when,
                  std::vector<double> const& times) {
  bench.report.add(group, who, "another namespace's claim, median, " + when, at_share(times, 0.5), "ms");
  bench.report.add(group, who, "another namespace's claim, longest, " + when, times.back(), "ms");
}

void idle_minute(Bench& bench, std::string const& group, Ground& ground) {
  auto const& who = ground.contender().name;
  auto const seconds = bench.sizes.idle_seconds;
  auto const cpu = ground.cpu();
  auto const requests = ground.requests();
  std::this_thread::sleep_for(std::chrono::seconds{seconds});
  auto const made = ground.requests() - requests;
  report_memory(bench, group, ground, "when idle");
  bench.report.add(group, who, "CPU when idle, of one core", (ground.cpu() - cpu) / seconds * 100, "%");
  bench.report.add(group, who, "requests when idle", double(made.for_objects() + made.lists + made.rest) * 60 / seconds,
                   "/min");
}

void start_beside(Bench& bench, std::string const& group, Ground& ground, Contender const& contender) {
  auto const began = std::chrono::steady_clock::now();
  ground.start(contender);
  auto const started = std::chrono::steady_clock::now();
  ground.watch().forget();
  ground.await_first_claim();
  auto const served = ground.watch().moments().front().bound.value();
  bench.report.add(group, contender.name, "CPU to start and serve one claim", ground.cpu(), "s");
  bench.report.add(group, contender.name, "from the start to the first claim Bound", Seconds(served - started).count(),
                   "s");
  bench.report.add(group, contender.name, "out of service while it starts anew", Seconds(served - began).count(), "s");
  report_memory(bench, group, ground, "after a start");
  bench.report.add(group, contender.name, "memory at its peak", resident(ground.program().pid()).peak, "MiB");
}

void measure(Bench& bench, std::string const& group, int count) {
  auto const ours = bench.contenders.ours("eager");
  Ground ground(ours, Limits::usual);
  QuietClaims singles(ground);
  report_memory(bench, group, ground, "with no volume");
  report_quiet(bench, group, ours.name, "idle", singles.serve(bench.sizes.beside_crowd));

  make_claims(ground, "crowd", count);
  report_quiet(bench, group, ours.name, "beside the burst", singles.serve(bench.sizes.beside_crowd));
  await(ground, &Moments::bound, count, 120s + 1s * count);
  auto const claims = ground.watch().moments();
  auto const times = seconds_between(claims, &Moments::asked, &Moments::bound);
  bench.report.add(group, ours.name, "claims Bound", rate(claims, &Moments::asked, &Moments::bound), "/s");
  bench.report.add(group, ours.name, "made to Bound, longest", times.back(), "s");
  bench.report.add_distribution(group, ours.name, times);
  report_memory(bench, group, ground, "after the burst");

  start_beside(bench, group, ground, ours);
  idle_minute(bench, group, ground);
  if (auto const peer = bench.contenders.peer()) {
    start_beside(bench, group, ground, *peer);
    idle_minute(bench, group, ground);
    ground.start(ours);
    ground.watch().forget();
    ground.await_first_claim();
  }
  delete_claims(ground, "crowd", count);
  report_quiet(bench, group, ours.name, "behind the deletions", singles.serve(bench.sizes.beside_crowd));
}

}  // namespace

void measure_crowd(Bench& bench) {
  auto const group = fmt::format("{} claims", bench.sizes.crowd);
  try {
    measure(bench, group, bench.sizes.crowd);
  } catch (std::exception const& error) {
    bench.report.failed(group, "eager", error.what());
  }
}

}  // namespace nfs::bench
