#include "provisioner/core/restore.hpp"

#include <optional>

#include "provisioner/core/scratch.hpp"
#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

ArchiveRecord kept_in_place(std::string const& volume, std::string time) {
  auto record = archive(volume, std::move(time));
  record.archived_path = record.original_path;
  record.on_delete = "retain";
  return record;
}

// What upstream left: no record, so nothing is known but the names.
ArchiveRecord unrecorded(std::string volume) {
  ArchiveRecord record;
  record.claim_namespace = "team-a";
  record.claim_name = "web";
  record.archived_path = "archived-team-a-web-" + volume;
  record.volume = std::move(volume);
  return record;
}

struct Asked {
  std::optional<std::string> restore_from = std::nullopt;  ///< nullopt: no annotation
  OnCreate on_create = OnCreate::restore;
  std::string namespace_uid = "NS-UID";
  bool across = false;
  bool by_pod = false;
};

// As kube-controller-manager makes the claim of a pod's generic ephemeral volume.
void give_to_pod(k8s::Claim& claim) {
  claim.meta.owner_references = {{"v1", "Pod", "web-0", "POD-UID", true}};
}

std::string begins(Asked const& asked, std::vector<ArchiveRecord> const& archives) {
  auto claim = handed_claim();
  if (asked.restore_from) claim.meta.annotations[std::string(names::restore_from)] = *asked.restore_from;
  if (asked.by_pod) give_to_pod(claim);
  ClassParameters parameters;
  parameters.on_create = asked.on_create;
  parameters.restore_across_namespace_uid = asked.across;
  auto const beginning = initial_data_of(claim, parameters, path("team-a/web"), asked.namespace_uid, archives);
  if (std::holds_alternative<WithoutArchive>(beginning)) return "anew";
  if (auto const* refusal = std::get_if<Refusal>(&beginning)) return "refused: " + refusal->message;
  auto const& with = std::get<FromArchive>(beginning);
  return with.archive.volume + (with.asked_for ? ", asked for" : "");
}

constexpr auto adopt = OnCreate::adopt;
constexpr auto restore = OnCreate::restore;

template <class Change>
ArchiveRecord changed(Change change) {
  auto record = archive();
  change(record);
  return record;
}

auto const earlier_namespace = changed([](ArchiveRecord& record) { record.namespace_uid = "EARLIER"; });
auto const unknown_namespace = changed([](ArchiveRecord& record) { record.namespace_uid.clear(); });
auto const other_class = changed([](ArchiveRecord& record) { record.storage_class = "other"; });
auto const other_claim = changed([](ArchiveRecord& record) { record.claim_name = "secret-db"; });
auto const left_by_pod = changed([](ArchiveRecord& record) { record.scratch = true; });
auto const other_space = changed([](ArchiveRecord& record) { record.claim_namespace = "team-b"; });

constexpr auto none_such = "there is no such archive of this claim";
constexpr auto earlier = "it belongs to an earlier namespace of the same name";

}  // namespace

TEST_CASE("archives bear on a claim whose class gives data back, or that asks for one, and on no other") {
  ClassParameters adopts;
  ClassParameters restores;
  restores.on_create = OnCreate::restore;
  k8s::Claim plain;
  k8s::Claim asks;
  asks.meta.annotations = {{std::string(names::restore_from), "latest"}};
  CHECK_FALSE(wants_data_back(plain, adopts));
  CHECK(wants_data_back(plain, restores));
  CHECK(wants_data_back(asks, adopts));
  auto begins_empty = plain;
  begins_empty.meta.annotations = {{std::string(names::restore_from), "none"}};
  CHECK_FALSE(wants_data_back(begins_empty, restores));
  give_to_pod(plain);
  give_to_pod(asks);
  CHECK_FALSE(wants_data_back(plain, restores));
  CHECK(wants_data_back(asks, restores));
}

TEST_CASE("a claim is scratch if a pod manages it") {
  auto const scratch = [](k8s::OwnerReference owner) {
    k8s::Claim claim;
    claim.meta.owner_references = {{"apps/v1", "StatefulSet", "web", "1", false}, std::move(owner)};
    return is_scratch(claim);
  };
  CHECK_FALSE(is_scratch({}));
  CHECK(scratch({"v1", "Pod", "web-0", "2", true}));
  CHECK_FALSE(scratch({"v1", "Pod", "web-0", "2", false}));
  CHECK_FALSE(scratch({"apps/v1", "StatefulSet", "web", "2", true}));
  CHECK_FALSE(scratch({"example.com/v1", "Pod", "web-0", "2", true}));
}

TEST_CASE("what a volume begins with, for each class, namespace, annotation and archive") {
  struct Row {
    std::string what;
    Asked asked;
    std::vector<ArchiveRecord> archives;
    std::string begins;
  };
  std::vector<ArchiveRecord> const two{archive("pvc-1", "2026-02-01T00:00:00Z"),
                                       archive("pvc-2", "2026-01-31T23:59:59Z")};
  std::vector<ArchiveRecord> const three{archive("pvc-1", "2026-02-01T00:00:00Z"),
                                         archive("pvc-3", "2026-02-03T00:00:00Z"),
                                         archive("pvc-2", "2026-02-02T00:00:00Z")};
  std::vector<Row> const table{
      {"nothing there", {}, {}, "anew"},
      {"by itself", {}, {archive()}, "pvc-1"},
      {"class says adopt", {.on_create = adopt}, {archive()}, "anew"},
      {"earlier namespace", {}, {earlier_namespace}, "anew"},
      {"earlier namespace, consent: still not by itself", {.across = true}, {earlier_namespace}, "anew"},
      {"namespace of the record unknown", {}, {unknown_namespace}, "anew"},
      {"namespace of the claim unknown", {.namespace_uid = ""}, {archive()}, "anew"},
      {"both unknown are not equal", {.namespace_uid = ""}, {unknown_namespace}, "anew"},
      {"both unknown are not equal, consent", {.namespace_uid = "", .across = true}, {unknown_namespace}, "anew"},
      {"another class", {}, {other_class}, "anew"},
      {"another claim's, handed in", {}, {other_claim}, "anew"},
      {"another namespace's, handed in", {.across = true}, {other_space}, "anew"},
      {"kept in place", {}, {kept_in_place("pvc-1", "2026-01-01T00:00:00Z")}, "anew"},
      {"kept in place is passed over", {}, {archive("pvc-1"), kept_in_place("pvc-2", "2027-01-01T00:00:00Z")}, "pvc-1"},
      {"the newest of two", {}, two, "pvc-1"},
      {"the newest of three, in any order", {}, three, "pvc-3"},
      {"the newest within one second",
       {},
       {archive("pvc-8", "2026-02-01T00:00:00Z"), archive("pvc-1", "2026-02-01T00:00:00.000020Z"),
        archive("pvc-9", "2026-02-01T00:00:00.000009Z")},
       "pvc-1"},
      {"at the same time the name decides", {}, {archive("pvc-8"), archive("pvc-9"), archive("pvc-7")}, "pvc-9"},
      {"the newest that may be",
       {},
       {archive(), changed([](auto& r) { r.time = "2027", r.storage_class = "x"; })},
       "pvc-1"},
      {"a pod's claim begins empty", {.by_pod = true}, {archive()}, "anew"},
      {"a pod's claim begins empty, whoever left it", {.by_pod = true}, {left_by_pod}, "anew"},
      {"what a pod left is not given by itself", {}, {left_by_pod}, "anew"},
      {"what a pod left is passed over", {}, {archive("pvc-0", "2025-01-01T00:00:00Z"), left_by_pod}, "pvc-0"},
      {"a pod's claim asks", {.restore_from = "latest", .by_pod = true}, {archive()}, "pvc-1, asked for"},
      {"somebody asks for what a pod left", {.restore_from = "pvc-1"}, {left_by_pod}, "pvc-1, asked for"},
      {"latest, a pod left it", {.restore_from = "latest"}, {left_by_pod}, "pvc-1, asked for"},
      {"upstream's is not given by itself", {.across = true}, {unrecorded("pvc-5")}, "anew"},

      {"latest", {.restore_from = "latest"}, three, "pvc-3, asked for"},
      {"latest, class says adopt", {.restore_from = "latest", .on_create = adopt}, {archive()}, "pvc-1, asked for"},
      {"latest, of another class", {.restore_from = "latest"}, {other_class}, "pvc-1, asked for"},
      {"latest, none", {.restore_from = "latest"}, {}, none_such},
      {"latest, earlier namespace", {.restore_from = "latest"}, {earlier_namespace}, earlier},
      {"latest, earlier namespace, consent",
       {.restore_from = "latest", .across = true},
       {earlier_namespace},
       "pvc-1, asked for"},
      {"latest, namespace unknown", {.restore_from = "latest", .namespace_uid = ""}, {archive()}, earlier},
      {"latest, both unknown", {.restore_from = "latest", .namespace_uid = ""}, {unknown_namespace}, earlier},
      {"latest, another claim's", {.restore_from = "latest", .across = true}, {other_claim}, none_such},
      {"latest, another namespace's", {.restore_from = "latest", .across = true}, {other_space}, none_such},
      {"latest, of this namespace before the newer one of an earlier",
       {.restore_from = "latest"},
       {archive("pvc-1"), changed([](auto& r) { r.volume = "pvc-2", r.namespace_uid = "EARLIER", r.time = "2027"; })},
       "pvc-1, asked for"},
      {"latest, kept in place",
       {.restore_from = "latest"},
       {kept_in_place("pvc-1", "2026-01-01T00:00:00Z")},
       "it was kept in place at \"team-a/web\""},
      {"latest is never upstream's", {.restore_from = "latest", .across = true}, {unrecorded("pvc-5")}, none_such},

      {"a name", {.restore_from = "pvc-2"}, three, "pvc-2, asked for"},
      {"a name, class says adopt", {.restore_from = "pvc-2", .on_create = adopt}, three, "pvc-2, asked for"},
      {"a name, another class", {.restore_from = "pvc-1"}, {other_class}, "pvc-1, asked for"},
      {"a name that is unknown", {.restore_from = "pvc-9"}, three, none_such},
      {"a part of a name", {.restore_from = "pvc-"}, three, none_such},
      {"no name", {.restore_from = ""}, three, none_such},
      {"a name, earlier namespace", {.restore_from = "pvc-1"}, {earlier_namespace}, earlier},
      {"a name, earlier namespace, consent",
       {.restore_from = "pvc-1", .across = true},
       {earlier_namespace},
       "pvc-1, asked for"},
      {"a name, another claim's", {.restore_from = "pvc-1", .across = true}, {other_claim}, none_such},
      {"a name, another namespace's", {.restore_from = "pvc-1", .across = true}, {other_space}, none_such},
      {"a name, kept in place",
       {.restore_from = "pvc-1"},
       {kept_in_place("pvc-1", "2026-01-01T00:00:00Z")},
       "it was kept in place at"},
      {"none", {.restore_from = "none"}, three, "anew"},
      {"none, and nothing is there", {.restore_from = "none"}, {}, "anew"},
      {"none, also where an archive's volume has that name", {.restore_from = "none"}, {archive("none")}, "anew"},
      {"which comes back by itself", {}, {archive("none")}, "none"},
      {"none is spelled small", {.restore_from = "None"}, three, none_such},
      {"upstream's by name", {.restore_from = "pvc-5"}, {unrecorded("pvc-5")}, earlier},
      {"upstream's by name, consent",
       {.restore_from = "pvc-5", .across = true},
       {unrecorded("pvc-5")},
       "pvc-5, asked for"},
  };
  for (auto const& row : table) {
    auto const got = begins(row.asked, row.archives);
    INFO(row.what << "\n  begins: " << got << "\n  wanted: " << row.begins);
    bool const refusal = row.begins == none_such || row.begins == earlier || row.begins.starts_with("it was kept");
    CHECK((refusal ? got.starts_with("refused: annotation nfs-subdir-provisioner.io/restore-from asks for ") &&
                         contains(got, row.begins)
                   : got == row.begins));
  }
}

TEST_CASE("where a class lets its claims share, the archive of their directory is for each of them") {
  auto const of_other = [](auto change) {
    auto record = archive("pvc-7", "2026-05-01T00:00:00Z");
    record.claim_name = "db";
    change(record);
    return record;
  };
  auto const same = of_other([](auto&) {});
  auto const begins_with = [](SharedDirectory sharing, std::string const& annotation,
                              std::vector<ArchiveRecord> const& archives) {
    auto claim = handed_claim();
    if (!annotation.empty()) claim.meta.annotations.emplace(names::restore_from, annotation);
    ClassParameters parameters;
    parameters.on_create = restore;
    parameters.shared_directory = sharing;
    parameters.restore_across_namespace_uid = true;
    auto const beginning = initial_data_of(claim, parameters, path("team-a/web"), "NS-UID", archives);
    if (auto const* with = std::get_if<FromArchive>(&beginning)) return with->archive.volume;
    return std::string(std::holds_alternative<Refusal>(beginning) ? "refused" : "anew");
  };
  for (auto const sharing : {SharedDirectory::same_namespace, SharedDirectory::always}) {
    CHECK(begins_with(sharing, "", {same}) == "pvc-7");
    CHECK(begins_with(sharing, "latest", {same}) == "pvc-7");
    CHECK(begins_with(sharing, "pvc-7", {same}) == "pvc-7");
    CHECK(begins_with(sharing, "", {same, archive("pvc-1", "2026-04-01T00:00:00Z")}) == "pvc-7");
    CHECK(begins_with(sharing, "", {same, archive("pvc-1", "2026-06-01T00:00:00Z")}) == "pvc-1");
    // What the claim itself had elsewhere comes first, be it older.
    auto elsewhere = archive("pvc-1", "2026-04-01T00:00:00Z");
    elsewhere.original_path = "elsewhere";
    CHECK(begins_with(sharing, "", {same, elsewhere}) == "pvc-1");
    CHECK(begins_with(sharing, "latest", {same, elsewhere}) == "pvc-1");
    CHECK(begins_with(sharing, "pvc-7", {same, elsewhere}) == "pvc-7");
    for (auto const& not_ours :
         {of_other([](auto& r) { r.original_path = "team-a/db"; }),
          of_other([](auto& r) { r.namespace_uid = "EARLIER"; }), of_other([](auto& r) { r.namespace_uid = ""; }),
          of_other([](auto& r) { r.claim_namespace = "team-b"; }),
          of_other([](auto& r) { r.storage_class = "other"; })}) {
      CHECK(begins_with(sharing, "", {not_ours}) == "anew");
      CHECK(begins_with(sharing, "latest", {not_ours}) == "refused");
      CHECK(begins_with(sharing, "pvc-7", {not_ours}) == "refused");
    }
  }
  CHECK(begins_with(SharedDirectory::never, "", {same}) == "anew");
  CHECK(begins_with(SharedDirectory::never, "pvc-7", {same}) == "refused");
}

TEST_CASE("a shared directory that a pod was the last to leave comes back as before, but to no pod") {
  auto last = left_by_pod;
  last.claim_name = "scratch-of-a-pod";
  last.original_path = "team-a/all";
  ClassParameters parameters;
  parameters.on_create = OnCreate::restore;
  parameters.shared_directory = SharedDirectory::same_namespace;
  auto claim = handed_claim();
  auto const begins = [&] { return initial_data_of(claim, parameters, path("team-a/all"), "NS-UID", {last}); };
  CHECK(std::holds_alternative<FromArchive>(begins()));
  give_to_pod(claim);
  CHECK(std::holds_alternative<WithoutArchive>(begins()));
}

TEST_CASE("a refusal has the same words whether there is no archive or it is somebody else's") {
  for (std::string const wanted : {"latest", "pvc-1"}) {
    Asked const asked{.restore_from = wanted, .across = true};
    auto const none = begins(asked, {});
    CHECK(begins(asked, {other_claim}) == none);
    CHECK(begins(asked, {other_space}) == none);
    CHECK(begins(asked, {other_claim, other_space}) == none);
    CHECK_FALSE(contains(none, "secret-db"));
    CHECK_FALSE(contains(none, "team-b"));
  }
}

TEST_CASE("a refusal is one line, whatever was asked for") {
  CHECK(is_one_line(begins({.restore_from = "a\nb\x01"}, {})));
  CHECK(is_one_line(begins({.restore_from = std::string(5000, 'x')}, {})));
}

TEST_CASE("the decision for a claim makes its directory of the archive, or refuses by Event") {
  World world;
  world.storage_class->parameters["onCreate"] = "restore";
  world.archives = {archive()};
  SECTION("by itself") {
    auto const made = action<MakeDirectory>(world.on_claim());
    REQUIRE(made.from);
    CHECK(made.from->archive == archive());
    CHECK_FALSE(made.from->asked_for);
  }
  SECTION("by annotation") {
    world.claim.meta.annotations[std::string(names::restore_from)] = "pvc-1";
    CHECK(action<MakeDirectory>(world.on_claim()).from->asked_for);
  }
  SECTION("in a namespace that was made anew: not by itself") {
    world.namespace_uid = "NEWER";
    CHECK_FALSE(action<MakeDirectory>(world.on_claim()).from);
  }
  SECTION("asked for what is not there: never an empty directory") {
    world.claim.meta.annotations[std::string(names::restore_from)] = "pvc-9";
    auto const decision = world.on_claim();
    REQUIRE(std::holds_alternative<Refuse>(decision));
    CHECK(std::get<Refuse>(decision).event.reason == "ProvisioningFailed");
    CHECK(contains(text_of(decision), none_such));
  }
  SECTION("while the volume that had the directory is about to be released, it waits for that") {
    world.occupancies[0].put(path("team-a/web"), occupant("pvc-0", "GONE", "web"));
    CHECK(is_as(world.on_claim(), Wait{Reason::earlier_volume_going, "pvc-0"}));
  }
}

TEST_CASE("a claim that asks to begin empty is told what would have come back, and stays where it is") {
  ClassParameters restores;
  restores.on_create = OnCreate::restore;
  auto claim = handed_claim();
  claim.meta.annotations = {{std::string(names::restore_from), "none"}};
  auto in_use = kept_in_place("pvc-7", "2026-03-01T00:00:00Z");
  in_use.taken_from = "old-cluster";
  in_use.on_delete.clear();
  auto other = in_use;
  other.volume = "pvc-8";
  auto const told = [&](ClassParameters const& parameters, std::vector<ArchiveRecord> const& archives,
                        bool all_known = true) {
    return begins_empty_text(claim, parameters, path("team-a/web"), "NS-UID", archives, all_known);
  };
  std::string const begins = "The volume begins empty, as annotation nfs-subdir-provisioner.io/restore-from: none asks";
  CHECK(told(restores, {archive(), archive("pvc-2", "2026-01-09T00:00:00Z")}) ==
        begins +
            "; archive archived-team-a-web-pvc-2 of 2026-01-09T00:00:00Z, which would have come back, stays where "
            "it is");
  CHECK(told(restores, {in_use}) == begins +
                                        "; directory team-a/web of 2026-03-01T00:00:00Z, which would have come "
                                        "back, stays where it is");
  auto const stay = begins + "; archives of this claim stay where they are";
  CHECK(told(restores, {in_use, other}) == stay);
  CHECK(told(restores, {}, false) == stay);
  for (auto const& nothing : {told(restores, {}), told(restores, {other_claim}), told({}, {archive()})}) {
    CHECK(nothing == begins + "; there was nothing to come back");
  }
}

TEST_CASE("when the retention of an archive ends") {
  struct Row {
    std::string time;
    std::string retention;
    std::optional<std::int64_t> ends;
  };
  std::vector<Row> const table{
      {"1970-01-01T00:00:00Z", "1s", 1},
      {"1970-01-01T00:00:00Z", "2m", 120},
      {"1970-01-01T00:00:00Z", "3h", 10'800},
      {"1970-01-01T00:00:00Z", "4d", 345'600},
      {"1970-01-01T00:00:00Z", "5w", 3'024'000},
      {"2026-01-31T23:59:59Z", "30d", 1'769'903'999 + 2'592'000},
      {"2024-02-29T12:30:15Z", "1s", 1'709'209'816},
      {"2026-01-31T23:59:59.000001Z", "30d", 1'769'904'000 + 2'592'000},
      {"2026-01-31T23:59:59.5Z", "1s", 1'769'904'001},
      {"2026-01-31T23:59:59Z", "", std::nullopt},
      {"2026-01-31T23:59:59Z", "0d", std::nullopt},
      {"2026-01-31T23:59:59Z", "30", std::nullopt},
      {"2026-01-31T23:59:59Z", "30y", std::nullopt},
      {"2026-01-31T23:59:59Z", "-1d", std::nullopt},
      {"2026-01-31T23:59:59Z", "99999d", std::nullopt},
      {"", "30d", std::nullopt},
      {"2026-01-31", "30d", std::nullopt},
      {"2026-01-31 23:59:59Z", "30d", std::nullopt},
      {"2026-01-31T23:59:59+", "30d", std::nullopt},
      {"2026-01-31T23:59:59.Z", "30d", std::nullopt},
      {"2026-01-31T23:59:59.5xZ", "30d", std::nullopt},
      {"2026-01-31T23:59:59.5", "30d", std::nullopt},
      {"2026-02-29T00:00:00Z", "30d", std::nullopt},
      {"2026-13-01T00:00:00Z", "30d", std::nullopt},
      {"2026-00-01T00:00:00Z", "30d", std::nullopt},
      {"2026-01-01T24:00:00Z", "30d", std::nullopt},
      {"2026-01-01T23:60:00Z", "30d", std::nullopt},
      {"2026-01-01T23:00:61Z", "30d", std::nullopt},
      {"2O26-01-01T00:00:00Z", "30d", std::nullopt},
      {"2026-01-01T-1:00:00Z", "30d", std::nullopt},
  };
  for (auto const& row : table) {
    CAPTURE(row.time, row.retention);
    auto record = archive("pvc-1", row.time);
    record.retention = row.retention;
    CHECK(ends_at(record) == row.ends);
    record.archived_path = record.original_path;
    CHECK(ends_at(record) == std::nullopt);
  }
}

TEST_CASE("a record is later than a time if both can be read and it was written after that") {
  struct Row {
    std::string time;
    std::string written;
    bool later;
  };
  auto const row = GENERATE(values<Row>({
      {"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z", true},
      {"2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", false},
      {"2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", false},
      {"yesterday", "2026-01-01T00:00:00Z", false},
      {"2026-01-01T00:00:00Z", "", false},
  }));
  ArchiveRecord record;
  record.time = row.written;
  CAPTURE(row.time, row.written);
  CHECK(is_later_than(row.time, record) == row.later);
}
