#include "provisioner/service/export_opener.hpp"

#include <thread>

#include "provisioner/controller/shared_settings.hpp"
#include "provisioner/storage/files/remedy.hpp"
#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Opening : WiredExport {
  std::vector<std::string> told;  // of the thread that opens
  SharedSettings settings{Settings{
      .provisioner = std::string(our_name), .permissions = {}, .directories = {}, .cluster = {nfs::own_cluster}}};
  ExportOpener opener{view, ledger, queues, settings, clock, log.log()};

  Opening() { fill(view.volumes(), std::vector<k8s::Volume>{}); }

  bool open(std::stop_token stop = {}) {
    return opener.open(site(), 0,
                       {.cannot_open = [this](auto const& error) { told.push_back(error.message); },
                        .opened = [this] { told.emplace_back("opened"); }},
                       std::move(stop));
  }
  void begin_directory(std::string const& volume) {
    DirectoryRequest request{.volume = volume,
                             .claim_namespace = "team-a",
                             .claim_name = "web",
                             .claim_uid = "U1",
                             .path = path("team-a/web"),
                             .mode = 0777,
                             .uid = {},
                             .gid = {}};
    REQUIRE(site().store().create(request).has_value());
  }
};

}  // namespace

TEST_CASE("an export that was never used gets its marker, and is well") {
  Opening opening;
  CHECK(opening.open());
  CHECK_FALSE(opening.site().id().empty());
  CHECK(opening.site().health().last().trouble.empty());
  CHECK(opening.site().health().last().space);
  CHECK(opening.told == std::vector<std::string>{"opened"});
  CHECK(opening.log.count("serving") == 1);
}

TEST_CASE("an export that was used before is opened though it is full: what makes room there goes on") {
  Opening opening;
  REQUIRE(opening.site().store().identify({}).has_value());
  opening.inner.set_full(true);
  CHECK(opening.open());
  CHECK(opening.told == std::vector<std::string>{"opened"});
}

TEST_CASE("intents from before hold their directories and are looked at, by the namespace of their claims") {
  Opening opening;
  REQUIRE(opening.site().store().identify({}).has_value());
  opening.begin_directory("pvc-U1");
  CHECK(opening.open());
  CHECK(opening.queued() == std::vector<std::string>{"pvc-U1"});
  CHECK(opening.ledger.life("pvc-U1").intent);
}

TEST_CASE("an export that cannot be opened is tried again, later each time, and is told of once for each reason") {
  Opening opening;
  opening.inner.set_missing(true);
  bool opened = false;
  std::jthread thread([&] { opened = opening.open(); });
  for (auto const pause : {1100ms, 2200ms, 4400ms}) {
    REQUIRE(opening.clock.await_waiter());
    CHECK(opening.log.count("the export cannot be used") == 1);
    CHECK_FALSE(opening.site().health().last().trouble.empty());
    if (pause == 4400ms) opening.inner.set_missing(false);
    opening.clock.advance(pause - 1ms);
    REQUIRE(opening.clock.await_waiter());
    opening.clock.advance(1ms);
  }
  thread.join();
  CHECK(opened);
  REQUIRE(opening.told.size() == 4);
  CHECK(opening.told.back() == "opened");
  CHECK(opening.site().health().last().trouble.empty());
}

TEST_CASE("a mount without the marker that our volumes name is not opened, and not touched") {
  Opening opening;
  auto volume = volume_at("pvc-U9", "/data/nfs/team-a/old", "U9");
  volume.meta.annotations["nfs-subdir-provisioner.io/export-id"] = "SOME-OTHER-EXPORT";
  opening.view.volumes().apply(volume);
  bool opened = true;
  std::jthread thread([&](std::stop_token stop) { opened = opening.open(std::move(stop)); });
  REQUIRE(opening.clock.await_waiter());
  thread.request_stop();
  thread.join();
  CHECK_FALSE(opened);
  CHECK(opening.inner.dump().empty());
  CHECK(opening.site().id().empty());
}

TEST_CASE("volumes of the export under another name hold their directories, and are looked at, once it is open") {
  Opening opening;
  auto const id = opening.site().store().identify({}).value();
  auto volume = volume_at("pvc-U9", "/data/nfs/team-a/web", "U9");
  volume.source.attributes["server"] = "192.0.2.1";
  volume.meta.annotations["nfs-subdir-provisioner.io/export-id"] = id;
  opening.view.volumes().apply(volume);
  (void)opening.keys.by({nullptr, opening.view.volume("pvc-U9")});
  CHECK(opening.open());
  CHECK(opening.queued() == std::vector<std::string>{"pvc-U9"});
  std::size_t held = 0;
  (void)opening.ledger.decide("pvc-U1", 0, Decided::Volume::none, [&](Ledger::View const& view) -> Decision {
    held = view.occupancies[0].overlapping(path("team-a/web")).size();
    return LeaveAlone{};
  });
  CHECK(held == 1);
}

TEST_CASE("an export that stands in the list twice is opened once, and the other one says so") {
  Opening opening;
  opening.exports.push_back({"again", "192.0.2.1", "/data/nfs", "/again"});
  Ledger ledger{opening.exports, std::string(our_name)};
  ExportOpener opener{opening.view, ledger, opening.queues, opening.settings, opening.clock, opening.log.log()};
  ExportSite again(opening.exports[1], std::make_unique<FaultyFileSystem>(opening.inner), opening.clock,
                   opening.log.log());
  CHECK(opener.open(opening.site(), 0, {}, {}));
  std::vector<std::string> told;
  std::jthread thread([&](std::stop_token stop) {
    (void)opener.open(again, 1, {.cannot_open = [&](auto const& error) { told.push_back(error.message); }}, stop);
  });
  REQUIRE(opening.clock.await_waiter());
  thread.request_stop();
  thread.join();
  REQUIRE(told.size() == 1);
  CHECK(contains(told.front(), "are one and the same"));
  CHECK(again.id().empty());
}

TEST_CASE("intents that cannot be read keep an export from being opened") {
  Opening opening;
  REQUIRE(opening.site().store().identify({}).has_value());
  opening.begin_directory("pvc-U1");
  opening.inner.set_fault(".nfs-subdir-provisioner/clusters/cluster-a/creating", StorageFault::io);
  std::jthread thread([&](std::stop_token stop) { (void)opening.open(std::move(stop)); });
  REQUIRE(opening.clock.await_waiter());
  CHECK(opening.site().id().empty());
  opening.inner.set_fault(".nfs-subdir-provisioner/clusters/cluster-a/creating", std::nullopt);
  opening.clock.advance(2s);
  thread.join();
  CHECK(opening.told.back() == "opened");
  CHECK(opening.queued() == std::vector<std::string>{"pvc-U1"});
}
