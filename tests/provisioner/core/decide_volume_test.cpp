#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// The volume of a claim that is gone: ours, policy Delete, and nobody else on its directory.
World released_world() {
  World world;
  world.volume = world.made_volume("Released");
  world.claim_is_there = false;
  world.occupancies[0].put(path("team-a/web"), occupant("pvc-UID", "UID", "web"));
  return world;
}

// Made by upstream: no annotations of ours, no finalizer.
void make_upstreams(World& world) {
  world.volume->meta.annotations = {{std::string(names::provisioned_by), std::string(our_name)}};
  world.volume->meta.finalizers.clear();
}

void set_annotation(World& world, std::string_view key, std::string value) {
  world.volume->meta.annotations.insert_or_assign(std::string(key), std::move(value));
}

struct Case {
  std::string what;
  std::function<void(World&)> change;
  Wanted decision;
};

void check_volumes(std::vector<Case> const& table) {
  for (auto const& row : table) {
    auto world = released_world();
    row.change(world);
    auto const decision = world.on_volume();
    auto const text = text_of(decision);
    INFO(row.what << "\n  decided: " << text << "\n  wanted:  " << text_of(row.decision));
    CHECK(is_as(decision, row.decision));
    auto const frozen = frozen_policy(*world.volume);
    auto const* policy = std::get_if<std::optional<FrozenPolicy>>(&frozen);
    bool const by_class = policy != nullptr && !*policy;
    if (text.find("release ") != std::string::npos)
      CHECK(is_up_to_class(*world.volume, world.claim_is_gone, world.settings) == by_class);
    auto const* leave = std::get_if<LeaveAlone>(&decision);
    if (leave != nullptr && leave->reason == Reason::nothing_due)
      CHECK_FALSE(is_up_to_class(*world.volume, world.claim_is_gone, world.settings));
  }
}

LeaveAlone nothing_due(std::string const& phase, std::string const& reclaim_policy) {
  return {Reason::nothing_due, phase + ", " + reclaim_policy};
}

constexpr auto archives = "act: release team-a/web by archive, delete volume, remove finalizer";
constexpr auto archives_instead =
    "act: tell ArchivedInstead, release team-a/web by archive, delete volume, remove finalizer";
constexpr auto removes = "act: release team-a/web by delete, delete volume, remove finalizer";
constexpr auto retains = "act: release team-a/web by retain, delete volume, remove finalizer";
constexpr auto leaves = "act: leave directory, delete volume, remove finalizer";

}  // namespace

TEST_CASE("a released volume of ours is dealt with, then deleted, then let go") {
  CHECK(text_of(released_world().on_volume()) == archives);
}

TEST_CASE("which volumes are released") {
  check_volumes({
      {"another provisioner's", [](World& world) { set_annotation(world, names::provisioned_by, "example.com/other"); },
       LeaveAlone{Reason::volume_of_other_provisioner}},
      {"migrated to us",
       [](World& world) {
         set_annotation(world, names::provisioned_by, "kubernetes.io/nfs");
         set_annotation(world, names::migrated_to, std::string(our_name));
       },
       archives},
      {"made by nobody that it names",
       [](World& world) { world.volume->meta.annotations.erase("pv.kubernetes.io/provisioned-by"); },
       LeaveAlone{Reason::volume_of_other_provisioner}},
      {"not on NFS", [](World& world) { world.volume->source.type = "csi"; }, LeaveAlone{Reason::volume_not_on_nfs}},
      {"Bound", [](World& world) { world.volume->phase = "Bound"; }, nothing_due("Bound", "Delete")},
      {"Pending", [](World& world) { world.volume->phase = "Pending"; }, nothing_due("Pending", "Delete")},
      {"Available", [](World& world) { world.volume->phase = "Available"; }, nothing_due("Available", "Delete")},
      {"Failed", [](World& world) { world.volume->phase = "Failed"; }, nothing_due("Failed", "Delete")},
      {"to be retained",
       [](World& world) {
         world.volume->reclaim_policy = "Retain";
         world.volume->meta.finalizers.clear();
       },
       nothing_due("Released", "Retain")},
      {"its claim is still there", [](World& world) { world.claim_is_there = true; }, Wait{Reason::claim_still_there}},
      {"its claim is there, and bound elsewhere for good",
       [](World& world) {
         world.claim_is_there = true;
         world.claim_went_elsewhere = true;
       },
       archives},
      {"being deleted, held by our finalizer",
       [](World& world) { world.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z"; }, archives},
      {"being deleted, not held by us",
       [](World& world) {
         world.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z";
         world.volume->meta.finalizers = {"kubernetes.io/pv-protection"};
       },
       LeaveAlone{Reason::volume_does_not_wait}},
      {"the export was not identified yet", [](World& world) { world.ids[0].clear(); },
       Wait{Reason::export_not_identified}},
      {"the export itself", [](World& world) { world.volume->source.attributes["path"] = "/data/nfs/"; },
       "refuse: the volume lies at nfs.example:/data/nfs/"},
      {"a path with ..", [](World& world) { world.volume->source.attributes["path"] = "/data/nfs/team-a/../../etc"; },
       "refuse: "},
  });
}

TEST_CASE("a volume of ours is released on the export that it was made on, whatever that is called by now") {
  auto const at = [](std::string const& server, std::string const& path) {
    return [=](World& world) {
      world.volume->source.attributes["server"] = server;
      world.volume->source.attributes["path"] = path;
    };
  };
  check_volumes({
      {"its name in capitals, with a dot", at("NFS.Example.", "/data/nfs/team-a/web"), archives},
      {"its address", at("192.0.2.1", "/data/nfs/team-a/web"), archives},
      {"its address, deleted as the class said",
       [&](World& world) {
         at("192.0.2.1", "/data//nfs/team-a/web")(world);
         set_annotation(world, names::on_delete, "delete");
       },
       removes},
      {"under another path", at("nfs.example", "/srv/team-a/web"), archives},
      {"under another name and path", at("192.0.2.1", "/data/nfs2/team-a/web"), archives},
      {"under another path: archived instead of deleted, for its data may be where the path says",
       [&](World& world) {
         at("nfs.example", "/srv/team-a/web")(world);
         set_annotation(world, names::on_delete, "delete");
       },
       archives_instead},
      {"under another path, kept as the class said",
       [&](World& world) {
         at("nfs.example", "/srv/team-a/web")(world);
         set_annotation(world, names::on_delete, "retain");
       },
       retains},
      {"another directory under another path", at("nfs.example", "/srv/team-a/db"),
       "refuse: the volume lies at nfs.example:/srv/team-a/db, but was made for directory \"team-a/web\" of export "
       "EXPORT-1; nothing was touched"},
      {"another directory under another name", at("192.0.2.1", "/data/nfs/team-a/db"),
       "refuse: the volume was made for directory \"team-a/web\", but its path now names \"team-a/db\""},
      {"a directory below, under another name", at("192.0.2.1", "/data/nfs/backup/team-a/web"),
       "refuse: the volume was made for directory \"team-a/web\", but its path now names \"backup/team-a/web\""},
      {"another export's id, under another name",
       [&](World& world) {
         at("192.0.2.1", "/data/nfs/team-a/web")(world);
         set_annotation(world, names::export_id, "EXPORT-2");
       },
       "refuse: the volume lies at 192.0.2.1:/data/nfs/team-a/web, which is no directory of an export of this "
       "provisioner, and was made on export EXPORT-2, which is none of them; nothing was touched"},
      {"an export that was not identified yet may be the one",
       [&](World& world) {
         at("192.0.2.1", "/data/nfs/team-a/web")(world);
         world.ids[0].clear();
       },
       Wait{Reason::export_not_identified}},
  });
}

TEST_CASE("a volume of upstream's is released where its source says, and nowhere else") {
  auto const at = [](std::string const& server, std::string const& path) {
    return [=](World& world) {
      make_upstreams(world);
      world.volume->source.attributes["server"] = server;
      world.volume->source.attributes["path"] = path;
    };
  };
  check_volumes({
      {"in capitals, with a dot", at("NFS.EXAMPLE.", "/data//nfs/team-a/web"), archives},
      {"an address: nobody looks it up", at("192.0.2.1", "/data/nfs/team-a/web"),
       "refuse: the volume lies at 192.0.2.1:/data/nfs/team-a/web, which is no directory of an export of this "
       "provisioner; nothing was touched. If that server is nfs.example, name it in the settings"},
      {"outside of the export", at("nfs.example", "/data/nfs2/team-a/web"),
       "refuse: the volume lies at nfs.example:/data/nfs2/team-a/web"},
  });
}

TEST_CASE("a volume whose claim is gone is marked Released, and dealt with at once") {
  auto const gone = [](std::string const& phase, std::string const& policy = "Delete") {
    return [phase, policy](World& world) {
      world.volume->phase = phase;
      world.volume->reclaim_policy = policy;
      world.claim_is_gone = true;
    };
  };
  auto const marked_and = [](std::string_view rest) {
    return "act: volume released, " + std::string(rest).substr(std::string_view("act: ").size());
  };
  check_volumes({
      {"Bound", gone("Bound"), marked_and(archives)},
      {"not Bound yet", gone("Pending"), marked_and(archives)},
      {"Bound once more by a kube-controller-manager that lags, while it is being deleted",
       [&](World& world) {
         gone("Bound")(world);
         world.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z";
         world.volume->meta.finalizers = {"kubernetes.io/pv-protection"};
       },
       "act: volume released"},
      {"to be retained", gone("Bound", "Retain"), "act: volume released"},
      {"one that must wait is marked all the same",
       [&](World& world) {
         gone("Bound")(world);
         world.occupancies[0].put(path("team-a/web/deep"), occupant("pvc-9", "LIVE"));
         world.living.insert("LIVE");
       },
       "act: volume released"},
      {"shared by another",
       [&](World& world) {
         gone("Bound")(world);
         world.occupancies[0].put(path("team-a/web"), occupant("pvc-9", "LIVE"));
         world.living.insert("LIVE");
       },
       marked_and(leaves)},
      {"marked already", gone("Released"), archives},
      {"failed", gone("Failed"), nothing_due("Failed", "Delete")},
      {"another provisioner's",
       [&](World& world) {
         gone("Bound")(world);
         set_annotation(world, names::provisioned_by, "example.com/other");
       },
       LeaveAlone{Reason::volume_of_other_provisioner}},
      {"left to kube-controller-manager by binding=controller",
       [&](World& world) {
         gone("Bound")(world);
         world.settings.binding = Binding::controller;
       },
       nothing_due("Bound", "Delete")},
      {"left to it where the permission is missing",
       [&](World& world) {
         gone("Bound")(world);
         world.settings.permissions.patch_volume_status = false;
       },
       nothing_due("Bound", "Delete")},
  });
}

TEST_CASE("the API server is asked for a claim only where its volume would be marked") {
  auto const asks = [](std::function<void(World&)> const& change) {
    auto world = released_world();
    world.volume->phase = "Bound";
    change(world);
    return rests_on_claim(*world.volume, world.settings, world.exists());
  };
  CHECK(asks([](World&) {}));
  CHECK_FALSE(asks([](World& world) { world.claim_is_there = true; }));
  CHECK_FALSE(asks([](World& world) { world.volume->phase = "Released"; }));
  CHECK_FALSE(asks([](World& world) { world.volume->claim_ref.reset(); }));
  CHECK_FALSE(asks([](World& world) { world.volume->claim_ref->uid.clear(); }));
  CHECK_FALSE(asks([](World& world) { world.settings.binding = Binding::controller; }));
}

TEST_CASE("the policy that was frozen when the volume was made is the one that counts") {
  check_volumes({
      {"delete", [](World& world) { set_annotation(world, names::on_delete, "delete"); }, removes},
      {"retain", [](World& world) { set_annotation(world, names::on_delete, "retain"); }, retains},
      {"archive", [](World& world) { set_annotation(world, names::on_delete, "archive"); }, archives},
      {"whatever the class says now",
       [](World& world) {
         world.storage_class->parameters["onDelete"] = "delete";
         world.storage_class->parameters["pathPattern"] = "elsewhere";
       },
       archives},
      {"whoever the class is for now", [](World& world) { world.storage_class->provisioner = "example.com/other"; },
       archives},
      {"without a class", [](World& world) { world.storage_class.reset(); }, archives},
  });
}

TEST_CASE("a volume of ours under a name that was reserved since is released, or told of, and not called edited") {
  auto const made_at = [](std::string const& directory) {
    return [=](World& world) {
      world.volume->source.attributes["path"] = "/data/nfs/" + directory;
      set_annotation(world, names::path, directory);
    };
  };
  check_volumes({
      {"in capitals", made_at("ARCHIVED-photos"),
       "act: release ARCHIVED-photos by archive, delete volume, remove finalizer"},
      {"edited to where archives are", made_at("archived-x"), "refuse: nothing was touched: directory "},
      {"private, deep down", made_at("a/.nfs-subdir-provisioner"), "refuse: nothing was touched: directory "},
  });
}

TEST_CASE("nothing is touched on the word of annotations that were edited") {
  check_volumes({
      {"another export's id", [](World& world) { set_annotation(world, names::export_id, "EXPORT-2"); },
       "refuse: the volume was made on export EXPORT-2"},
      {"no export's id", [](World& world) { set_annotation(world, names::export_id, ""); }, "refuse: annotation "},
      {"another path", [](World& world) { set_annotation(world, names::path, "team-a/db"); },
       "refuse: the volume was made for directory \"team-a/db\""},
      {"a path that leads out", [](World& world) { set_annotation(world, names::path, "../team-b"); },
       "refuse: annotation nfs-subdir-provisioner.io/path was edited"},
      {"no path", [](World& world) { world.volume->meta.annotations.erase("nfs-subdir-provisioner.io/path"); },
       "refuse: annotation nfs-subdir-provisioner.io/path was edited"},
      {"an unknown policy", [](World& world) { set_annotation(world, names::on_delete, "remove"); },
       "refuse: annotation nfs-subdir-provisioner.io/on-delete was edited"},
      {"a malformed retention", [](World& world) { set_annotation(world, names::archive_retention, "30"); },
       "refuse: annotation nfs-subdir-provisioner.io/archive-retention was edited"},
      {"a malformed rest in the trash", [](World& world) { set_annotation(world, names::trash_retention, "none"); },
       "refuse: annotation nfs-subdir-provisioner.io/trash-retention was edited"},
      {"edited, but not due",
       [](World& world) {
         set_annotation(world, names::on_delete, "remove");
         world.volume->phase = "Bound";
       },
       nothing_due("Bound", "Delete")},
  });
}

TEST_CASE("a refused release is told on the volume") {
  auto world = released_world();
  set_annotation(world, names::export_id, "EXPORT-2");
  auto const decision = world.on_volume();
  auto const& event = std::get<Refuse>(decision).event;
  CHECK(event.type == k8s::EventType::warning);
  CHECK(event.reason == "VolumeFailedDelete");
  CHECK(event.about == reference_to(*world.volume));
  CHECK(contains(event.message, "EXPORT-1"));
  CHECK(contains(event.message, "nothing was touched"));
}

TEST_CASE("a volume that upstream made is released as its class says, and archived where nobody says") {
  auto const parameters = [](k8s::StringMap const& values) {
    return [=](World& world) {
      make_upstreams(world);
      world.storage_class->parameters = values;
    };
  };
  check_volumes({
      {"nothing said", parameters({}), archives},
      {"onDelete delete", parameters({{"onDelete", "delete"}}), removes},
      {"onDelete retain", parameters({{"onDelete", "retain"}}), retains},
      {"archiveOnDelete false", parameters({{"archiveOnDelete", "false"}}), removes},
      {"archiveOnDelete F", parameters({{"archiveOnDelete", "F"}}), removes},
      {"archiveOnDelete true", parameters({{"archiveOnDelete", "true"}}), archives},
      {"archiveOnDelete no", parameters({{"archiveOnDelete", "no"}}), archives},
      {"onDelete wins", parameters({{"onDelete", "retain"}, {"archiveOnDelete", "false"}}), retains},
      {"onDelete in a word of its own", parameters({{"onDelete", "purge"}}), archives},
      {"unknown parameters do not matter any more", parameters({{"onDelete", "delete"}, {"colour", "red"}}), removes},
      {"the class is gone",
       [](World& world) {
         make_upstreams(world);
         world.storage_class.reset();
       },
       archives},
      {"the class is another provisioner's by now",
       [](World& world) {
         make_upstreams(world);
         world.storage_class->parameters = {{"onDelete", "delete"}};
         world.storage_class->provisioner = "example.com/other";
       },
       archives},
      {"at the root's reserved names: whatever stands there is no volume's",
       [](World& world) {
         make_upstreams(world);
         world.volume->source.attributes["path"] = "/data/nfs/archived-team-a-web-pvc-1";
       },
       "refuse: nothing was touched"},
      {"in the private directory of an export that lies inside this one",
       [](World& world) {
         make_upstreams(world);
         world.volume->source.attributes["path"] = "/data/nfs/inner/.nfs-subdir-provisioner/trash";
       },
       "refuse: nothing was touched: directory \"inner/.nfs-subdir-provisioner/trash\""},
      {"at a name that is reserved since, and is no archive's",
       [](World& world) {
         make_upstreams(world);
         world.volume->source.attributes["path"] = "/data/nfs/Archived-photos";
       },
       "act: release Archived-photos by archive, delete volume, remove finalizer"},
  });
}

TEST_CASE("a release carries all that the record needs") {
  auto world = released_world();
  set_annotation(world, names::archive_retention, "30d");
  auto const release = action<ReleaseDirectory>(world.on_volume());
  CHECK(release == ReleaseDirectory{.volume = "pvc-UID",
                                    .path = path("team-a/web"),
                                    .policy = OnDelete::archive,
                                    .claim = *world.volume->claim_ref,
                                    .namespace_uid = "NS-UID",
                                    .storage_class = "volumen-tipo-ivan",
                                    .requested_storage = "1.5Gi",
                                    .retention = "30d",
                                    .volume_uid = "PV-UID",
                                    .trash_retention = "1h"});
  set_annotation(world, names::scratch, "true");
  CHECK(action<ReleaseDirectory>(world.on_volume()).scratch);
  CHECK(action<DeleteVolume>(world.on_volume()) == DeleteVolume{"pvc-UID", "PV-UID"});
  CHECK(action<RemoveFinalizer>(world.on_volume()) == RemoveFinalizer{"pvc-UID", "PV-UID"});
}

TEST_CASE("how long what is released rests in the trash: as frozen on the volume, else as the program's setting says") {
  auto world = released_world();
  auto const rests = [&] { return action<ReleaseDirectory>(world.on_volume()).trash_retention; };
  CHECK(rests() == "1h");
  world.settings.trash_retention = "0";
  CHECK(rests() == "0");
  set_annotation(world, names::trash_retention, "7d");
  CHECK(rests() == "7d");
  make_upstreams(world);
  CHECK(rests() == "0");
}

TEST_CASE("nothing is moved or removed under another volume") {
  auto const stand = [](std::string_view where, Occupant const& who, bool lives) {
    return [=](World& world) {
      if (lives) world.living.insert(who.claim_uid);
      world.occupancies[0].put(path(where), who);
    };
  };
  auto const over = [](std::string const& volume) {
    auto who = occupant(volume, "GONE");
    who.motion = Motion::leaves;
    who.over = true;
    return who;
  };
  check_volumes({
      {"a live one above", stand("team-a", occupant("pvc-9", "LIVE"), true),
       "refuse for pvc-9: directory \"team-a/web\" is kept"},
      {"a live one below", stand("team-a/web/deep/er", occupant("pvc-9", "LIVE"), true),
       "refuse for pvc-9: directory \"team-a/web\" is kept"},
      {"one below that is kept", stand("team-a/web/deep", occupant("pvc-9", "GONE", "other", false), false),
       "refuse for pvc-9: "},
      {"lying in one another and going together: the inner one goes first",
       stand("team-a", occupant("pvc-9", "GONE"), false), archives},
      {"lying in one another and going together: the outer one waits",
       stand("team-a/web/deep", occupant("pvc-9", "GONE"), false), "refuse for pvc-9: "},
      {"one beside it, with a name that begins the same", stand("team-a/web2", occupant("pvc-9", "LIVE"), true),
       archives},
      {"a live one on the very same directory: the last to go takes it along",
       stand("team-a/web", occupant("pvc-9", "LIVE"), true), leaves},
      {"one that is kept on the very same directory",
       stand("team-a/web", occupant("pvc-9", "GONE", "web", false), false), leaves},
      {"one without a claim on the very same directory", stand("team-a/web", occupant("pvc-9", ""), false), leaves},
      {"going together: the one that sorts before goes first", stand("team-a/web", occupant("pvc-9", "GONE"), false),
       Wait{Reason::sharer_goes_first, "pvc-9"}},
      {"going together: the one that sorts last has the directory",
       stand("team-a/web", occupant("pvc-Z", "GONE"), false), leaves},
      {"one that leaves the directory to us, though it sorts last",
       [](World& world) {
         auto leaving = occupant("pvc-Z", "GONE");
         leaving.motion = Motion::leaves;
         world.occupancies[0].put(path("team-a/web"), leaving);
       },
       Wait{Reason::leaver_goes_first, "pvc-Z"}},
      {"one that has left the directory to us, and is still there",
       [over](World& world) { world.occupancies[0].put(path("team-a/web"), over("pvc-Z")); }, archives},
      {"one below whose release is over",
       [over](World& world) { world.occupancies[0].put(path("team-a/web/deep"), over("pvc-9")); }, archives},
      {"one whose release was over, and whose claim is back",
       [over](World& world) {
         world.occupancies[0].put(path("team-a/web/deep"), over("pvc-9"));
         world.living.insert("GONE");
       },
       "refuse for pvc-9: "},
      {"one whose volume is just being made of the directory",
       [](World& world) {
         auto coming = occupant("pvc-9", "LIVE");
         coming.motion = Motion::moves;
         world.occupancies[0].put(path("team-a/web"), coming);
         world.living.insert("LIVE");
       },
       Wait{Reason::directory_being_taken, "pvc-9"}},
      {"one that the records alone tell of, and whose claim is gone: they are asked by the release",
       [](World& world) {
         auto lost = occupant("pvc-9", "GONE", "web", false);
         lost.by_records = true;
         world.occupancies[0].put(path("team-a/web"), lost);
       },
       archives},
      {"one that the records alone tell of, and whose claim is there",
       [](World& world) {
         auto lost = occupant("pvc-9", "LIVE", "web", false);
         lost.by_records = true;
         world.occupancies[0].put(path("team-a/web"), lost);
         world.living.insert("LIVE");
       },
       leaves},
      {"a live one, and one that goes too",
       [](World& world) {
         world.occupancies[0].put(path("team-a/web"), occupant("pvc-9", "GONE"));
         world.occupancies[0].put(path("team-a/web"), occupant("pvc-8", "LIVE"));
         world.living.insert("LIVE");
       },
       Wait{Reason::sharer_goes_first, "pvc-9"}},
      {"one below counts although another shares the directory",
       [](World& world) {
         world.occupancies[0].put(path("team-a/web"), occupant("pvc-8", "LIVE"));
         world.occupancies[0].put(path("team-a/web/deep"), occupant("pvc-9", "LIVE"));
         world.living.insert("LIVE");
       },
       "refuse for pvc-9: "},
  });
}

TEST_CASE("of volumes that share a directory and go together exactly one deals with it") {
  for (std::size_t count = 1; count <= 4; ++count) {
    std::vector<std::string> left;
    for (std::size_t i = 0; i < count; ++i) left.push_back("pvc-" + std::to_string(i));
    int released = 0;
    // Each round all that are left decide on the same state; those that act go.
    for (std::size_t round = 0; round < count && !left.empty(); ++round) {
      auto world = released_world();
      world.occupancies[0] = {};
      for (auto const& name : left) world.occupancies[0].put(path("team-a/web"), occupant(name, "U-" + name, "web"));
      std::vector<std::string> stay;
      for (auto const& name : left) {
        world.volume->meta.name = name;
        auto const decision = world.on_volume();
        if (std::holds_alternative<Wait>(decision)) stay.push_back(name);
        if (text_of(decision) == archives) ++released;
      }
      left = stay;
    }
    INFO(count << " volumes");
    CHECK(left.empty());
    CHECK(released == 1);
  }
}

TEST_CASE("the export whose directory it is, is the one that is asked") {
  auto world = released_world();
  world.exports = {{"first", "nfs.example", "/data/nfs", "/one"}, {"second", "nfs.example", "/other", "/two"}};
  world.ids = {"EXPORT-1", "EXPORT-2"};
  world.occupancies.resize(2);
  world.occupancies[0] = {};
  world.occupancies[0].put(path("team-a/web"), occupant("pvc-9", "LIVE"));
  world.living.insert("LIVE");
  world.volume->source.attributes["path"] = "/other/team-a/web";
  set_annotation(world, names::export_id, "EXPORT-2");
  CHECK(text_of(world.on_volume()) == archives);
  set_annotation(world, names::export_id, "EXPORT-1");
  CHECK(text_of(world.on_volume()).starts_with("refuse: the volume was made on export EXPORT-1"));
}

TEST_CASE("our finalizer follows the reclaim policy of what we made") {
  auto const with = [](std::string const& policy, std::string const& phase, bool finalizer) {
    return [=](World& world) {
      world.volume->reclaim_policy = policy;
      world.volume->phase = phase;
      if (!finalizer) world.volume->meta.finalizers = {"kubernetes.io/pv-protection"};
    };
  };
  check_volumes({
      {"changed to Retain", with("Retain", "Bound", true), "act: remove finalizer"},
      {"changed to Retain, released", with("Retain", "Released", true), "act: remove finalizer"},
      {"changed to Recycle", with("Recycle", "Bound", true), "act: remove finalizer"},
      {"changed to Delete", with("Delete", "Bound", false), "act: add finalizer"},
      {"Delete, with it", with("Delete", "Bound", true), nothing_due("Bound", "Delete")},
      {"Retain, without it", with("Retain", "Bound", false), nothing_due("Bound", "Retain")},
      {"Delete, not bound yet", with("Delete", "Pending", false), nothing_due("Pending", "Delete")},
      {"being deleted",
       [&](World& world) {
         with("Delete", "Bound", false)(world);
         world.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z";
       },
       nothing_due("Bound", "Delete")},
      {"upstream's",
       [&](World& world) {
         with("Delete", "Bound", false)(world);
         make_upstreams(world);
       },
       nothing_due("Bound", "Delete")},
      {"edited annotations",
       [&](World& world) {
         with("Delete", "Bound", false)(world);
         set_annotation(world, names::on_delete, "?");
       },
       nothing_due("Bound", "Delete")},
      {"another's",
       [&](World& world) {
         with("Retain", "Bound", true)(world);
         set_annotation(world, names::provisioned_by, "example.com/other");
       },
       LeaveAlone{Reason::volume_of_other_provisioner}},
      {"may not patch volumes: not taken off",
       [&](World& world) {
         with("Retain", "Bound", true)(world);
         world.settings.permissions.patch_volumes = false;
       },
       nothing_due("Bound", "Retain")},
      {"may not patch volumes: not put on",
       [&](World& world) {
         with("Delete", "Bound", false)(world);
         world.settings.permissions.patch_volumes = false;
       },
       nothing_due("Bound", "Delete")},
  });
}
