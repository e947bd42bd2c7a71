// What a claim is told as long as not all archives on the export are known.
#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

Wait const waits{Reason::archives_being_read};

auto knowing(
    ArchiveKnowledge known, std::function<void(World&)> const& change = [](World&) {}) {
  return [=](World& world) {
    world.archives_known = known;
    change(world);
  };
}

void restores(World& world) {
  world.storage_class->parameters["onCreate"] = "restore";
}

void begins_empty(World& world) {
  restores(world);
  world.has_taken_over = true;
  world.claim.meta.annotations.emplace(names::restore_from, "none");
}

void asks(World& world) {
  world.claim.meta.annotations.emplace(names::restore_from, "latest");
}

}  // namespace

TEST_CASE("a claim that wants data back waits until all archives are known, and one that does not is served at once") {
  using enum ArchiveKnowledge;
  check_claims({
      {"a class that does not restore", knowing(being_read), provisions},
      {"too many, and a class that does not restore", knowing(too_many), provisions},
      {"a class that restores", knowing(being_read, restores), waits},
      {"asked to begin empty", knowing(being_read, begins_empty),
       "act: tell Provisioning, make directory, create volume, tell ProvisioningSucceeded, tell VolumeBeginsEmpty"},
      {"asked for by annotation", knowing(being_read, asks), waits},
      {"one archive is known already: a newer one may be among the rest",
       knowing(being_read,
               [](World& world) {
                 restores(world);
                 world.archives = {archive()};
               }),
       waits},
      {"they cannot be read", knowing(unreadable, restores), Wait{Reason::archives_unreadable}},
      {"they are too many", knowing(too_many, restores), Wait{Reason::archives_too_many}},
      {"all are known", knowing(complete, restores), provisions},
  });
}

TEST_CASE("what is wrong with a claim is told, known archives or not") {
  check_claims({{"a path that leads out",
                 knowing(ArchiveKnowledge::being_read,
                         [](World& world) {
                           restores(world);
                           world.storage_class->parameters["pathPattern"] = "..";
                         }),
                 "refuse: failed to provision volume"}});
}

TEST_CASE("a claim is told that it waits for archives: normal while they are read, a warning if that fails") {
  struct Row {
    ArchiveKnowledge known;
    k8s::EventType type;
    std::string says;
  };
  for (auto const& row :
       {Row{ArchiveKnowledge::being_read, k8s::EventType::normal, "the archives on the export are being read"},
        Row{ArchiveKnowledge::unreadable, k8s::EventType::warning, "the archives on the export cannot be read"},
        Row{ArchiveKnowledge::too_many, k8s::EventType::warning,
            "there are more archives on the export than the program can keep in memory: ask an administrator to "
            "remove old ones (nfs-subdir-provisioner archives purge)"}}) {
    World world;
    restores(world);
    world.archives_known = row.known;
    auto const wait = std::get<Wait>(world.on_claim());
    REQUIRE(wait.event);
    CHECK(wait.event->type == row.type);
    CHECK(wait.event->reason == "WaitingForArchives");
    CHECK(wait.event->message.starts_with(row.says));
    CHECK(wait.for_volume.empty());
  }
}
