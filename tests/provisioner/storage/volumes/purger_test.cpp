#include "provisioner/storage/volumes/purger.hpp"

#include <thread>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

using namespace std::chrono_literals;

constexpr auto long_enough = 20s;

/// What the purger said, for the test's thread to wait for.
class Lines {
 public:
  void add(std::string_view line) {
    k8s::MutexLock const lock(mutex_);
    lines_.emplace_back(line);
    changed_.notify_all();
  }
  bool wait_for(std::size_t count) {
    k8s::MutexLock const lock(mutex_);
    return changed_.wait_for(mutex_, long_enough, [&]() REQUIRES(mutex_) { return lines_.size() >= count; });
  }
  std::vector<std::string> all() {
    k8s::MutexLock const lock(mutex_);
    return lines_;
  }

 private:
  k8s::Mutex mutex_;
  k8s::Condition changed_;
  std::vector<std::string> lines_ GUARDED_BY(mutex_);
};

struct Running {
  MemoryFileSystem memory;
  VolumeStore store{memory, own_cluster};
  Lines lines;
  PurgerOptions options{.batch = 3, .pace = {.first_retry = 1ms, .longest_retry = 4ms, .look_again = 1h}};
  std::string id = *store.identify({});

  void put_into_trash(std::string const& volume) {
    for (auto const path : {"1", "d/2", "d/3", "d/e/4", "f/5"}) {
      memory.put_file(own_layout.trash_of(volume) + "/" + path, "x");
    }
  }
};

/// Waits, without a bound on the time that it takes but for a hang's sake.
template <class Condition>
bool eventually(Condition condition) {
  auto const deadline = std::chrono::steady_clock::now() + long_enough;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST_CASE("what waits in the trash at the start is purged, and what comes later when it is told of") {
  Running place;
  place.put_into_trash("pvc-1");
  place.put_into_trash("pvc-2");
  Purger purger(
      place.store, [&](auto line) { place.lines.add(line); }, place.options);
  std::jthread worker([&](std::stop_token stop) { purger.run(std::move(stop)); });
  CHECK(eventually([&] { return purger.counts().purged == 2; }));
  place.put_into_trash("pvc-3");
  purger.put("pvc-3");
  CHECK(eventually([&] { return purger.counts().purged == 3; }));
  CHECK(place.store.trashed()->empty());
  worker.request_stop();
  worker.join();
  CHECK(place.lines.all().empty());
  CHECK(purger.counts().faults == 0);
  CHECK(purger.counts().waiting == 0);
}

TEST_CASE("a fault is told once and tried again until it is gone, while other trees go on") {
  Running place;
  place.put_into_trash("pvc-1");
  auto const busy = own_layout.trash_of("pvc-1") + "/d/2";
  place.memory.set_fault(busy, StorageFault::busy);
  Purger purger(
      place.store, [&](auto line) { place.lines.add(line); }, place.options);
  std::jthread worker([&](std::stop_token stop) { purger.run(std::move(stop)); });
  CHECK(place.lines.wait_for(1));
  place.put_into_trash("pvc-2");
  purger.put("pvc-2");
  CHECK(eventually([&] { return purger.counts().purged == 1 && purger.counts().faults >= 5; }));
  place.memory.set_fault(busy, std::nullopt);
  CHECK(eventually([&] { return purger.counts().purged == 2; }));
  worker.request_stop();
  worker.join();
  auto const lines = place.lines.all();
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines.front(), Catch::Matchers::Contains("pvc-1") && Catch::Matchers::Contains("d/2"));
}

TEST_CASE("a missing mount is told once and looked for again") {
  Running place;
  place.put_into_trash("pvc-1");
  place.memory.set_missing(true);
  Purger purger(
      place.store, [&](auto line) { place.lines.add(line); }, place.options);
  std::jthread worker([&](std::stop_token stop) { purger.run(std::move(stop)); });
  CHECK(eventually([&] { return purger.counts().faults >= 3; }));
  place.memory.set_missing(false);
  CHECK(eventually([&] { return purger.counts().purged == 1; }));
  worker.request_stop();
  worker.join();
  CHECK(place.lines.all().size() == 1);
}

TEST_CASE(
    "many stuck trees: the trash is listed once, a few are told by name, and a tree that comes meanwhile is purged") {
  Running place;
  place.options.pace.first_retry = 1h;
  place.options.pace.longest_retry = 1h;
  constexpr std::size_t stuck = 300;
  for (std::size_t i = 0; i < stuck; ++i) {
    auto const path = own_layout.trash_of("pvc-stuck-" + std::to_string(i)) + "/d";
    place.memory.put_file(path, "x");
    place.memory.set_fault(path, StorageFault::permission);
  }
  Purger purger(
      place.store, [&](auto line) { place.lines.add(line); }, place.options);
  std::jthread worker([&](std::stop_token stop) { purger.run(std::move(stop)); });
  CHECK(eventually([&] { return purger.counts().stuck == stuck; }));
  place.put_into_trash("pvc-1");
  purger.put("pvc-1");
  CHECK(eventually([&] { return purger.counts().purged == 1; }));
  worker.request_stop();
  worker.join();
  auto const counts = purger.counts();
  CHECK(counts.looks == 1);
  CHECK(counts.faults == stuck);
  CHECK(counts.waiting == stuck);
  REQUIRE(counts.first_stuck.size() == Purger::named_at_most);
  CHECK(counts.first_stuck[0].volume == "pvc-stuck-0");
  CHECK(counts.first_stuck[0].error.fault == StorageFault::permission);
  CHECK(place.lines.all().size() == Purger::named_at_most);
}

TEST_CASE("how many trees are stuck is told with the next listing, once") {
  Running place;
  place.options.pace = {.first_retry = 1h, .longest_retry = 1h, .look_again = 1ms};
  for (int i = 0; i < 20; ++i) {
    auto const path = own_layout.trash_of("pvc-" + std::to_string(i)) + "/d";
    place.memory.put_file(path, "x");
    place.memory.set_fault(path, StorageFault::permission);
  }
  Purger purger(
      place.store, [&](auto line) { place.lines.add(line); }, place.options);
  std::jthread worker([&](std::stop_token stop) { purger.run(std::move(stop)); });
  CHECK(eventually([&] { return purger.counts().stuck == 20; }));
  auto const looks = purger.counts().looks;
  CHECK(eventually([&] { return purger.counts().looks > looks + 3; }));
  worker.request_stop();
  worker.join();
  std::size_t numbers = 0;
  for (auto const& line : place.lines.all()) numbers += line.starts_with("20 trees in the trash") ? 1U : 0U;
  CHECK(numbers == 1);
}

TEST_CASE("a stop ends the purge after the batch at hand") {
  Running place;
  place.put_into_trash("pvc-1");
  FaultyFileSystem faulty(place.memory);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify(expecting({place.id})).has_value());
  Purger purger(
      store, [&](auto line) { place.lines.add(line); }, place.options);
  faulty.hang_at(5);
  std::jthread worker([&](std::stop_token stop) { purger.run(std::move(stop)); });
  faulty.wait_until_hanging();
  worker.request_stop();
  faulty.release();
  worker.join();
  CHECK(place.store.trashed()->size() == 1);
  CHECK(purger.counts().purged == 0);
}

}  // namespace
}  // namespace nfs::test
