#include "provisioner/service/waiting_claims.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "provisioner/storage/files/remedy.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Waiting : HangingExport {
  LogBook log;
  ExportSite site{{"default", "nfs.example", "/data/nfs", "/persistentvolumes"}, std::move(between), clock, log.log()};
  ClusterView view{clock};
  SharedSettings settings{Settings{std::string(our_name), Binding::direct, {}, {}, {}}};
  std::vector<EmitEvent> events;
  WaitingClaims waiting{site, view, settings, [this](EmitEvent const& event) { events.push_back(event); }, clock};

  Waiting() {
    fill(view.classes(), {our_class()});
    fill(view.volumes(), std::vector<k8s::Volume>{});
    fill(view.claims(), {pending_claim("web", "U1")});
  }

  // Reasons and claims, in order.
  [[nodiscard]] std::vector<std::string> look() {
    events.clear();
    waiting.look();
    std::vector<std::string> told;
    for (auto const& event : events) told.push_back(event.reason + " " + event.about.name);
    return told;
  }
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("an export that cannot be opened is told to the claims that wait for it, with what to do, and its end") {
  Waiting waiting;
  CHECK(waiting.look().empty());
  waiting.inner.set_missing(true);
  waiting.site.store().act_for(own_cluster);
  auto const id = waiting.site.store().identify({});
  REQUIRE(id.has_error());
  waiting.waiting.cannot_open(id.error());
  CHECK(waiting.look() == Told{"WaitingForExport web"});
  CHECK(contains(waiting.events.front().message, "export nfs.example:/data/nfs cannot be used"));
  CHECK(contains(waiting.events.front().message, id.error().message));
  CHECK(contains(waiting.events.front().message, "Mount the export"));
  CHECK(waiting.look().empty());
  waiting.waiting.opened();
  CHECK(waiting.look() == Told{"ExportUsable web"});
  CHECK(waiting.look().empty());
}

TEST_CASE("an export that was copied without its marker is told to the claims that wait, with the verb that mends it") {
  Waiting waiting;
  waiting.inner.put_file("team-a/web/token", "x");
  waiting.site.store().act_for(own_cluster);
  waiting.waiting.cannot_open(waiting.site.store().identify({{"pvc-9", "OLD", path("team-a/web")}}).error());
  CHECK(waiting.look() == Told{"WaitingForExport web"});
  CHECK(waiting.events.front().type == k8s::EventType::warning);
  CHECK(contains(waiting.events.front().message, "its marker is missing"));
  CHECK(contains(waiting.events.front().message, "export adopt"));
  CHECK(waiting.events.front().message.size() <= 1024);
}

TEST_CASE("only claims that would get a volume are told") {
  struct Row {
    std::string what;
    std::function<void(k8s::Claim&)> change;
  };
  std::vector<Row> const table{
      {"bound", [](auto& claim) { claim.phase = "Bound"; }},
      {"of another class", [](auto& claim) { claim.storage_class_name = "other"; }},
      {"of another provisioner",
       [](auto& claim) {
         claim.meta.annotations = {{"volume.kubernetes.io/storage-provisioner", "example.com/other"}};
       }},
      {"not handed to us", [](auto& claim) { claim.meta.annotations.clear(); }},
      {"for a volume that somebody named", [](auto& claim) { claim.volume_name = "by-hand"; }},
  };
  for (auto const& row : table) {
    INFO(row.what);
    Waiting waiting;
    auto claim = pending_claim("web", "U1", "2");
    row.change(claim);
    fill(waiting.view.claims(), {claim, pending_claim("db", "U2")});
    waiting.waiting.cannot_open({StorageFault::full, "no space"});
    CHECK(waiting.look() == Told{"WaitingForExport db"});
  }
}

TEST_CASE("an export that hangs is told without naming the directory that it hangs at, in the same words for ever") {
  Waiting waiting;
  waiting.waiting.opened();
  waiting.faulty->hang_at(1);
  std::jthread const hung([&] { (void)waiting.site.files().make_directory("team-b/secret", 0755); });
  waiting.faulty->wait_until_hanging();
  waiting.clock.advance(20s);
  CHECK(waiting.look().empty());
  waiting.clock.advance(20s);
  CHECK(waiting.look() == Told{"WaitingForExport web"});
  auto const first = waiting.events.front().message;
  CHECK(contains(first, "has not answered"));
  CHECK_FALSE(contains(first, "secret"));
  waiting.clock.advance(WaitingNotices::repeat_after);
  CHECK(waiting.look() == Told{"WaitingForExport web"});
  CHECK(waiting.events.front().message == first);
  waiting.faulty->release();
  while (waiting.site.files().oldest_call()) std::this_thread::yield();
  CHECK(waiting.look() == Told{"ExportUsable web"});
}

TEST_CASE("a claim whose attempt failed on the export is told what to do, and that it goes on") {
  for (auto const fault : {StorageFault::permission, StorageFault::read_only, StorageFault::full, StorageFault::stale,
                           StorageFault::wrong_export, StorageFault::io}) {
    INFO(static_cast<int>(fault));
    Stage stage;
    Program program(stage);
    program.faults().fail_at(1, FaultyFileSystem::Moment::before, fault);
    stage.put_claim("web", "U1");
    (void)program.work(1);
    REQUIRE(program.told("ProvisioningFailed") == 1);
    auto const& failed = *std::ranges::find(program.events(), "ProvisioningFailed", &EmitEvent::reason);
    CHECK(contains(failed.message, std::string(remedy_of(fault))));
    program.faults().fail_at(1000, FaultyFileSystem::Moment::before, fault);
    REQUIRE(program.work());
    CHECK(program.told("ProvisioningSucceeded") == 1);
  }
}

TEST_CASE("it looks every five seconds while this replica serves, until it is stopped") {
  Waiting place;
  place.waiting.cannot_open({StorageFault::io, "input/output error"});
  std::atomic<bool> serves = false;
  std::jthread thread([&](std::stop_token stop) { place.waiting.run([&] { return serves.load(); }, std::move(stop)); });
  REQUIRE(place.clock.await_waiter());
  CHECK(place.events.empty());
  serves = true;
  place.clock.advance(5s);
  REQUIRE(place.clock.await_waiter());
  CHECK(place.events.size() == 1);
  thread.request_stop();
  thread.join();
}
