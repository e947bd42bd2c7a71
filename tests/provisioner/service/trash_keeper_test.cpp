#include "provisioner/service/trash_keeper.hpp"

#include <thread>

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto tenth = MemoryFileSystem::pretended_size / 10;

struct Keeping : WiredExport {
  TrashKeeper keeper{site(), 1h, clock, log.log()};
  std::chrono::seconds server_ahead{0};

  Keeping() {
    inner.set_clock([this] { return clock.wall() + server_ahead; });
    site().identified(site().store().identify({}).value());
  }
  void rest(std::string const& volume, std::string const& retention) {
    inner.put_file("team-a/" + volume + "/token", "precious");
    TrashRecord record;
    record.volume = volume;
    record.volume_uid = "v-" + volume;
    record.claim_namespace = "team-a";
    record.claim_name = volume;
    record.original_path = "team-a/" + volume;
    record.retention = retention;
    REQUIRE(site().store().rest(record).value() == Released::trashed);
  }
  void look() { (void)keeper.look({}); }
  [[nodiscard]] bool rests(std::string const& volume) const { return stands(own_layout.resting_of(volume) + "/token"); }
  [[nodiscard]] bool is_being_removed(std::string const& volume) const {
    return stands(own_layout.trash_of(volume) + "/token");
  }
  /// As the purger does, which does not run here.
  void purge(std::string const& volume) { REQUIRE(site().store().purge_some(volume, 100).value()); }
};

}  // namespace

TEST_CASE("what rests in the trash stays until its time has ended, and then the purger knows of it") {
  Keeping place;
  place.rest("pvc-1", "1h");
  place.look();
  CHECK(place.rests("pvc-1"));
  CHECK(place.site().health().last().resting == 1);
  place.clock.advance(59min + 59s);
  place.look();
  CHECK(place.rests("pvc-1"));
  CHECK(place.site().purger().counts().waiting == 0);
  place.clock.advance(1s);
  place.look();
  CHECK(place.is_being_removed("pvc-1"));
  CHECK_FALSE(place.stands(own_layout.resting_record_of("pvc-1")));
  CHECK(place.site().purger().counts().waiting == 1);
  CHECK(place.site().health().last().resting == 0);
  CHECK(place.log.count("has rested in the trash for its time") == 1);
}

TEST_CASE("each rests for as long as was frozen on its volume") {
  Keeping place;
  place.rest("pvc-1", "30m");
  place.rest("pvc-2", "7d");
  place.clock.advance(30min);
  place.look();
  CHECK(place.is_being_removed("pvc-1"));
  CHECK(place.rests("pvc-2"));
  place.clock.advance(7 * 24h);
  place.look();
  CHECK(place.is_being_removed("pvc-2"));
}

TEST_CASE("a program that begins anew goes by what stands on the export") {
  Keeping place;
  place.rest("pvc-1", "1h");
  place.look();
  place.clock.advance(1h);
  TrashKeeper next(place.site(), 1h, place.clock, place.log.log());
  (void)next.look({});
  CHECK(place.is_being_removed("pvc-1"));
}

TEST_CASE("what rests without a record goes, too, in its time: after the setting, and an hour at least") {
  Keeping place;
  place.rest("pvc-1", "7d");
  REQUIRE(place.inner.remove_file(own_layout.resting_record_of("pvc-1")).has_value());
  place.clock.advance(59min);
  place.look();
  CHECK(place.rests("pvc-1"));
  place.clock.advance(1min);
  place.look();
  CHECK(place.is_being_removed("pvc-1"));
}

TEST_CASE("while our clock and the server's differ nothing ends, and it does once they agree") {
  Keeping place;
  place.rest("pvc-1", "1h");
  // Our clock jumped ahead by a year.
  place.clock.advance(24h * 365);
  place.server_ahead = -24h * 365;
  place.look();
  place.look();
  CHECK(place.rests("pvc-1"));
  CHECK(place.site().server_clock().paused());
  CHECK(place.log.count("differ by more than 5 minutes") == 1);
  place.server_ahead = 0s;
  place.look();
  CHECK(place.is_being_removed("pvc-1"));
  CHECK_FALSE(place.site().server_clock().paused());
}

TEST_CASE("a server's clock that jumped ahead ends nothing early, either") {
  Keeping place;
  place.rest("pvc-1", "1h");
  place.clock.advance(56min);  // its time is near: the server is asked
  place.server_ahead = 24h * 365;
  place.look();
  CHECK(place.rests("pvc-1"));
  CHECK(place.site().server_clock().paused());
  place.server_ahead = 0s;
  place.look();
  CHECK(place.rests("pvc-1"));
  CHECK_FALSE(place.site().server_clock().paused());
}

TEST_CASE("one that was taken back is forgotten, and one that takes its name meanwhile rests for its own time") {
  Keeping place;
  place.rest("pvc-1", "1h");
  place.look();
  place.clock.advance(50min);
  REQUIRE(place.site().store().take_back("pvc-1", std::get<RelativePath>(RelativePath::parse("x/y"))).has_value());
  place.rest("pvc-1", "1h");
  place.clock.advance(10min);
  place.look();
  CHECK(place.rests("pvc-1"));
  place.clock.advance(50min);
  place.look();
  CHECK(place.is_being_removed("pvc-1"));
}

TEST_CASE("with less than a tenth free the oldest goes before its time, and the next one only when that gave no room") {
  Keeping place;
  for (std::string const volume : {"pvc-3", "pvc-1", "pvc-2"}) {
    place.rest(volume, "7d");
    place.clock.advance(1min);
  }
  place.inner.set_free(tenth);
  CHECK_FALSE(place.keeper.look({}));
  CHECK(place.rests("pvc-3"));
  place.inner.set_free(tenth - 1);
  CHECK(place.keeper.look({}));
  CHECK(place.is_being_removed("pvc-3"));
  CHECK(place.keeper.look({}));  // it is being removed yet
  CHECK(place.rests("pvc-1"));
  CHECK(place.log.count("less than a tenth of the export is free") == 1);
  std::jthread purger([&](std::stop_token stop) { place.site().purger().run(std::move(stop)); });
  while (place.site().purger().counts().purged < 1) std::this_thread::yield();
  CHECK(place.keeper.look({}));
  CHECK_FALSE(place.rests("pvc-1"));
  CHECK(place.rests("pvc-2"));
  place.inner.set_free(tenth);
  CHECK_FALSE(place.keeper.look({}));
  CHECK(place.rests("pvc-2"));
}

TEST_CASE("another cluster's trash makes no room for us") {
  Keeping place;
  place.rest("pvc-1", "7d");
  WiredExport other;
  VolumeStore neighbour(place.inner, "cluster-b");
  REQUIRE(neighbour.identify({{"pvc-9", place.site().id(), path("team-a/web")}}).has_value());
  place.site().store().act_for("cluster-b");
  place.inner.set_free(0);
  CHECK_FALSE(place.keeper.look({}));
  CHECK(place.rests("pvc-1"));
}

TEST_CASE("an export that cannot be looked at is said once, and looked at again") {
  Keeping place;
  place.rest("pvc-1", "1h");
  place.clock.advance(1h);
  place.inner.set_missing(true);
  place.look();
  place.look();
  CHECK(place.log.count("cannot look after all that rests in the trash") == 1);
  place.inner.set_missing(false);
  place.look();
  CHECK(place.is_being_removed("pvc-1"));
}

TEST_CASE("one that cannot be looked at, or moved, holds up no other, neither in its time nor where room is needed") {
  Keeping place;
  auto const broken = GENERATE(own_layout.resting_of("pvc-1"), own_layout.resting_record_of("pvc-1"));
  for (std::string const volume : {"pvc-1", "pvc-2", "pvc-3"}) {
    place.rest(volume, volume == "pvc-3" ? "7d" : "1h");
    place.clock.advance(1s);
  }
  place.inner.set_fault(broken, StorageFault::io);
  place.clock.advance(1h);
  place.look();
  CHECK(place.rests("pvc-1"));
  CHECK(place.is_being_removed("pvc-2"));
  place.purge("pvc-2");
  CHECK(place.log.count("cannot look after all that rests in the trash") == 1);
  std::jthread purger([&](std::stop_token stop) { place.site().purger().run(std::move(stop)); });
  while (place.site().purger().counts().waiting > 0) std::this_thread::yield();
  place.inner.set_free(0);
  (void)place.keeper.look({});
  CHECK(place.rests("pvc-1"));
  CHECK_FALSE(place.rests("pvc-3"));
  place.inner.set_fault(broken, std::nullopt);
  place.look();
  CHECK_FALSE(place.rests("pvc-1"));
}

TEST_CASE("a record whose tree never came, or was taken away, goes after a day") {
  Keeping place;
  place.rest("pvc-1", "7d");
  REQUIRE(place.inner.rename(own_layout.resting_of("pvc-1"), "elsewhere").has_value());
  place.look();
  CHECK(place.stands(own_layout.resting_record_of("pvc-1")));
  place.clock.advance(24h + 1s);
  place.look();
  CHECK_FALSE(place.stands(own_layout.resting_record_of("pvc-1")));
}

TEST_CASE("who ends lets everything rest") {
  Keeping place;
  place.rest("pvc-1", "1h");
  place.clock.advance(1h);
  std::stop_source ending;
  ending.request_stop();
  (void)place.keeper.look(ending.get_token());
  CHECK(place.rests("pvc-1"));
}

TEST_CASE("the keeper looks every ten seconds until it is stopped, and every second while room is needed") {
  Keeping place;
  place.rest("pvc-1", "20m");
  place.rest("pvc-2", "7d");
  place.rest("pvc-3", "7d");
  std::jthread thread([&](std::stop_token stop) { place.keeper.run(std::move(stop)); });
  REQUIRE(place.clock.await_waiter());
  place.clock.advance(20min);
  REQUIRE(place.clock.await_waiter());
  CHECK(place.is_being_removed("pvc-1"));
  thread.request_stop();
  thread.join();
}
