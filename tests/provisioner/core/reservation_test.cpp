#include "provisioner/core/reservation.hpp"

#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// Kept in place, or archived, at `at` for team-a/web of namespace uid NS-UID.
ArchiveRecord record_at(std::string const& at, bool in_place) {
  ArchiveRecord record;
  record.volume = "pvc-OLD";
  record.claim_namespace = "team-a";
  record.namespace_uid = "NS-UID";
  record.claim_name = "web";
  record.original_path = at;
  record.archived_path = in_place ? at : "archived-team-a-web-pvc-OLD";
  return record;
}

Asker asker(std::string name_space, std::string name, std::string namespace_uid) {
  return {.name_space = std::move(name_space),
          .name = std::move(name),
          .uid = "NEW",
          .namespace_uid = std::move(namespace_uid)};
}

Asker const own = asker("team-a", "web", "NS-UID");
Asker const neighbour = asker("team-a", "db", "NS-UID");
Asker const reborn = asker("team-a", "web", "NS-ANEW");
Asker const unknown = asker("team-a", "web", "");
Asker const stranger = asker("team-b", "web", "NS-B");

}  // namespace

TEST_CASE("what was kept in place is its claim's, path and tree") {
  auto const kept = record_at("team-a/web", true);
  auto const never = SharedDirectory::never;
  for (auto const* nested : {"team-a", "team-a/web/sub"}) {
    INFO(nested);
    for (auto const& each : {own, neighbour, reborn, stranger}) CHECK(reserves(kept, path(nested), each, never));
  }
  for (auto const* apart : {"team-a/web2", "team-a/we", "team-b", "web"}) {
    INFO(apart);
    for (auto const& each : {own, neighbour, reborn, stranger}) CHECK_FALSE(reserves(kept, path(apart), each, never));
  }
  CHECK_FALSE(reserves(kept, path("team-a/web"), own, never));
  CHECK(was_kept_for(kept, path("team-a/web"), own, never));
  for (auto const& each : {neighbour, reborn, unknown, stranger}) {
    CHECK(reserves(kept, path("team-a/web"), each, never));
    CHECK_FALSE(was_kept_for(kept, path("team-a/web"), each, never));
  }
}

TEST_CASE("the class's consent gives what an earlier namespace kept to a claim of the same name, and to no other") {
  auto const kept = record_at("team-a/web", true);
  auto consents = reborn;
  consents.across_namespace_uid = true;
  CHECK_FALSE(reserves(kept, path("team-a/web"), consents, SharedDirectory::never));
  auto other_name = asker("team-a", "db", "NS-ANEW");
  other_name.across_namespace_uid = true;
  CHECK(reserves(kept, path("team-a/web"), other_name, SharedDirectory::never));
  auto abroad = stranger;
  abroad.across_namespace_uid = true;
  CHECK(reserves(kept, path("team-a/web"), abroad, SharedDirectory::never));
}

TEST_CASE("where its uid was not known a namespace is not taken for the same one") {
  auto kept = record_at("team-a/web", true);
  kept.namespace_uid.clear();
  CHECK(reserves(kept, path("team-a/web"), own, SharedDirectory::never));
  CHECK(reserves(kept, path("team-a/web"), unknown, SharedDirectory::never));
}

TEST_CASE("who may share a directory may have what was kept in it") {
  auto const kept = record_at("common", true);
  CHECK_FALSE(reserves(kept, path("common"), neighbour, SharedDirectory::same_namespace));
  CHECK(reserves(kept, path("common"), stranger, SharedDirectory::same_namespace));
  CHECK(reserves(kept, path("common"), asker("team-a", "db", "NS-ANEW"), SharedDirectory::same_namespace));
  CHECK_FALSE(reserves(kept, path("common"), stranger, SharedDirectory::always));
  CHECK(reserves(kept, path("common/sub"), stranger, SharedDirectory::always));
}

TEST_CASE("the place of an archive is kept from other namespaces, path and tree, and from nobody else") {
  auto const archived = record_at("team-a/web", false);
  for (auto const* at : {"team-a", "team-a/web", "team-a/web/sub"}) {
    INFO(at);
    CHECK(reserves(archived, path(at), stranger, SharedDirectory::never));
    for (auto const& each : {own, neighbour, reborn, unknown}) {
      CHECK_FALSE(reserves(archived, path(at), each, SharedDirectory::never));
    }
    CHECK_FALSE(was_kept_for(archived, path(at), own, SharedDirectory::never));
  }
  CHECK_FALSE(reserves(archived, path("team-a/web"), stranger, SharedDirectory::always));
  auto sent_there = stranger;
  sent_there.chooses_path = false;
  CHECK_FALSE(reserves(archived, path("team-a/web"), sent_there, SharedDirectory::never));
  CHECK(reserves(record_at("team-a/web", true), path("team-a/web"), sent_there, SharedDirectory::never));
}

TEST_CASE("who is refused a reserved directory reads why, and nothing of another namespace") {
  auto const kept = record_at("team-a/web", true);
  auto const abroad = reserved_text(path("team-a"), kept, stranger);
  CHECK(contains(abroad, "kept for a claim of another namespace"));
  CHECK_FALSE(contains(abroad, "pvc-OLD"));
  CHECK(contains(reserved_text(path("team-a/web"), kept, reborn), "restoreAcrossNamespaceUid"));
  CHECK(contains(reserved_text(path("team-a/web"), kept, neighbour), "kept for claim \"web\" (volume \"pvc-OLD\")"));
}

TEST_CASE("the place that a claim wants is what its class says, if that can be had") {
  auto storage_class = our_class();
  auto const claim = handed_claim();
  auto const wanted = wanted_place(claim, storage_class, "prod", "NS-UID", "2026-01-01T00:00:00Z");
  REQUIRE(wanted);
  CHECK(wanted->path == path("team-a/web"));
  CHECK(wanted->sharing == SharedDirectory::never);
  CHECK(wanted->asker.namespace_uid == "NS-UID");
  CHECK_FALSE(wanted->asker.across_namespace_uid);
  CHECK(wanted->asker.chooses_path);
  storage_class.parameters["sharedDirectory"] = "always";
  storage_class.parameters["restoreAcrossNamespaceUid"] = "true";
  storage_class.parameters["pathPattern"] = "${cluster}/all";
  auto const shared = wanted_place(claim, storage_class, "prod", "", "");
  REQUIRE(shared);
  CHECK(shared->path == path("prod/all"));
  CHECK(shared->sharing == SharedDirectory::always);
  CHECK(shared->asker.across_namespace_uid);
  CHECK_FALSE(shared->asker.chooses_path);
  storage_class.parameters["sharedDirectory"] = "sometimes";
  CHECK_FALSE(wanted_place(claim, storage_class, "prod", "", ""));
  storage_class.parameters.erase("sharedDirectory");
  storage_class.parameters["pathPattern"] = "..";
  CHECK_FALSE(wanted_place(claim, storage_class, "prod", "", ""));
}
