#include "provisioner/storage/volumes/documents.hpp"

#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

Intent example_intent() {
  return {.volume = "pvc-1",
          .claim_namespace = "team-a",
          .claim_name = "web",
          .claim_uid = "1",
          .path = "team-a/we\"b\\ \xff ä",
          .existing = 1,
          .storage_class = "standard",
          .time = "2026-01-31T23:59:59.000001Z"};
}

TEST_CASE("what is written is read back, odd bytes included") {
  auto const intent = read_intent(write_document(example_intent()));
  REQUIRE(intent.has_value());
  CHECK(*intent == example_intent());
  auto const record = read_record(write_document(archive_of("team-a/\xc3(")));
  REQUIRE(record.has_value());
  CHECK(*record == archive_of("team-a/\xc3("));
  CHECK(write_document(*record).find("scratch") == std::string::npos);
  auto scratch = *record;
  scratch.scratch = true;
  CHECK(*read_record(write_document(scratch)) == scratch);
  auto taken = *record;
  taken.taken_from = "cluster-old";
  taken.made_at = "2026-01-31T23:59:59.000001Z";
  CHECK(*read_record(write_document(taken)) == taken);
  CHECK(write_document(*record).find("taken") == std::string::npos);
  CHECK(read_marker(write_document(Marker{.id = "an-id"}))->id == "an-id");
  for (bool const forced : {false, true}) {
    TakeOverDecision const decision{.from = {"old", "prod"}, .decided_by = "a test", .time = "t", .forced = forced};
    CHECK(*read_take_over(write_document(decision)) == decision);
  }
}

TEST_CASE("unknown members are skipped and absent ones are empty") {
  auto const intent =
      read_intent(R"({"new":{"deep":[1,{"x":null}],"n":1e99},"version":1,"volume":"pvc-1","path":"a/b","more":true})");
  REQUIRE(intent.has_value());
  CHECK(intent->path == "a/b");
  CHECK(intent->claim_name.empty());
  CHECK(intent->existing == 0);
  CHECK(intent->storage_class.empty());
  CHECK(intent->time.empty());
}

TEST_CASE("what cannot be trusted is malformed and says why") {
  struct Row {
    std::string_view text;
    std::string_view why;
  };
  Row const rows[] = {
      {"", "not a complete JSON object"},
      {"[]", "not a complete JSON object"},
      {R"({"version":1,"volume":"pvc-1","path":"a/b")", "not a complete JSON object"},
      {R"({"volume":"pvc-1","path":"a/b"})", "no version"},
      {R"({"version":2,"volume":"pvc-1","path":"a/b"})", "version 2 is newer"},
      {R"({"version":"x","volume":"pvc-1","path":"a/b"})", "version is not a number"},
      {R"({"version":1,"path":"a/b"})", "volume is missing"},
      {R"({"version":1,"volume":["pvc-1"],"path":"a/b"})", "volume is of the wrong type"},
      {R"({"version":1,"volume":"pvc-1","path":"../b"})", "path is not a clean"},
      {R"({"version":1,"volume":"pvc-1","path":"/etc"})", "path is not a clean"},
      {R"({"version":1,"volume":"pvc-1","path":"a//b"})", "path is not a clean"},
      {R"({"version":1,"volume":"pvc-1"})", "path is not a clean"},
      {R"({"version":1,"volume":"pvc-1","path":"a/b","existing":3})", "existing counts more"},
      {R"({"version":1,"volume":"pvc-1","path":"a/b","existing":-1})", "existing is not a number"},
  };
  for (auto const& row : rows) {
    CAPTURE(row.text);
    auto const read = read_intent(row.text);
    REQUIRE(read.has_error());
    CHECK(read.error().fault == StorageFault::malformed);
    CHECK_THAT(read.error().why, Catch::Matchers::StartsWith(std::string(row.why)));
  }
}

TEST_CASE("deep nesting costs no stack") {
  std::string const deep(60'000, '[');
  CHECK(read_record(R"({"version":1,"x":)" + deep).has_error());
}

}  // namespace
}  // namespace nfs::test
