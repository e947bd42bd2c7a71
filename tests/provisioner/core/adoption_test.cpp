#include "provisioner/core/adoption.hpp"

#include "core_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;

TEST_CASE("an export is adopted under the id that its volumes carry, if their directories stand") {
  struct Each {
    std::string id;
    bool stands = true;
    std::string other_server = {};
  };
  struct Row {
    std::vector<Each> volumes;
    bool force;
    std::string plan;  // id, how many stand, how many do not; or a part of the refusal
  };
  auto const row = GENERATE(values<Row>({
      {{{"A"}, {"A"}}, false, "A 2 0"},
      {{{"A"}, {""}}, false, "A 2 0"},
      {{{""}}, false, " 1 0"},
      {{{"A"}, {"A", false}}, false, "refused: directories that volumes name are missing: \"d1\". Copy them, too"},
      {{{"A"}, {"A", false}}, true, "A 1 1"},
      {{{"A", false}}, false, "refused: none of the directories stands that volumes name, such as \"d0\""},
      {{{"A", false}}, true, "A 0 1"},
      {{{"", false}}, false, "refused: none of the directories stands"},
      {{{"", false}}, true, " 0 1"},
      {{{"A"}, {"B"}}, false, "refused: the volumes there were made on several exports (A, B)"},
      {{{"A"}, {"B"}}, true, "refused: the volumes there were made on several exports (A, B)"},
      // By another name of the server: theirs it is if they stand there.
      {{{"A", true, "192.0.2.1"}}, false, "A 1 0"},
      {{{"A", false, "192.0.2.1"}}, false, "refused: none of the directories stands"},
      {{{"A", false, "192.0.2.1"}}, true, " 0 0"},
      {{{"A"}, {"B", false, "192.0.2.1"}}, false, "A 1 0"},
      {{{"A"}, {"A", false, "192.0.2.1"}}, false, "refused: directories that volumes name are missing: \"d1\""},
      {{{"A", true, "192.0.2.1"}, {"B", false, "192.0.2.2"}}, false, "A 1 0"},
      {{{"A", true, "192.0.2.1"}, {"B", true, "192.0.2.2"}}, true, "refused: the volumes there were made on several"},
      {{{""}, {"B", false, "192.0.2.2"}}, false, " 1 0"},
  }));
  ExpectedExport expected;
  std::vector<bool> stands;
  for (auto const& each : row.volumes) {
    auto const number = std::to_string(expected.size());
    expected.push_back({"pvc-" + number, each.id, path("d" + number), each.other_server});
    stands.push_back(each.stands);
  }
  auto const plan = plan_adoption({expected, stands, row.force});
  auto text = "refused: " + message_of(plan);
  if (auto const* adoption = std::get_if<Adoption>(&plan)) {
    text = adoption->id + " " + std::to_string(adoption->standing) + " " + std::to_string(adoption->missing.size());
  }
  INFO(text);
  CHECK(text.starts_with(row.plan));
}

TEST_CASE("of many directories that are missing some are named") {
  ExpectedExport expected{{"pvc", "A", path("stands")}};
  for (int i = 0; i < 25; ++i) {
    expected.push_back({"pvc", "A", path("d" + std::to_string(i))});
  }
  std::vector<bool> stands(expected.size(), false);
  stands.front() = true;
  auto const why = message_of(plan_adoption({expected, stands}));
  CHECK(contains(why, "\"d9\" and 15 more"));
  CHECK_FALSE(contains(why, "d10"));
}

}  // namespace
}  // namespace nfs
