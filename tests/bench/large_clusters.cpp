// Declared in measurements.hpp.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "tests/bench/api_objects.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/process_use.hpp"
#include "tests/bench/stand_in.hpp"
#include "tests/integration/support/export_dir.hpp"
#include "tests/integration/support/program.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// An export of which the volumes say that they are on it.
void mark_export(test::ExportDir const& exported) {
  exported.make(".nfs-subdir-provisioner");
  fs::permissions(exported.at(".nfs-subdir-provisioner"), fs::perms::owner_all);
  exported.write(".nfs-subdir-provisioner/export.json", fmt::format("{{\"version\":1,\"id\":\"{}\"}}\n", export_id));
}

/// The program beside a stand-in.
class Beside {
 public:
  Beside(Contender const& contender, Population population) : api_(population, exported_.outside("")) {
    mark_export(exported_);
    auto environment = contender.environment;
    environment.merge(test::Program::Environment{{"KUBECONFIG", api_.kubeconfig()},
                                                 {"NFS_SERVER", server_name},
                                                 {"NFS_PATH", server_path},
                                                 {"PROVISIONER_NAME", provisioner_name},
                                                 {"ENABLE_LEADER_ELECTION", "false"},
                                                 {"MOUNT_DIR", exported_.root()}});
    program_ = std::make_unique<test::Program>(std::vector<std::string>{}, environment,
                                               exported_.outside("program.log").string(), contender.program);
  }

  [[nodiscard]] StandIn& api() { return api_; }
  [[nodiscard]] pid_t pid() const { return program_->pid(); }

  // Both lists were sent, and the program has come to rest: it has given back what the start alone needed.
  void await_rest(int seconds) {
    test::eventually(
        "both lists", [this] { return api_.lists_sent() >= 1; }, 600s);
    double before = -1;
    test::eventually(
        "the program at rest",
        [&] {
          std::this_thread::sleep_for(500ms);
          auto const now = cpu_seconds(pid());
          return now - std::exchange(before, now) < 0.011;
        },
        600s);
    std::this_thread::sleep_for(std::chrono::seconds{seconds});
  }

 private:
  test::ExportDir exported_;
  StandIn api_;
  std::unique_ptr<test::Program> program_;
};

void report_memory(Bench& bench, std::string const& group, std::string const& who, std::string const& when, pid_t pid) {
  auto const memory = resident(pid);
  bench.report.add(group, who, "memory " + when, memory.all, "MiB");
  bench.report.add(group, who, "memory without code " + when, memory.anonymous, "MiB");
  bench.report.add(group, who, "memory at its peak, " + when, memory.peak, "MiB");
}

void measure(Bench& bench, std::string const& group, Population population) {
  auto const contender = bench.contenders.ours("eager");
  Beside beside(contender, population);
  beside.await_rest(bench.sizes.rest_seconds);
  bench.report.add(group, contender.name, "CPU to start", cpu_seconds(beside.pid()), "s");
  report_memory(bench, group, contender.name, "after a start", beside.pid());
  if (population.ours + population.foreign == 0) return;
  auto const cpu = cpu_seconds(beside.pid());
  beside.api().change(bench.sizes.changes);
  beside.await_rest(bench.sizes.rest_seconds);
  auto const name = fmt::format("CPU of {} changes", 2 * bench.sizes.changes);
  bench.report.add(group, contender.name, name, cpu_seconds(beside.pid()) - cpu, "s");
  report_memory(bench, group, contender.name, "after those changes", beside.pid());
}

void measure_each_life(Bench& bench) {
  auto const group = fmt::format("{} claim lives", bench.sizes.lives);
  auto const contender = bench.contenders.ours("eager");
  Beside beside(contender, {});
  beside.await_rest(bench.sizes.rest_seconds);
  int const tenth = bench.sizes.lives / 10;
  for (int i = 1; i <= 10; ++i) {
    beside.api().let_live(tenth);
    bench.report.add(group, contender.name, fmt::format("memory after {}", i * tenth), resident(beside.pid()).all,
                     "MiB");
  }
  bench.report.add(group, contender.name, "CPU, each life", cpu_seconds(beside.pid()) * 1000 / bench.sizes.lives, "ms");
}

}  // namespace

void measure_large_clusters(Bench& bench) {
  struct Case {
    std::string group;
    Population population;
  };
  std::vector<Case> cases{{"stand-in, nothing", {}}};
  for (int const count : bench.sizes.volumes)
    cases.push_back({fmt::format("stand-in, {} volumes", count), {.ours = count, .foreign = 0}});
  auto const [ours, foreign] = bench.sizes.among_others;
  cases.push_back({fmt::format("stand-in, {} among {} of others", ours, foreign), {.ours = ours, .foreign = foreign}});
  for (auto const& [group, population] : cases) {
    try {
      measure(bench, group, population);
    } catch (std::exception const& error) {
      bench.report.failed(group, "eager", error.what());
    }
  }
}

void measure_lives(Bench& bench) {
  try {
    measure_each_life(bench);
  } catch (std::exception const& error) {
    bench.report.failed("claim lives", "eager", error.what());
  }
}

}  // namespace nfs::bench
