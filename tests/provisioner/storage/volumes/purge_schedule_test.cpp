#include "provisioner/storage/volumes/purge_schedule.hpp"

#include <fmt/format.h>

#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using namespace std::chrono_literals;

using Time = PurgeSchedule::Time;

constexpr Time start{1h};
constexpr PurgePace pace{.first_retry = 1s, .longest_retry = 8s, .look_again = 60s};

/// "look", "batch of pvc-1", or "pause 5 s".
std::string text_of(PurgeSchedule::Step const& step, Time now) {
  if (std::holds_alternative<PurgeSchedule::Look>(step)) return "look";
  if (auto const* batch = std::get_if<PurgeSchedule::Batch>(&step)) return "batch of " + batch->volume;
  auto const pause = std::get<PurgeSchedule::Pause>(step).until - now;
  return fmt::format("pause {} s", std::chrono::duration_cast<std::chrono::seconds>(pause).count());
}

/// A schedule, and the time.
struct Scheduled {
  PurgeSchedule schedule{pace};
  Time now = start;

  explicit Scheduled(std::vector<std::string> const& trees) { schedule.listed(trees, now); }
  std::string next() { return text_of(schedule.next(now), now); }
  bool fail(std::string_view volume, std::string message = "busy") {
    return schedule.failed(volume, StorageError{StorageFault::busy, std::move(message)}, now);
  }
};

TEST_CASE("the trash is listed first, and again when its time has come and not before") {
  PurgeSchedule schedule(pace);
  CHECK(text_of(schedule.next(start), start) == "look");
  schedule.listed({}, start);
  CHECK(text_of(schedule.next(start), start) == "pause 60 s");
  CHECK(text_of(schedule.next(start + 59s), start + 59s) == "pause 1 s");
  CHECK(text_of(schedule.next(start + 60s), start + 60s) == "look");
}

TEST_CASE("trees take turns, so that a large one holds up no small one") {
  Scheduled place({"huge", "small-1", "small-2"});
  CHECK(place.next() == "batch of huge");
  place.schedule.progressed("huge");
  CHECK(place.next() == "batch of small-1");
  place.schedule.removed("small-1");
  CHECK(place.next() == "batch of small-2");
  place.schedule.removed("small-2");
  CHECK(place.next() == "batch of huge");
  place.schedule.progressed("huge");
  place.schedule.put("small-3");
  place.schedule.put("huge");  // known
  CHECK(place.next() == "batch of huge");
  place.schedule.progressed("huge");
  CHECK(place.next() == "batch of small-3");
  place.schedule.removed("small-3");
  place.schedule.removed("huge");
  CHECK(place.next() == "pause 60 s");
  CHECK(place.schedule.waiting() == 0);
}

TEST_CASE("a stuck tree rests twice as long after each failure, up to a limit, and from the start after any progress") {
  Scheduled place({"pvc-1"});
  for (auto const rest : {1s, 2s, 4s, 8s, 8s}) {
    CAPTURE(rest.count());
    CHECK(place.next() == "batch of pvc-1");
    (void)place.fail("pvc-1");
    CHECK(place.next() == fmt::format("pause {} s", rest.count()));
    CHECK(place.schedule.stuck() == 1);
    place.now += rest;
  }
  place.schedule.progressed("pvc-1");
  CHECK(place.schedule.stuck() == 0);
  (void)place.fail("pvc-1");
  CHECK(place.next() == "pause 1 s");
}

TEST_CASE("many stuck trees and many others hold up neither") {
  Scheduled place({"a-stuck", "b-stuck", "c-stuck"});
  for (auto const* each : {"a-stuck", "b-stuck", "c-stuck"}) (void)place.fail(each);
  for (auto const* each : {"x", "y", "z"}) place.schedule.put(each);
  CHECK(place.next() == "batch of x");  // they rest yet
  place.now += 1s;
  std::vector<std::string> order;
  for (int i = 0; i < 6; ++i) {
    auto const step = std::get<PurgeSchedule::Batch>(place.schedule.next(place.now)).volume;
    order.push_back(step);
    if (step.ends_with("stuck"))
      (void)place.fail(step);
    else
      place.schedule.progressed(step);
  }
  CHECK(order == std::vector<std::string>{"a-stuck", "x", "b-stuck", "y", "c-stuck", "z"});
}

TEST_CASE("a reason is new when it is another one, not when it comes again") {
  Scheduled place({"pvc-1", "pvc-2"});
  CHECK(place.fail("pvc-1", "busy"));
  CHECK_FALSE(place.fail("pvc-1", "busy"));
  CHECK(place.fail("pvc-1", "no permission"));
  CHECK(place.fail("pvc-2", "no permission"));
  place.schedule.progressed("pvc-2");
  CHECK(place.fail("pvc-2", "no permission"));
}

TEST_CASE("stuck trees are named with their reason, the first by name and no more than asked for") {
  Scheduled place({"pvc-3", "pvc-1", "pvc-2", "pvc-4"});
  for (auto const* each : {"pvc-3", "pvc-2", "pvc-1"}) (void)place.fail(each, std::string("because of ") + each);
  CHECK(place.schedule.stuck() == 3);
  auto const first = place.schedule.first_stuck(2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].volume == "pvc-1");
  CHECK(first[1].error.message == "because of pvc-2");
  CHECK(place.schedule.first_stuck(9).size() == 3);
}

TEST_CASE("a listing adds what is new, forgets what is gone, and lets stuck trees rest on") {
  Scheduled place({"pvc-1", "pvc-2"});
  (void)place.fail("pvc-1");
  (void)place.fail("pvc-2");
  place.schedule.listed({"pvc-2", "pvc-3", "pvc-3"}, place.now);
  CHECK(place.schedule.waiting() == 2);
  CHECK(place.schedule.stuck() == 1);
  CHECK(place.next() == "batch of pvc-3");
  place.schedule.removed("pvc-3");
  CHECK(place.next() == "pause 1 s");
  CHECK_FALSE(place.fail("pvc-1"));  // what came of a tree that nobody knows any more changes nothing
  CHECK(place.schedule.waiting() == 1);
}

TEST_CASE("an export that cannot be looked at is looked at again, ever later, and no tree is blamed for it") {
  Scheduled place({"pvc-1"});
  for (auto const rest : {1s, 2s, 4s, 8s, 8s}) {
    place.schedule.look_failed(place.now);
    CHECK(place.next() == fmt::format("pause {} s", rest.count()));
    place.now += rest;
    CHECK(place.next() == "look");
  }
  CHECK(place.schedule.stuck() == 0);
  place.schedule.listed({"pvc-1"}, place.now);
  CHECK(place.next() == "batch of pvc-1");
  place.schedule.look_failed(place.now);
  CHECK(place.next() == "pause 1 s");
}

}  // namespace
}  // namespace nfs::test
