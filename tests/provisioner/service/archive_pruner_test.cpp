#include "provisioner/service/archive_pruner.hpp"

#include <thread>

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto* in_trash = ".nfs-subdir-provisioner/clusters/cluster-a/trash/pvc-U0";

struct Pruning : WiredExport {
  std::string archive;
  ArchivePruner pruner{site(), view, clock, log.log()};

  explicit Pruning(std::string const& retention) : archive(put_archive(retention)) {
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
