#include "provisioner/service/archive_pruner.hpp"

#include <fmt/format.h>

#include <thread>

#include "provisioner/storage/volumes/documents.hpp"
#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto* in_trash = ".nfs-subdir-provisioner/clusters/cluster-a/trash/pvc-U0";
constexpr auto* resting = ".nfs-subdir-provisioner/clusters/cluster-a/resting/pvc-U0";

struct Pruning : WiredExport {
  std::string archive;
  std::chrono::seconds server_ahead{0};
  test::MemoryApiServer server;
  k8s::Client client{server.connect()};
  ArchivePruner pruner;

  explicit Pruning(std::string const& retention, std::string const& trash_retention = "0")
      : archive(put_archive(retention)), pruner(site(), view, client, trash_retention, clock, log.log()) {
    inner.set_clock([this] { return clock.wall() + server_ahead; });
    REQUIRE(site().store().survey_archives().has_value());
  }
  /// The archive's record says how long it rests in the trash.
  void freeze(std::string const& trash_retention) {
    auto record = site().store().catalog().all().at(0);
    record.trash_retention = trash_retention;
    inner.put_file(layout::record_of("pvc-U0"), write_document(record));
    REQUIRE(site().store().survey_archives().has_value());
  }
};

}  // namespace

TEST_CASE("an archive whose retention has ended goes into the trash, and its purger knows of it") {
  Pruning pruning("1h");
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(pruning.archive));
  pruning.clock.advance(1h);
  pruning.pruner.prune_ended({});
  CHECK_FALSE(pruning.stands(pruning.archive));
  CHECK(pruning.stands(in_trash));
  CHECK(pruning.site().purger().counts().waiting == 1);
  CHECK(pruning.site().archive_count() == 0);
  CHECK(pruning.log.count("the retention of an archive has ended") == 1);
}

TEST_CASE(
    "an archive that is pruned rests in the trash first, as its record says, else as the program's setting says") {
  auto const [frozen, setting, rests] = GENERATE(table<std::string, std::string, std::string>(
      {{"", "1h", "1h"}, {"7d", "1h", "7d"}, {"7d", "0", "7d"}, {"", "0", ""}, {"0", "1h", ""}}));
  CAPTURE(frozen, setting);
  Pruning pruning("1h", setting);
  if (!frozen.empty()) pruning.freeze(frozen);
  pruning.clock.advance(1h);
  pruning.pruner.prune_ended({});
  CHECK_FALSE(pruning.stands(pruning.archive));
  CHECK(pruning.stands(resting) == !rests.empty());
  CHECK(pruning.stands(in_trash) == rests.empty());
  CHECK(pruning.site().purger().counts().waiting == (rests.empty() ? 1 : 0));
  if (rests.empty()) return;
  auto const tree = pruning.site().store().find_resting("pvc-U0").value();
  REQUIRE((tree && tree->record));
  CHECK(tree->record->retention == rests);
  CHECK(tree->record->original_path == "team-a/web");
  CHECK(tree->since == pruning.clock.wall());
}

TEST_CASE("while our clock and the server's differ no archive is pruned") {
  Pruning pruning("1h");
  pruning.clock.advance(1h);
  pruning.server_ahead = GENERATE(-1h, 1h);
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(pruning.archive));
  CHECK(pruning.site().server_clock().paused());
  pruning.server_ahead = 0s;
  pruning.pruner.prune_ended({});
  CHECK_FALSE(pruning.stands(pruning.archive));
}

TEST_CASE("an archive without a retention is kept for ever") {
  Pruning pruning("");
  pruning.clock.advance(24h * 365 * 50);
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(pruning.archive));
}

TEST_CASE("an archive that cannot be pruned stays for the next time, and that is said once") {
  Pruning pruning("1h");
  pruning.clock.advance(1h);
  pruning.inner.set_fault(pruning.archive, StorageFault::busy);
  pruning.pruner.prune_ended({});
  pruning.pruner.prune_ended({});
  CHECK(pruning.log.count("cannot prune an archive") == 1);
  CHECK(pruning.stands(pruning.archive));
  pruning.inner.set_fault(pruning.archive, std::nullopt);
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(in_trash));
}

TEST_CASE("an archive whose volume is Bound again stays, though its retention has ended: etcd was restored") {
  Pruning pruning("1h");
  pruning.clock.advance(1h);
  fill(pruning.view.volumes(), std::vector{volume_at("pvc-U0", "/data/nfs/team-a/web", "U0")});
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(pruning.archive));
  fill(pruning.view.volumes(), std::vector<k8s::Volume>{});
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(in_trash));
}

TEST_CASE("the API server is asked whether a volume is in use again that no watch shows") {
  Pruning pruning("1h");
  pruning.clock.advance(1h);
  auto const [phase, stays] = GENERATE(table<std::string, bool>({{"Bound", true}, {"Released", false}}));
  CAPTURE(phase);
  pruning.server.put(volume_at("pvc-U0", "/data/nfs/team-a/web", "U0"));
  auto const marked = fmt::format(R"({{"status":{{"phase":"{}"}}}})", phase);
  pruning.server.patch<k8s::Volume>({{}, "pvc-U0"}, marked, "status");
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(pruning.archive) == stays);
}

TEST_CASE("without an answer of the API server no archive is pruned") {
  Pruning pruning("1h");
  pruning.clock.advance(1h);
  pruning.server.on_request(
      [](auto, auto, auto const&) { return k8s::make_error(k8s::ErrorKind::transport, "reset"); });
  pruning.pruner.prune_ended({});
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(pruning.archive));
  CHECK(pruning.log.count("cannot prune an archive") == 1);
  pruning.server.on_request({});
  pruning.pruner.prune_ended({});
  CHECK(pruning.stands(in_trash));
}

TEST_CASE("who ends prunes nothing more") {
  Pruning pruning("1h");
  pruning.clock.advance(1h);
  std::stop_source ending;
  ending.request_stop();
  pruning.pruner.prune_ended(ending.get_token());
  CHECK(pruning.stands(pruning.archive));
}

TEST_CASE("the pruner looks every ten seconds until it is stopped") {
  Pruning pruning("20m");
  std::jthread thread([&](std::stop_token stop) { pruning.pruner.run(std::move(stop)); });
  REQUIRE(pruning.clock.await_waiter());
  CHECK(pruning.stands(pruning.archive));
  pruning.clock.advance(20min);
  REQUIRE(pruning.clock.await_waiter());
  CHECK(pruning.stands(in_trash));
  thread.request_stop();
  thread.join();
}

TEST_CASE("archives on a file system that is not mounted are told of once, and keep no other from being pruned") {
  Pruning pruning("1h");
  pruning.inner.mount("data");
  for (auto const name : {"pvc-A1", "pvc-A2"}) {
    pruning.inner.put_file(std::string("data/") + name + "/token", "x");
    ArchiveRecord record = pruning.site().store().catalog().all().at(0);
    record.volume = name;
    record.original_path = std::string("data/") + name;
    record.archived_path = std::string("archived-team-a-web-") + name;
    record.time = "2025-12-31T00:00:00Z";
    REQUIRE(pruning.site().store().archive(record).has_value());
  }
  pruning.inner.unmount("data");
  pruning.clock.advance(1h);
  pruning.pruner.prune_ended({});
  pruning.pruner.prune_ended({});
  CHECK_FALSE(pruning.stands(pruning.archive));
  CHECK(pruning.log.count("cannot prune an archive") == 1);
  CHECK(pruning.site().store().catalog().all().size() == 2);
}
