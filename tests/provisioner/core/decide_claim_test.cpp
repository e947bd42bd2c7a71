#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

void eager(World& world) {
  world.settings.binding = Binding::eager;
  hand_to(world, "", "");
}

void wait_for_consumer(World& world) {
  world.storage_class->volume_binding_mode = "WaitForFirstConsumer";
}

void put(World& world, std::string_view where, Occupant who) {
  world.occupancies[0].put(path(where), std::move(who));
}

auto parameter(std::string key, std::string value) {
  return [=](World& world) { world.storage_class->parameters.insert_or_assign(key, value); };
}

// Nothing else about it was looked at: the volume's name and the annotation decide first.
void make_refusable(World& world) {
  world.claim.volume_mode = "Block";
}

}  // namespace

TEST_CASE("a claim that is handed to us is provisioned and bound, in the order that matters") {
  CHECK(text_of(World{}.on_claim()) == provisions);
}

TEST_CASE("whose claim it is, is decided in the contract's order") {
  check_claims({
      {"for a volume of another name",
       [](World& world) {
         world.claim.volume_name = "other";
         make_refusable(world);
       },
       "leave: the claim is for volume other"},
      {"for the volume that we would make", [](World& world) { world.claim.volume_name = "pvc-UID"; }, provisions},
      {"being deleted", [](World& world) { world.claim.meta.deletion_timestamp = "2026-01-01T00:00:00Z"; },
       "leave: the claim is being deleted"},
      {"no annotation",
       [](World& world) {
         hand_to(world, "", "");
         make_refusable(world);
       },
       "leave: the claim was not handed to us"},
      {"the beta annotation alone", [](World& world) { hand_to(world, "", "example.com/nfs"); }, provisions},
      {"the GA annotation alone", [](World& world) { hand_to(world, "example.com/nfs", ""); }, provisions},
      {"the GA annotation wins over the beta one: another's",
       [](World& world) { hand_to(world, "example.com/other", "example.com/nfs"); },
       "leave: the claim is for provisioner example.com/other"},
      {"the GA annotation wins over the beta one: ours",
       [](World& world) { hand_to(world, "example.com/nfs", "example.com/other"); }, provisions},
      {"another's, of a class that is missing",
       [](World& world) {
         hand_to(world, "", "example.com/other");
         world.storage_class.reset();
       },
       "leave: the claim is for provisioner example.com/other"},
      {"without a class", [](World& world) { world.claim.storage_class_name.reset(); },
       "leave: the claim has no class"},
      {"of the empty class", [](World& world) { world.claim.storage_class_name = ""; },
       "leave: the claim has no class"},
      {"a class by annotation",
       [](World& world) {
         world.claim.storage_class_name.reset();
         world.claim.meta.annotations.emplace("volume.beta.kubernetes.io/storage-class", "volumen-tipo-ivan");
       },
       provisions},
      {"a missing class",
       [](World& world) {
         world.storage_class.reset();
         make_refusable(world);
       },
       "wait: its class is missing"},
      {"a class of another provisioner",
       [](World& world) {
         world.storage_class->provisioner = "example.com/other";
         make_refusable(world);
       },
       "leave: class volumen-tipo-ivan names provisioner example.com/other"},
      {"no consumer yet",
       [](World& world) {
         wait_for_consumer(world);
         make_refusable(world);
       },
       "leave: the claim waits for its first consumer"},
      {"an empty selected node",
       [](World& world) {
         wait_for_consumer(world);
         world.claim.meta.annotations.emplace(names::selected_node, "");
       },
       "leave: the claim waits for its first consumer"},
      {"a selected node",
       [](World& world) {
         wait_for_consumer(world);
         world.claim.meta.annotations.emplace(names::selected_node, "node-1");
       },
       provisions},
      {"an export that was not identified yet", [](World& world) { world.ids[0].clear(); },
       "wait: the export was not identified yet"},
  });
}

TEST_CASE("a missing class is told by an Event that names it") {
  World world;
  world.storage_class.reset();
  auto const decision = world.on_claim();
  auto const& event = std::get<Wait>(decision).event;
  REQUIRE(event);
  CHECK(event->type == k8s::EventType::warning);
  CHECK(event->reason == "ProvisioningFailed");
  CHECK(contains(event->message, "\"volumen-tipo-ivan\" not found"));
  CHECK(event->about == reference_to(world.claim));
}

TEST_CASE("what no volume of ours can be is refused with a Warning that says what to do") {
  check_claims({
      {"a block volume", [](World& world) { world.claim.volume_mode = "Block"; },
       "refuse: example.com/nfs does not support block volume provisioning"},
      {"a file system volume, said", [](World& world) { world.claim.volume_mode = "Filesystem"; }, provisions},
      {"a selector", [](World& world) { world.claim.has_selector = true; }, "refuse: claim Selector is not supported"},
      {"a data source",
       [](World& world) {
         world.claim.data_source = {"snapshot.storage.k8s.io", "VolumeSnapshot", "monday"};
       },
       "refuse: a volume cannot be filled from VolumeSnapshot \"monday\""},
      {"no size", [](World& world) { world.claim.requested_storage.clear(); }, "refuse: the claim requests no storage"},
      {"an unknown parameter", parameter("onDelet", "delete"),
       "refuse: failed to provision volume with StorageClass \"volumen-tipo-ivan\": "},
      {"a malformed parameter", parameter("onDelete", "remove"),
       "refuse: failed to provision volume with StorageClass \"volumen-tipo-ivan\": "},
      {"a path that leads out", parameter("pathPattern", "../${.PVC.name}"),
       "refuse: failed to provision volume with StorageClass \"volumen-tipo-ivan\": "},
      {"a reserved path", parameter("pathPattern", "archived-${.PVC.name}"),
       "refuse: failed to provision volume with StorageClass \"volumen-tipo-ivan\": "},
      {"a placeholder without value", parameter("pathPattern", "${.PVC.labels.tier}"),
       "refuse: failed to provision volume with StorageClass \"volumen-tipo-ivan\": "},
  });
  World world;
  world.storage_class->parameters["pathPattern"] = "${.PVC.labels.tier}";
  auto const decision = world.on_claim();
  auto const& event = std::get<Refuse>(decision).event;
  CHECK(event.type == k8s::EventType::warning);
  CHECK(event.reason == "ProvisioningFailed");
  CHECK(event.about == reference_to(world.claim));
  CHECK(contains(event.message, "tier"));
}

TEST_CASE("eager does not wait for the annotation where kube-controller-manager has nothing to choose") {
  check_claims({
      {"eager", eager, provisions},
      {"direct waits",
       [](World& world) {
         eager(world);
         world.settings.binding = Binding::direct;
       },
       "leave: the claim was not handed to us"},
      {"a volume that could be chosen",
       [](World& world) {
         eager(world);
         world.choosable = true;
       },
       "leave: the claim was not handed to us"},
      {"handed to us, whatever could be chosen",
       [](World& world) {
         world.settings.binding = Binding::eager;
         world.choosable = true;
       },
       provisions},
      {"handed to another",
       [](World& world) {
         eager(world);
         hand_to(world, "example.com/other", "");
       },
       "leave: the claim is for provisioner example.com/other"},
      {"a class that waits for a consumer, even with a node",
       [](World& world) {
         eager(world);
         wait_for_consumer(world);
         world.claim.meta.annotations.emplace(names::selected_node, "node-1");
       },
       "leave: the claim was not handed to us"},
      {"a class of another",
       [](World& world) {
         eager(world);
         world.storage_class->provisioner = "example.com/other";
       },
       "leave: the claim was not handed to us"},
      {"a missing class is not ours to speak of",
       [](World& world) {
         eager(world);
         world.storage_class.reset();
       },
       "leave: the claim was not handed to us"},
      {"may not patch a volume's status",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_volume_status = false;
       },
       "leave: the claim was not handed to us"},
      {"may not patch claims",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_claims = false;
       },
       "leave: the claim was not handed to us"},
      {"may not patch a claim's status",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_claim_status = false;
       },
       "leave: the claim was not handed to us"},
      {"may not patch volumes: binding needs no finalizer",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_volumes = false;
       },
       provisions},
  });
}

TEST_CASE("without a permission that binding needs, claims are left to kube-controller-manager to bind") {
  check_claims({
      {"asked for", [](World& world) { world.settings.binding = Binding::controller; }, provisions_unbound},
      {"volume status", [](World& world) { world.settings.permissions.patch_volume_status = false; },
       provisions_unbound},
      {"claims", [](World& world) { world.settings.permissions.patch_claims = false; }, provisions_unbound},
      {"claim status", [](World& world) { world.settings.permissions.patch_claim_status = false; }, provisions_unbound},
  });
  World world;
  world.settings.binding = Binding::controller;
  CHECK(text_of(world.on_claim()) == provisions_unbound);
}

TEST_CASE("the steps carry what the contract says") {
  World world;
  world.storage_class->parameters["directoryMode"] = "2770";
  auto const decision = world.on_claim();
  auto const events = std::get<Act>(decision).actions;
  auto const& begun = std::get<EmitEvent>(events.front());
  CHECK(begun.type == k8s::EventType::normal);
  CHECK(begun.message == "External provisioner is provisioning volume for claim \"team-a/web\"");
  auto const& succeeded = std::get<EmitEvent>(events[3]);
  CHECK(succeeded.type == k8s::EventType::normal);
  CHECK(succeeded.message == "Successfully provisioned volume pvc-UID");

  auto const made = action<MakeDirectory>(decision);
  CHECK(made.volume == "pvc-UID");
  CHECK(made.claim == reference_to(world.claim));
  CHECK(made.path == path("team-a/web"));
  CHECK(made.mode == 02770);
  CHECK_FALSE(made.from);
  CHECK(action<CreateVolume>(decision).volume.meta.annotations.at(std::string(names::namespace_uid)) == "NS-UID");
  CHECK(action<MarkVolumeBound>(decision).volume == "pvc-UID");
  CHECK(action<BindClaim>(decision).volume == "pvc-UID");
  CHECK(action<MarkClaimBound>(decision) == MarkClaimBound{world.claim.access_modes, "1.5Gi"});
  CHECK(action<SettleIntent>(decision).volume == "pvc-UID");
}

TEST_CASE("mode and owner of the directory: settings, then the class, then the claim where the class allows it") {
  struct Row {
    std::string what;
    std::function<void(World&)> change;
    std::uint32_t mode;
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;
  };
  auto const annotate = [](World& world) {
    world.claim.meta.annotations.insert({{std::string(names::directory_mode), "0700"},
                                         {std::string(names::directory_uid), "30"},
                                         {std::string(names::directory_gid), "31"}});
  };
  auto const by_settings = [](World& world) { world.settings.directories = {0750, 10, 11}; };
  auto const by_class = [](World& world) {
    world.storage_class->parameters.insert({{"directoryMode", "0770"}, {"directoryUid", "20"}, {"directoryGid", "21"}});
  };
  std::vector<Row> const table{
      {"by default", [](World&) {}, 0777, {}, {}},
      {"settings", by_settings, 0750, 10, 11},
      {"the class wins",
       [&](World& world) {
         by_settings(world);
         by_class(world);
       },
       0770, 20, 21},
      {"annotations that are not allowed",
       [&](World& world) {
         by_class(world);
         annotate(world);
       },
       0770, 20, 21},
      {"annotations that are allowed win",
       [&](World& world) {
         by_class(world);
         annotate(world);
         world.storage_class->parameters["allowDirectoryAnnotations"] = "true";
       },
       0700, 30, 31},
  };
  for (auto const& row : table) {
    INFO(row.what);
    World world;
    row.change(world);
    auto const made = action<MakeDirectory>(world.on_claim());
    CHECK(made.mode == row.mode);
    CHECK(made.uid == row.uid);
    CHECK(made.gid == row.gid);
  }
  for (auto const& [key, value] : std::vector<std::pair<std::string_view, std::string>>{
           {names::directory_mode, "rwx"}, {names::directory_uid, "root"}, {names::directory_gid, "-1"}}) {
    World world;
    world.claim.meta.annotations.emplace(key, value);
    CHECK(text_of(world.on_claim()) == provisions);
    world.storage_class->parameters["allowDirectoryAnnotations"] = "true";
    auto const text = text_of(world.on_claim());
    INFO(text);
    CHECK(text.starts_with("refuse: "));
    CHECK(contains(text, "annotation " + std::string(key) + " must be"));
  }
}

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
       "wait for pvc-9: "},
      {"kept, of a claim of that name",
       [](World& world) { put(world, "team-a/web", occupant("pvc-9", "GONE", "web", false)); }, provisions},
      {"kept, of another claim", [](World& world) { put(world, "team-a/web", occupant("pvc-9", "GONE", "db", false)); },
       "refuse for pvc-9: "},
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

TEST_CASE("a claim that wants its data back waits for the release of its name's earlier volume, whatever path it had") {
  auto const gone_elsewhere = [](World& world) { put(world, "other/place", occupant("pvc-9", "GONE", "web")); };
  auto const restores = parameter("onCreate", "restore");
  check_claims({
      {"the class restores",
       [=](World& world) {
         gone_elsewhere(world);
         restores(world);
       },
       "wait for pvc-9: the data of this name's earlier claim is in volume \"pvc-9\", which is about to be released: "
       "waiting for that"},
      {"the claim asks for it, and the archive is not there yet",
       [=](World& world) {
         gone_elsewhere(world);
         world.claim.meta.annotations.emplace(names::restore_from, "pvc-9");
       },
       "wait for pvc-9: "},
      {"nobody asked for it", gone_elsewhere, provisions},
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
