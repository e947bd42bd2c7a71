#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

void put(World& world, std::string_view where, Occupant who) {
  world.occupancies[0].put(path(where), std::move(who));
}

auto parameter(std::string const& key, std::string const& value) {
  return [=](World& world) { world.storage_class->parameters.insert_or_assign(key, value); };
}

Occupant kept(std::string namespace_uid) {
  auto who = occupant("pvc-9", "GONE", "web", false);
  who.namespace_uid = std::move(namespace_uid);
  return who;
}

}  // namespace

TEST_CASE("a directory that another volume holds is not handed out") {
  check_claims({
      {"live, the same directory",
       [](World& world) {
         put(world, "team-a/web", occupant("pvc-9", "LIVE"));
         world.living.insert("LIVE");
       },
       "refuse for pvc-9: failed to provision volume with StorageClass \"volumen-tipo-ivan\": directory "
       "\"team-a/web\""},
      {"live, above",
       [](World& world) {
         put(world, "team-a", occupant("pvc-9", "LIVE"));
         world.living.insert("LIVE");
       },
       "refuse for pvc-9: "},
      {"live, below",
       [](World& world) {
         put(world, "team-a/web/deeper", occupant("pvc-9", "LIVE"));
         world.living.insert("LIVE");
       },
       "refuse for pvc-9: "},
      {"about to be released", [](World& world) { put(world, "team-a/web", occupant("pvc-9", "GONE")); },
       Wait{Reason::directory_soon_free, "pvc-9"}},
      {"kept, of a claim of that name", [](World& world) { put(world, "team-a/web", kept("NS-UID")); }, provisions},
      {"kept, of a claim of that name in a namespace that was made anew",
       [](World& world) { put(world, "team-a/web", kept("NS-OLD")); }, "refuse for pvc-9: "},
      {"the same, and the class consents",
       [](World& world) {
         put(world, "team-a/web", kept("NS-OLD"));
         world.storage_class->parameters["restoreAcrossNamespaceUid"] = "true";
       },
       provisions},
      {"kept by a volume that does not say its namespace's uid, and is younger than the namespace",
       [](World& world) {
         auto upstreams = kept("");
         upstreams.made_at = "2026-01-01T00:00:01Z";
         put(world, "team-a/web", upstreams);
         world.namespace_made_at = "2026-01-01T00:00:00Z";
       },
       provisions},
      {"about to be deleted by another provisioner",
       [](World& world) {
         auto other = kept("NS-UID");
         other.goes_elsewhere = true;
         put(world, "team-a/web", other);
       },
       Wait{Reason::directory_soon_free, "pvc-9"}},
      {"kept, of another claim", [](World& world) { put(world, "team-a/web", occupant("pvc-9", "GONE", "db", false)); },
       "refuse for pvc-9: "},
      {"its release is over, though it is still there",
       [](World& world) {
         auto over = occupant("pvc-9", "GONE");
         over.over = true;
         put(world, "team-a/web", over);
       },
       provisions},
      {"its release is over, above",
       [](World& world) {
         auto over = occupant("pvc-9", "GONE", "db", true, "team-b");
         over.over = true;
         put(world, "team-a", over);
       },
       provisions},
      {"its release is over, but its claim is back (etcd was restored)",
       [](World& world) {
         auto over = occupant("pvc-9", "BACK");
         over.over = true;
         put(world, "team-a/web", over);
         world.living.insert("BACK");
       },
       "refuse for pvc-9: "},
      {"its release was over when it could be read last",
       [](World& world) {
         auto over = occupant("pvc-9", "GONE");
         over.over = true;
         over.unreadable = true;
         put(world, "team-a/web", over);
       },
       Wait{Reason::directory_soon_free, "pvc-9"}},
      {"its own", [](World& world) { put(world, "team-a/web", occupant("pvc-UID", "UID", "web")); }, provisions},
      {"shared by the class",
       [](World& world) {
         put(world, "team-a/web", occupant("pvc-9", "LIVE"));
         world.living.insert("LIVE");
         world.storage_class->parameters["sharedDirectory"] = "sameNamespace";
       },
       provisions},
  });
}

TEST_CASE("a directory that others use is not replaced by an archive") {
  auto const shared = [](World& world) {
    put(world, "team-a/web", occupant("pvc-9", "LIVE"));
    world.living.insert("LIVE");
    world.storage_class->parameters["sharedDirectory"] = "sameNamespace";
    world.storage_class->parameters["onCreate"] = "restore";
    world.archives = {archive("pvc-OLD")};
  };
  World world;
  shared(world);
  CHECK_FALSE(action<MakeDirectory>(world.on_claim()).from);
  world.claim.meta.annotations.emplace(names::restore_from, "latest");
  CHECK(text_of(world.on_claim()) ==
        "refuse for pvc-9: failed to provision volume with StorageClass \"volumen-tipo-ivan\": directory "
        "\"team-a/web\" is used by volume \"pvc-9\" of claim \"other\": archive \"archived-team-a-web-pvc-OLD\" "
        "cannot come back to it; take the annotation nfs-subdir-provisioner.io/restore-from off");
  world.occupancies[0].erase("pvc-9");
  CHECK(action<MakeDirectory>(world.on_claim()).from->archive.volume == "pvc-OLD");
  // Another one that is still there, though its release is over, is none of them.
  auto over = occupant("pvc-8", "GONE");
  over.over = true;
  put(world, "team-a/web", over);
  CHECK(action<MakeDirectory>(world.on_claim()).from->archive.volume == "pvc-OLD");
}

TEST_CASE("a claim that wants its data back waits for the release of its name's earlier volume, whatever path it had") {
  auto const gone_elsewhere = [](World& world) { put(world, "other/place", occupant("pvc-9", "GONE", "web")); };
  auto const restores = parameter("onCreate", "restore");
  check_claims({
      {"the class restores",
       [=](World& world) {
         gone_elsewhere(world);
         restores(world);
       },
       Wait{Reason::earlier_volume_going, "pvc-9"}},
      {"the claim asks for it, and the archive is not there yet",
       [=](World& world) {
         gone_elsewhere(world);
         world.claim.meta.annotations.emplace(names::restore_from, "pvc-9");
       },
       Wait{Reason::earlier_volume_going, "pvc-9"}},
      {"nobody asked for it", gone_elsewhere, provisions},
      {"the earlier volume's release is over, though it is still there",
       [=](World& world) {
         auto over = occupant("pvc-9", "GONE", "web");
         over.over = true;
         put(world, "other/place", over);
         restores(world);
       },
       provisions},
      {"it belongs to a pod",
       [=](World& world) {
         gone_elsewhere(world);
         restores(world);
         world.claim.meta.owner_references = {{"v1", "Pod", "web-0", "POD-UID", true}};
       },
       provisions},
      {"the earlier claim is still there",
       [=](World& world) {
         gone_elsewhere(world);
         restores(world);
         world.living.insert("GONE");
       },
       provisions},
      {"the earlier volume is kept",
       [=](World& world) {
         put(world, "other/place", occupant("pvc-9", "GONE", "web", false));
         restores(world);
       },
       provisions},
      {"another claim's",
       [=](World& world) {
         put(world, "other/place", occupant("pvc-9", "GONE", "db"));
         restores(world);
       },
       provisions},
      {"its own, begun before",
       [=](World& world) {
         put(world, "other/place", occupant("pvc-UID", "UID", "web"));
         restores(world);
       },
       provisions},
  });
}

TEST_CASE("a claim that waits for another volume is told for which, and why") {
  World world;
  world.storage_class->parameters["onCreate"] = "restore";
  auto const told = [&] {
    auto const decision = world.on_claim();
    auto const& event = std::get<Wait>(decision).event;
    return event ? event->reason + ": " + event->message : "nothing";
  };
  put(world, "team-a/web", occupant("pvc-9", "GONE"));
  CHECK(told() ==
        "WaitingForRelease: directory \"team-a/web\" is used by volume \"pvc-9\" of claim \"other\", which is about to "
        "be released: waiting for that");
  put(world, "other/place", occupant("pvc-9", "GONE", "web"));
  CHECK(told() ==
        "WaitingForRelease: the data of this name's earlier claim is in volume \"pvc-9\", which is about to be "
        "released: waiting for that");
}
