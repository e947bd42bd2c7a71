#include "provisioner/service/export_watchdog.hpp"

#include <thread>

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

k8s::ObjectReference own_pod() {
  return {.api_version = "v1",
          .kind = "Pod",
          .name_space = "storage",
          .name = "provisioner-0",
          .uid = {},
          .resource_version = {}};
}

struct Watched : WiredExport {
  std::vector<EmitEvent> events;
  ExportWatchdog dog{sites, own_pod(), [this](EmitEvent const& event) { events.push_back(event); }, clock, log.log()};
};

}  // namespace

TEST_CASE("an export that hangs is told of once, to the log and to our pod, and so is that it answers again") {
  Watched watched;
  watched.dog.look();
  watched.faulty->hang_at(1);
  std::jthread hung([&] { (void)watched.site().files().make_directory("team-a", 0755); });
  watched.faulty->wait_until_hanging();
  watched.clock.advance(30s);
  watched.dog.look();
  CHECK(watched.events.empty());
  watched.clock.advance(1s);
  watched.dog.look();
  watched.dog.look();
  CHECK(watched.log.count("has not answered for 30 s") == 1);
  CHECK(watched.log.count("nfs.example:/data/nfs") == 1);
  REQUIRE(watched.events.size() == 1);
  CHECK(watched.events[0].about.name == "provisioner-0");
  CHECK(watched.events[0].reason == "ExportNotResponding");
  watched.faulty->release();
  hung.join();
  watched.dog.look();
  watched.dog.look();
  CHECK(watched.log.count("the export answers again") == 1);
  CHECK(watched.events.size() == 1);
}

TEST_CASE("who does not know its pod tells the log alone") {
  Watched watched;
  ExportWatchdog dog(
      watched.sites, std::nullopt, [&](auto const& event) { watched.events.push_back(event); }, watched.clock,
      watched.log.log());
  watched.faulty->hang_at(1);
  std::jthread const hung([&] { (void)watched.site().files().make_directory("team-a", 0755); });
  watched.faulty->wait_until_hanging();
  watched.clock.advance(31s);
  dog.look();
  watched.faulty->release();
  CHECK(watched.log.count("has not answered") == 1);
  CHECK(watched.events.empty());
}

TEST_CASE("an export's health is looked at every five seconds until it is stopped") {
  Watched watched;
  std::jthread thread([&](std::stop_token stop) {
    watched.dog.watch(
        watched.site(), [] { return false; }, std::move(stop));
  });
  REQUIRE(watched.clock.await_waiter());
  CHECK(watched.site().health().last().trouble.empty());
  watched.inner.set_missing(true);
  watched.clock.advance(5s);
  REQUIRE(watched.clock.await_waiter());
  CHECK_FALSE(watched.site().health().last().trouble.empty());
  thread.request_stop();
  thread.join();
}
