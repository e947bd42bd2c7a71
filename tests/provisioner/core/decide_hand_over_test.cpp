// Volumes that changed hands, or were made again: what is decided on them.
#include "provisioner/core/hand_over.hpp"
#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

void note(k8s::Volume& volume, std::string_view key, std::string value) {
  volume.meta.annotations.insert_or_assign(std::string(key), std::move(value));
}

// Its claim is gone, and it is to be released as `policy` says.
World released(std::string const& policy) {
  World world;
  world.volume = world.made_volume("Released");
  world.claim_is_there = false;
  note(*world.volume, names::on_delete, policy);
  note(*world.volume, names::archive_retention, "1m");
  return world;
}

// Volume pvc-UID was made for claim UID, and is bound to claim NEXT, which asks for 3Gi.
struct GivenAway {
  World world;
  k8s::Claim holder = handed_claim("app", "NEXT");
  bool earlier_claim = false;
  std::string const name = "pvc-UID";
  std::vector<ArchiveRecord> none;

  GivenAway() {
    world.storage_class->allow_volume_expansion = true;
    world.volume = world.made_volume("Bound");
    world.volume->claim_ref->uid = "NEXT";
    world.volume->claim_ref->name = "app";
    world.living.insert("NEXT");
    holder.volume_name = name;
    holder.phase = "Bound";
    holder.meta.annotations.emplace(names::bind_completed, "yes");
    holder.status_capacity = world.volume->capacity;
    holder.requested_storage = "3Gi";
  }
  void note_all() {
    for (auto const& [key, value] : missing_notes(*world.volume, holder, "NS-B", world.settings))
      note(*world.volume, key, value);
  }
  [[nodiscard]] Decision decision() const {
    std::vector<ExportView> const exports{{world.exports[0], world.ids[0], world.occupancies[0]}};
    auto const exists = world.exists();
    Question const question{.name = name,
                            .claim = earlier_claim ? &world.claim : nullptr,
                            .volume = &*world.volume,
                            .holder = &holder,
                            .class_of_claim = &*world.storage_class,
                            .class_of_volume = &*world.storage_class,
                            .namespace_uid = world.namespace_uid,
                            .archives = none};
    return decide(question, {exports, 0, world.settings, exists});
  }
};

}  // namespace

TEST_CASE("what was made again is archived for ever instead of deleted, and kept in place where it is to be kept") {
  struct Row {
    std::string policy;
    bool again;
    std::string decided;
    std::string retention;
  };
  for (auto const& [policy, again, decided, retention] : {
           Row{"delete", false, "act: release team-a/web by delete", "1m"},
           Row{"delete", true, "act: tell ArchivedInstead, release team-a/web by archive", ""},
           Row{"archive", false, "act: release team-a/web by archive", "1m"},
           Row{"archive", true, "act: release team-a/web by archive", ""},
           Row{"retain", true, "act: release team-a/web by retain", ""},
       }) {
    INFO(policy << (again ? ", made again" : ""));
    auto world = released(policy);
    note(*world.volume, names::volume_uid, again ? "EARLIER" : world.volume->meta.uid);
    auto const decision = world.on_volume();
    CHECK(is_as(decision, decided));
    CHECK(action<ReleaseDirectory>(decision).retention == retention);
  }
}

TEST_CASE("what is frozen of an earlier claim is not said of the one that the volume was released from") {
  auto world = released("archive");
  note(*world.volume, names::scratch, "true");
  CHECK(action<ReleaseDirectory>(world.on_volume()).namespace_uid == "NS-UID");
  CHECK(action<ReleaseDirectory>(world.on_volume()).scratch);
  world.volume->claim_ref->uid = "NEXT";
  CHECK(action<ReleaseDirectory>(world.on_volume()).namespace_uid.empty());
  CHECK_FALSE(action<ReleaseDirectory>(world.on_volume()).scratch);
  CHECK(is_up_to_namespace(*world.volume, false, world.settings));
}

TEST_CASE("a volume that was given away says whose it is first, then grows with its new claim") {
  GivenAway given;
  given.earlier_claim = GENERATE(false, true);  // one that waits for a volume of its own, and finds this one
  auto const first = given.decision();
  CHECK(is_as(first, "act: record holder, annotate volume"));
  CHECK(action<RecordHolder>(first).claim.name == "app");
  given.note_all();
  CHECK(is_as(given.decision(), "act: tell Resizing"));
  given.holder.status_capacity = "3Gi";
  given.world.volume->capacity = "3Gi";
  CHECK(is_as(given.decision(), given.earlier_claim ? "refuse for pvc-UID" : "leave: "));
}

TEST_CASE("a volume that was given away does not grow before its new claim is bound to it") {
  GivenAway given;
  given.note_all();
  SECTION("which is Pending yet") {
    given.holder.phase = "Pending";
  }
  SECTION("which names another volume") {
    given.holder.volume_name = "by-hand";
  }
  SECTION("where it is going") {
    given.world.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z";
  }
  CHECK(std::holds_alternative<LeaveAlone>(given.decision()));
}
