#include "provisioner/core/trash.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace std::chrono_literals;
using k8s::WallTime;

constexpr WallTime noon{std::chrono::seconds(1'767'268'800)};

RestingTree resting(std::string name, WallTime since, std::string retention) {
  TrashRecord record;
  record.retention = std::move(retention);
  return {.name = std::move(name), .record = std::move(record), .since = since};
}

RestingTree without_record(std::string name, WallTime since) {
  return {.name = std::move(name), .record = {}, .since = since};
}

TEST_CASE("how long a tree rests: as its record says, else as long as the setting, and an hour at least") {
  struct Row {
    std::string what;
    RestingTree tree;
    std::chrono::seconds setting;
    std::chrono::seconds rests;
  };
  Row const rows[] = {
      {"as frozen", resting("a", noon, "30m"), 1h, 30min},
      {"as frozen, though the setting is longer", resting("a", noon, "30m"), 48h, 30min},
      {"as frozen, though the setting is 0", resting("a", noon, "7d"), 0s, 168h},
      {"not at all", resting("a", noon, "0"), 1h, 0s},
      {"no record: as the setting says", without_record("a", noon), 48h, 48h},
      {"no record, and a setting of 0: an hour all the same", without_record("a", noon), 0s, 1h},
      {"a record that says it in no way that can be read", resting("a", noon, "soon"), 2h, 2h},
      {"a record that does not say it", resting("a", noon, ""), 0s, 1h},
  };
  for (auto const& row : rows) {
    CAPTURE(row.what);
    CHECK(rests_until(row.tree, row.setting) == noon + row.rests);
  }
  CHECK(rests_until(resting("a", WallTime::max() - 1s, "1h"), 1h) == WallTime::max());
}

TEST_CASE("those whose time has ended go, the oldest first, and none before") {
  std::vector<RestingTree> const trees{resting("young", noon, "1h"), resting("old", noon - 3h, "1h"),
                                       resting("oldest", noon - 5h, "6h"), without_record("lost", noon - 1h)};
  CHECK(ended(trees, 1h, noon - 1s) == std::vector<std::string>{"old"});
  CHECK(ended(trees, 1h, noon) == std::vector<std::string>{"old", "lost"});
  CHECK(ended(trees, 1h, noon + 1h - 1s) == std::vector<std::string>{"old", "lost"});
  CHECK(ended(trees, 1h, noon + 1h) == std::vector<std::string>{"oldest", "old", "lost", "young"});
  CHECK(ended({}, 1h, noon).empty());
}

TEST_CASE("where room is needed the oldest goes first, whatever it was promised, and of several the first by name") {
  CHECK(oldest_first({}).empty());
  CHECK(oldest_first({resting("b", noon - 1h, "1s"), resting("c", noon - 2h, "7d"), resting("a", noon - 2h, "7d")}) ==
        std::vector<std::string>{"a", "c", "b"});
}

TEST_CASE("what rests on another file system than the export's does not go where the export needs room") {
  auto elsewhere = resting("elsewhere", noon - 9h, "7d");
  elsewhere.elsewhere = true;
  CHECK(oldest_first({resting("here", noon, "7d"), elsewhere}) == std::vector<std::string>{"here"});
  CHECK(ended({elsewhere}, 1h, noon + 24h * 7) == std::vector<std::string>{"elsewhere"});
}

TEST_CASE("an export is short of room when less than a tenth is free") {
  CHECK_FALSE(is_short_of_room(100, 1000));
  CHECK(is_short_of_room(99, 1000));
  CHECK(is_short_of_room(0, 1000));
  CHECK_FALSE(is_short_of_room(1000, 1000));
  CHECK_FALSE(is_short_of_room(0, 0));  // it does not say its size
}

}  // namespace
}  // namespace nfs
