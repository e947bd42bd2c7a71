#include "provisioner/controller/waiting_notices.hpp"

#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"

using namespace nfs;
using namespace std::chrono_literals;

namespace {

constexpr k8s::SteadyTime start{1000s};

std::vector<k8s::ObjectReference> claims(std::size_t count) {
  std::vector<k8s::ObjectReference> all;
  for (std::size_t i = 0; i < count; ++i) {
    auto const number = std::to_string(i);
    all.push_back({"v1", "PersistentVolumeClaim", "team-a", "web-" + number, "U" + number, {}});
  }
  return all;
}

struct Telling {
  WaitingNotices notices;
  std::set<std::string, std::less<>> gone;

  // What is told: the reason of each Event, W or N, and the claim's uid.
  std::vector<std::string> tell(std::string const& trouble, std::vector<k8s::ObjectReference> const& waiting,
                                k8s::SteadyTime now = start) {
    std::vector<std::string> told;
    for (auto const& event : notices.next(
             trouble, waiting, [&](std::string_view uid) { return !gone.contains(uid); }, now)) {
      bool const warning = event.type == k8s::EventType::warning;
      CHECK(event.reason == (warning ? "WaitingForExport" : "ExportUsable"));
      if (warning) CHECK(event.message == trouble);
      told.push_back((warning ? "W " : "N ") + event.about.uid);
    }
    return told;
  }
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("a waiting claim is told once why, and once that it goes on") {
  Telling telling;
  auto const waiting = claims(2);
  CHECK(telling.tell("", waiting).empty());
  CHECK(telling.tell("full", waiting) == Told{"W U0", "W U1"});
  CHECK(telling.tell("full", waiting, start + 5s).empty());
  CHECK(telling.tell("", waiting, start + 10s) == Told{"N U0", "N U1"});
  CHECK(telling.tell("", waiting, start + 15s).empty());
  CHECK(telling.tell("full", waiting, start + 20s) == Told{"W U0", "W U1"});
}

TEST_CASE("a claim that has gone meanwhile is told nothing more") {
  Telling telling;
  auto const waiting = claims(2);
  (void)telling.tell("full", waiting);
  telling.gone.insert("U0");
  CHECK(telling.tell("", {}) == Told{"N U1"});
}

TEST_CASE("a claim that does not wait any more while the trouble lasts is not told of its end") {
  Telling telling;
  (void)telling.tell("full", claims(2));
  CHECK(telling.tell("full", claims(1), start + 5s).empty());
  CHECK(telling.tell("", {}, start + 10s) == Told{"N U0"});
}

TEST_CASE("what lasts is told again in the end, and another reason sooner") {
  struct Row {
    std::string then;
    std::chrono::seconds after;
    bool told;
  };
  std::vector<Row> const table{{"full", WaitingNotices::repeat_after - 1s, false},
                               {"full", WaitingNotices::repeat_after, true},
                               {"hung", WaitingNotices::settle_for - 1s, false},
                               {"hung", WaitingNotices::settle_for, true}};
  for (auto const& row : table) {
    INFO(row.then << " after " << row.after.count());
    Telling telling;
    (void)telling.tell("full", claims(1));
    CHECK(telling.tell(row.then, claims(1), start + row.after).empty() == !row.told);
  }
}

TEST_CASE("of ten thousand waiting claims some are told at a time, each once, and new ones before repeats") {
  Telling telling;
  auto const waiting = claims(10'000);
  std::set<std::string> seen;
  auto now = start;
  while (seen.size() < waiting.size()) {
    auto const told = telling.tell("full", waiting, now);
    REQUIRE(told.size() == WaitingNotices::most_at_once);
    for (auto const& each : told) CHECK(seen.insert(each).second);
    now += 1s;
  }
  // All repeats are due, and one claim has come.
  now += WaitingNotices::repeat_after;
  auto const more = claims(10'001);
  auto const told = telling.tell("full", more, now);
  CHECK(told.size() == WaitingNotices::most_at_once);
  CHECK(told.front() == "W U10000");
  CHECK(telling.tell("", more, now).size() == WaitingNotices::most_at_once);
}
