// How much memory claims cost, and the CPU of a start beside them: figures, printed. No bound is asserted.
// `test_integration "[memory-figures]"` runs them; NFS_PROGRAM names another program to compare with.
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/size.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

// 651 KiB, keys of 49 bytes and values of 60.
k8s::StringMap fat_labels() {
  constexpr std::size_t bytes = std::size_t{651} * 1024;
  k8s::StringMap labels;
  for (std::size_t size = 0; size < bytes; size += 109) {
    auto number = std::to_string(100'000 + labels.size());
    labels.emplace("l" + number + std::string(42, 'k'), std::string(60, 'v'));
  }
  return labels;
}

// What it has in memory, and had at most, in MB of 1,000,000 bytes (proc(5), status: VmRSS and VmHWM).
struct Resident {
  double now = 0;
  double most = 0;
};

Resident resident(Program const& program) {
  std::ifstream status("/proc/" + std::to_string(program.pid()) + "/status");
  Resident found;
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == "VmRSS:" && status >> kib) found.now = kib * 1024 / 1e6;
    if (word == "VmHWM:" && status >> kib) found.most = kib * 1024 / 1e6;
  }
  return found;
}

void say(std::string const& when, Resident const& memory) {
  std::cout << "memory " << when << ": " << memory.now << " MB, at most " << memory.most << " MB" << std::endl;
}

TEST_CASE("Figures: memory beside fat claims of a class that is nobody's", "[.][memory-figures]") {
  int const fat = size_from("FAT", 100, 100);
  Scene scene;
  scene.make_class();
  scene.start();
  scene.remove_and_await(scene.bound_claim("probe"));
  say("with no claim", resident(scene.program()));
  auto const labels = fat_labels();
  for (int i = 0; i < fat; ++i) {
    scene.make_claim("fat-" + std::to_string(i), {.labels = labels, .class_name = scene.unique("nobody")});
  }
  scene.remove_and_await(scene.bound_claim("probe"));  // by then the watch has brought all that was made before
  say("beside " + std::to_string(fat) + " fat claims", resident(scene.program()));
  scene.start();
  scene.remove_and_await(scene.bound_claim("probe"));
  say("after a restart", resident(scene.program()));
  scene.stop();
}

// Seconds of CPU that it has used (proc(5), stat: utime and stime).
double cpu_seconds(Program const& program) {
  std::ifstream stat("/proc/" + std::to_string(program.pid()) + "/stat");
  constexpr int fields_before = 13;
  std::string word;
  for (int field = 0; field < fields_before; ++field) stat >> word;
  double user = 0;
  double system = 0;
  stat >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

TEST_CASE("Figures: memory and CPU beside many bound claims", "[.][memory-figures]") {
  int const many = size_from("MANY", 1000, 100);
  Scene scene;
  scene.make_class();
  scene.start("eager");
  scene.remove_and_await(scene.bound_claim("probe"));
  say("with no claim", resident(scene.program()));
  for (int i = 0; i < many; ++i) scene.make_claim("many-" + std::to_string(i));
  eventually(
      "all claims are Bound",
      [&] {
        auto const last = scene.claim("many-" + std::to_string(many - 1));
        return last && last->phase == "Bound";
      },
      std::chrono::minutes{30});
  say("once it has bound " + std::to_string(many), resident(scene.program()));
  scene.start("eager");
  scene.remove_and_await(scene.bound_claim("probe"));
  say("after a restart", resident(scene.program()));
  std::cout << "CPU of that start: " << cpu_seconds(scene.program()) << " s" << std::endl;
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
