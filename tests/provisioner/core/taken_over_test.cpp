// What a cluster has taken over from another one: whose it is, and which of it comes first.
#include <functional>

#include "provisioner/core/reservation.hpp"
#include "provisioner/core/restore.hpp"
#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// Volume of claim team-a/web that was in use when its cluster was taken over.
ArchiveRecord was_in_use(std::string const& volume = "pvc-7", std::string made_at = "") {
  auto record = archive(volume);
  record.namespace_uid.clear();
  record.archived_path = record.original_path = "team-a-web-" + volume;
  record.on_delete.clear();
  record.taken_from = "OLD-CLUSTER";
  record.made_at = std::move(made_at);
  return record;
}

ArchiveRecord taken(ArchiveRecord record) {
  record.namespace_uid = "NS-THERE";
  record.taken_from = "OLD-CLUSTER";
  return record;
}

ArchiveRecord changed(ArchiveRecord record, std::function<void(ArchiveRecord&)> const& change) {
  change(record);
  return record;
}

struct Asked {
  OnCreate on_create = OnCreate::adopt;
  std::string restore_from = {};
  bool by_pod = false;
};

std::string begins(Asked const& asked, std::vector<ArchiveRecord> const& archives) {
  auto claim = handed_claim();
  if (!asked.restore_from.empty()) claim.meta.annotations.emplace(names::restore_from, asked.restore_from);
  if (asked.by_pod) claim.meta.owner_references = {{"v1", "Pod", "web-0", "POD-UID", true}};
  ClassParameters parameters;
  parameters.on_create = asked.on_create;
  auto const beginning = initial_data_of(claim, parameters, path("team-a/web"), "NS-UID", archives);
  if (std::holds_alternative<WithoutArchive>(beginning)) return "anew";
  if (auto const* refusal = std::get_if<Refusal>(&beginning)) return "refused: " + refusal->message;
  return std::get<FromArchive>(beginning).archive.volume;
}

Asker asker_of_class(std::string storage_class) {
  return {.name_space = "team-a",
          .name = "web",
          .uid = "NEW",
          .namespace_uid = "NS-UID",
          .storage_class = std::move(storage_class)};
}

}  // namespace

TEST_CASE("what was in use when its cluster was taken over is for the claim of the same names and class") {
  auto const with = [](auto change) { return changed(was_in_use(), change); };
  for (auto const on_create : {OnCreate::adopt, OnCreate::restore}) {
    Asked const asked{.on_create = on_create};
    CHECK(begins(asked, {was_in_use()}) == "pvc-7");
    CHECK(begins(asked, {with([](auto& each) { each.storage_class.clear(); })}) == "pvc-7");
    CHECK(begins(asked, {with([](auto& each) { each.storage_class = "other"; })}) == "anew");
    CHECK(begins(asked, {with([](auto& each) { each.claim_name = "db"; })}) == "anew");
    CHECK(begins(asked, {with([](auto& each) { each.claim_namespace = "team-b"; })}) == "anew");
  }
  CHECK(begins({.by_pod = true}, {was_in_use()}) == "anew");
}

TEST_CASE("what was in use comes before archives, and of several the one that was made last") {
  auto const newer = archive("pvc-9", "2027-01-01T00:00:00Z");
  CHECK(begins({.on_create = OnCreate::restore}, {newer, was_in_use()}) == "pvc-7");
  auto const first = was_in_use("pvc-8", "2025-01-01T00:00:00Z");
  auto const last = was_in_use("pvc-1", "2025-06-01T00:00:00Z");
  CHECK(begins({}, {first, last}) == "pvc-1");
  CHECK(begins({}, {last, first, was_in_use("pvc-9")}) == "pvc-1");
}

TEST_CASE("where nobody knows which of several was the last the claim has to say, and does not begin empty") {
  auto const two = std::vector{was_in_use("pvc-8"), was_in_use("pvc-1")};
  auto const answer = begins({}, two);
  CHECK(contains(answer, "refused: cluster OLD-CLUSTER"));
  CHECK(contains(answer, "pvc-1, pvc-8"));
  CHECK(contains(answer, "nfs-subdir-provisioner.io/restore-from"));
  CHECK(begins({.restore_from = "pvc-1"}, two) == "pvc-1");
  CHECK(begins({.restore_from = "pvc-8"}, two) == "pvc-8");
  CHECK(begins({.restore_from = "latest"}, {was_in_use()}) == "pvc-7");
}

TEST_CASE("archives that were taken over come back as the class says, and go by the namespace's name") {
  CHECK(begins({.on_create = OnCreate::restore}, {taken(archive())}) == "pvc-1");
  CHECK(begins({.on_create = OnCreate::adopt}, {taken(archive())}) == "anew");
  CHECK(begins({.restore_from = "latest"}, {taken(archive())}) == "pvc-1");
  CHECK(begins({.on_create = OnCreate::restore},
               {changed(taken(archive()), [](auto& each) { each.storage_class = "other"; })}) == "anew");
  CHECK(begins({.on_create = OnCreate::restore},
               {changed(taken(archive()), [](auto& each) { each.scratch = true; })}) == "anew");
  auto const kept = changed(taken(archive()), [](auto& each) {
    each.archived_path = each.original_path;
    each.on_delete = "retain";
  });
  CHECK(begins({.on_create = OnCreate::restore}, {kept}) == "anew");
}

TEST_CASE("what was in use is kept from everybody but its claim, path and tree") {
  auto const record = changed(was_in_use(), [](auto& each) { each.original_path = each.archived_path = "team-a/web"; });
  auto const never = SharedDirectory::never;
  auto const own = asker_of_class("volumen-tipo-ivan");
  CHECK_FALSE(reserves(record, path("team-a/web"), own, never));
  CHECK(was_kept_for(record, path("team-a/web"), own, never));
  for (auto const* nested : {"team-a", "team-a/web/sub"}) CHECK(reserves(record, path(nested), own, never));
  auto const of_other_class = asker_of_class("other");
  CHECK(reserves(record, path("team-a/web"), of_other_class, never));
  CHECK(contains(reserved_text(path("team-a/web"), record, of_other_class), "class \"volumen-tipo-ivan\""));
  auto other = own;
  other.name = "db";
  CHECK(reserves(record, path("team-a/web"), other, never));
  CHECK_FALSE(reserves(record, path("team-a/web"), other, SharedDirectory::same_namespace));
  auto abroad = own;
  abroad.name_space = "team-b";
  CHECK(reserves(record, path("team-a/web"), abroad, SharedDirectory::same_namespace));
  auto const of_any_class = changed(record, [](auto& each) { each.storage_class.clear(); });
  CHECK_FALSE(reserves(of_any_class, path("team-a/web"), of_other_class, never));
}

TEST_CASE("what was kept in place before it was taken over goes by the namespace's name, too") {
  auto const kept = changed(taken(archive()), [](auto& each) {
    each.archived_path = each.original_path;
    each.on_delete = "retain";
  });
  CHECK(was_kept_for(kept, path("team-a/web"), asker_of_class("any"), SharedDirectory::never));
}

TEST_CASE("a claim begins with what was in use, in place or moved, whatever its class says") {
  World world;
  world.archives = {was_in_use()};
  auto const moved = action<MakeDirectory>(world.on_claim());
  REQUIRE(moved.from);
  CHECK(moved.from->archive == was_in_use());
  CHECK(moved.path == path("team-a/web"));
  world.archives = {changed(was_in_use(), [](auto& each) { each.original_path = each.archived_path = "team-a/web"; })};
  CHECK(action<MakeDirectory>(world.on_claim()).from->archive.archived_path == "team-a/web");
}

TEST_CASE("a directory that a volume has, or that lies in one tree with such a one, is not moved away") {
  for (auto const* held : {"team-a-web-pvc-7", "team-a-web-pvc-7/sub"}) {
    World world;
    world.archives = {was_in_use()};
    world.living = {"U2"};
    world.occupancies[0].put(path(held), occupant("pvc-U2", "U2"));
    CHECK_FALSE(action<MakeDirectory>(world.on_claim()).from);
  }
}

TEST_CASE("two claims that shared a directory share it again, and each has its own record") {
  World world;
  world.storage_class->parameters["sharedDirectory"] = "sameNamespace";
  world.living = {"U2"};
  auto other = occupant("pvc-U2", "U2");
  world.occupancies[0].put(path("team-a/web"), other);
  world.archives = {changed(was_in_use(), [](auto& each) { each.original_path = each.archived_path = "team-a/web"; })};
  CHECK(action<MakeDirectory>(world.on_claim()).from);
  world.archives = {was_in_use()};
  CHECK_FALSE(action<MakeDirectory>(world.on_claim()).from);
}

TEST_CASE("once something was taken over, no claim begins before all archives are known") {
  World world;
  world.archives_known = ArchiveKnowledge::being_read;
  CHECK(std::holds_alternative<Act>(world.on_claim()));
  world.has_taken_over = true;
  CHECK(is_as(world.on_claim(), Wait{Reason::archives_being_read}));
}
