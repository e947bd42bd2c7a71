#include "provisioner/service/archive_reader.hpp"

#include <thread>

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

namespace {

constexpr auto* record_of_archive = ".nfs-subdir-provisioner/archives/pvc-U0.json";

struct Reading : WiredExport {
  ArchiveReader reader{keys, queues, 1, clock, log.log()};

  Reading() {
    fill(view.classes(), {our_class()});
    fill(view.claims(), {pending_claim("web", "U1")});
    (void)put_archive("");
  }
};

}  // namespace

TEST_CASE("when all archives are known, claims that may wait for one are looked at") {
  Reading reading;
  CHECK(reading.site().archives_known() == ArchiveKnowledge::being_read);
  CHECK(reading.reader.read(reading.site(), {}));
  CHECK(reading.site().archives_known() == ArchiveKnowledge::complete);
  CHECK(reading.site().archive_count() == 1);
  CHECK(reading.queued() == Names{"pvc-U1"});
  CHECK(reading.log.count("all archives are known") == 1);
}

TEST_CASE("records and archives that are not as they should be are told of, and kept") {
  Reading reading;
  reading.inner.put_file(".nfs-subdir-provisioner/archives/pvc-half.json", "{");
  reading.inner.put_directory("archived-of-upstream");
  CHECK(reading.reader.read(reading.site(), {}));
  CHECK(reading.log.count("a record cannot be read") == 1);
  CHECK(reading.site().archive_count() == 2);
  CHECK(reading.stands(".nfs-subdir-provisioner/archives/pvc-half.json"));
}

TEST_CASE("archives that cannot be read are read again; those who wait are told why, once") {
  Reading reading;
  reading.inner.set_fault(record_of_archive, StorageFault::io);
  bool known = false;
  std::jthread thread([&] { known = reading.reader.read(reading.site(), {}); });
  REQUIRE(reading.clock.await_waiter());
  CHECK(reading.site().archives_known() == ArchiveKnowledge::unreadable);
  CHECK(reading.queued() == Names{"pvc-U1"});
  reading.clock.advance(1100ms);
  REQUIRE(reading.clock.await_waiter());
  CHECK(reading.queued().empty());
  CHECK(reading.log.count("the archives cannot be read") == 1);
  reading.inner.set_fault(record_of_archive, std::nullopt);
  reading.clock.advance(2200ms);
  thread.join();
  CHECK(known);
  CHECK(reading.queued() == Names{"pvc-U1"});
}

TEST_CASE("a reader that is stopped says that not all archives are known") {
  Reading reading;
  reading.inner.set_fault(record_of_archive, StorageFault::io);
  bool known = true;
  std::jthread thread([&](std::stop_token stop) { known = reading.reader.read(reading.site(), std::move(stop)); });
  REQUIRE(reading.clock.await_waiter());
  thread.request_stop();
  thread.join();
  CHECK_FALSE(known);
}
