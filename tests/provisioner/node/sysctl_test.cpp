#include "provisioner/node/sysctl.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

Sysctl sysctl(std::string_view text) {
  return std::get<Sysctl>(parse_sysctl(text));
}

std::string now(k8s::test::TemporaryDirectory const& proc_sys, std::string_view path) {
  std::ifstream in(proc_sys.path(path));
  return {std::istreambuf_iterator<char>(in), {}};
}

CheckReport set(k8s::test::TemporaryDirectory const& proc_sys, std::string_view text) {
  CheckReport report;
  set_sysctl(sysctl(text), proc_sys.path(), report);
  return report;
}

}  // namespace

TEST_CASE("a sysctl is read as sysctl(8) spells it") {
  CHECK(sysctl("vm.max_map_count=262144") == Sysctl{"vm.max_map_count", "vm/max_map_count", "262144", false});
  CHECK(sysctl("vm.max_map_count>=262144") == Sysctl{"vm.max_map_count", "vm/max_map_count", "262144", true});
  CHECK(sysctl("net/ipv4/conf/eth0.1/rp_filter=2").path == "net/ipv4/conf/eth0.1/rp_filter");
  CHECK(sysctl("net.ipv4.tcp_rmem=4096\t87380  6291456").value == "4096 87380 6291456");
  CHECK(sysctl("kernel.core_pattern=|/bin/x a=b").value == "|/bin/x a=b");
}

TEST_CASE("what is no sysctl with a value is refused by name") {
  for (auto const* text :
       {"", "=", "=1", "vm.max_map_count", "vm.max_map_count=", "vm.max_map_count= ", "max=1", "vm..x=1",
        "../etc/passwd=1", "vm/../../x=1", "vm/./x=1", "/etc/passwd=1", "vm.x/=1", "vm max.x=1", "vm.x>=many", ">=1"}) {
    INFO(text);
    auto const read = parse_sysctl(text);
    REQUIRE(std::holds_alternative<Refusal>(read));
    CHECK_FALSE(std::get<Refusal>(read).message.empty());
  }
}

TEST_CASE("a sysctl that differs is set, and what it was is said") {
  k8s::test::TemporaryDirectory const proc_sys;
  proc_sys.write("vm/max_map_count", "65530\n");
  auto const report = set(proc_sys, "vm.max_map_count=262144");
  CHECK(report.failures() == 0);
  CHECK(contains(report.text(), "vm.max_map_count: was 65530, is 262144 now"));
  CHECK(now(proc_sys, "vm/max_map_count") == "262144");
}

TEST_CASE("a sysctl that is so already is not written") {
  k8s::test::TemporaryDirectory const proc_sys;
  proc_sys.write("net/ipv4/tcp_rmem", "4096\t87380\t6291456\n");
  auto const report = set(proc_sys, "net.ipv4.tcp_rmem=4096 87380 6291456");
  CHECK(contains(report.text(), "is 4096 87380 6291456 already"));
  CHECK(now(proc_sys, "net/ipv4/tcp_rmem") == "4096\t87380\t6291456\n");
}

TEST_CASE("a minimum leaves a larger value alone and raises a smaller one") {
  k8s::test::TemporaryDirectory const proc_sys;
  proc_sys.write("vm/max_map_count", "1048576\n");
  CHECK(contains(set(proc_sys, "vm.max_map_count>=262144").text(), "is 1048576 already"));
  CHECK(now(proc_sys, "vm/max_map_count") == "1048576\n");
  CHECK(contains(set(proc_sys, "vm.max_map_count=65530").text(), "was 1048576, is 65530 now"));
  CHECK(contains(set(proc_sys, "vm.max_map_count>=262144").text(), "was 65530, is 262144 now"));
}

TEST_CASE("a sysctl that the kernel does not have, or does not take, is a failure that names it") {
  k8s::test::TemporaryDirectory const proc_sys;
  CHECK(set(proc_sys, "vm.no_such=1").failures() == 1);
  CHECK(contains(set(proc_sys, "vm.no_such=1").text(), "FAIL  vm.no_such"));
  // What is written there goes nowhere.
  std::filesystem::create_directory(proc_sys.path("vm"));
  std::filesystem::create_symlink("/dev/null", proc_sys.path("vm/deaf"));
  auto const report = set(proc_sys, "vm.deaf=1");
  CHECK(report.failures() == 1);
  CHECK(contains(report.text(), "was to be 1"));
}
