#include "provisioner/core/class_answer.hpp"

#include "tests/provisioner/core/core_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;

TEST_CASE("a claim was known when the watch had shown its version, and no list has come since") {
  struct Row {
    std::optional<std::uint64_t> version;
    KnownClaims asked;
    KnownClaims now;
    bool known;
  };
  auto const row = GENERATE(values<Row>({
      {10, {10, 1}, {10, 1}, true},
      {10, {11, 1}, {20, 1}, true},
      {10, {9, 1}, {20, 1}, false},
      {10, {10, 1}, {10, 2}, false},
      {10, {0, 1}, {10, 1}, false},
      {{}, {10, 1}, {10, 1}, false},
  }));
  CAPTURE(row.version.value_or(0), row.asked.newest, row.asked.lists, row.now.lists);
  CHECK(was_known(row.version, row.asked, row.now) == row.known);
}

TEST_CASE("a class is in the same state when it is the same one, of the same version") {
  k8s::StorageClass gold;
  gold.meta.uid = "C1";
  gold.meta.resource_version = "3";
  auto edited = gold;
  edited.meta.resource_version = "4";
  auto again = gold;
  again.meta.uid = "C2";
  CHECK(is_same_state(&gold, &gold));
  CHECK(is_same_state(nullptr, nullptr));
  CHECK_FALSE(is_same_state(&gold, &edited));
  CHECK_FALSE(is_same_state(&gold, &again));
  CHECK_FALSE(is_same_state(&gold, nullptr));
  CHECK_FALSE(is_same_state(nullptr, &gold));
}
