#include "provisioner/core/data_source.hpp"
#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

void wait_for_consumer(World& world) {
  world.storage_class->volume_binding_mode = "WaitForFirstConsumer";
}

auto parameter(std::string const& key, std::string const& value) {
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

TEST_CASE("whose claim it is, is decided in the order of docs/behaviour.md") {
  check_claims({
      {"for a volume of another name",
       [](World& world) {
         world.claim.volume_name = "other";
         make_refusable(world);
       },
       LeaveAlone{Reason::claim_for_other_volume, "other"}},
      {"for the volume that we would make", [](World& world) { world.claim.volume_name = "pvc-UID"; }, provisions},
      {"being deleted", [](World& world) { world.claim.meta.deletion_timestamp = "2026-01-01T00:00:00Z"; },
       LeaveAlone{Reason::claim_being_deleted}},
      {"no annotation",
       [](World& world) {
         hand_to(world, "", "");
         make_refusable(world);
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"the beta annotation alone", [](World& world) { hand_to(world, "", "example.com/nfs"); }, provisions},
      {"the GA annotation alone", [](World& world) { hand_to(world, "example.com/nfs", ""); }, provisions},
      {"the GA annotation wins over the beta one: another's",
       [](World& world) { hand_to(world, "example.com/other", "example.com/nfs"); },
       LeaveAlone{Reason::claim_for_other_provisioner, "example.com/other"}},
      {"the GA annotation wins over the beta one: ours",
       [](World& world) { hand_to(world, "example.com/nfs", "example.com/other"); }, provisions},
      {"another's, of a class that is missing",
       [](World& world) {
         hand_to(world, "", "example.com/other");
         world.storage_class.reset();
       },
       LeaveAlone{Reason::claim_for_other_provisioner, "example.com/other"}},
      {"without a class", [](World& world) { world.claim.storage_class_name.reset(); },
       LeaveAlone{Reason::claim_without_class}},
      {"of the empty class", [](World& world) { world.claim.storage_class_name = ""; },
       LeaveAlone{Reason::claim_without_class}},
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
       Wait{Reason::class_missing}},
      {"a class of another provisioner",
       [](World& world) {
         world.storage_class->provisioner = "example.com/other";
         make_refusable(world);
       },
       LeaveAlone{Reason::class_of_other_provisioner, "volumen-tipo-ivan, example.com/other"}},
      {"no consumer yet",
       [](World& world) {
         wait_for_consumer(world);
         make_refusable(world);
       },
       LeaveAlone{Reason::no_consumer_yet}},
      {"an empty selected node",
       [](World& world) {
         wait_for_consumer(world);
         world.claim.meta.annotations.emplace(names::selected_node, "");
       },
       LeaveAlone{Reason::no_consumer_yet}},
      {"a selected node",
       [](World& world) {
         wait_for_consumer(world);
         world.claim.meta.annotations.emplace(names::selected_node, "node-1");
       },
       provisions},
      {"an export that was not identified yet", [](World& world) { world.ids[0].clear(); },
       Wait{Reason::export_not_identified}},
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
      {"the selector by which Velero keeps a claim for the volume that it fills",
       [](World& world) {
         world.claim.selector.emplace().match_labels.emplace(names::velero_restore, "team-a.web.x7k2p");
       },
       Wait{Reason::left_to_recovery}},
      {"a selector", [](World& world) { world.claim.selector.emplace(); }, "refuse: claim Selector is not supported"},
      {"a data source",
       [](World& world) {
         world.claim.data_source = {"snapshot.storage.k8s.io", "VolumeSnapshot", "monday"};
       },
       "refuse: a volume cannot be filled from VolumeSnapshot \"monday\""},
      {"a clone",
       [](World& world) {
         world.claim.data_source = {"", "PersistentVolumeClaim", "other"};
       },
       "refuse: a volume cannot be filled from PersistentVolumeClaim \"other\""},
      {"a VolumeAttributesClass", [](World& world) { world.claim.volume_attributes_class = "gold"; },
       "refuse: an NFS volume cannot have the attributes of VolumeAttributesClass \"gold\": make the claim anew "
       "without spec.volumeAttributesClassName"},
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

TEST_CASE("a VolumeAttributesClass is refused whoever binds") {
  auto const binding = GENERATE(Binding::direct, Binding::eager, Binding::controller);
  World world;
  world.settings.binding = binding;
  if (binding == Binding::eager) hand_to(world, "", "");
  CHECK(text_of(world.on_claim()).starts_with("act: "));
  world.claim.volume_attributes_class = "gold";
  CHECK(text_of(world.on_claim()).starts_with("refuse: an NFS volume cannot have the attributes"));
}

TEST_CASE("which data sources are left to a volume populator") {
  struct Row {
    k8s::DataSource source;
    bool left;
  };
  auto const row = GENERATE(values<Row>({
      {{"", "PersistentVolumeClaim", "a"}, false},
      {{"snapshot.storage.k8s.io", "VolumeSnapshot", "a"}, false},
      {{"volsync.backube", "ReplicationDestination", "a"}, true},
      {{"example.com", "PersistentVolumeClaim", "a"}, true},
      {{"example.com", "VolumeSnapshot", "a"}, true},
      {{"", "VolumeSnapshot", "a"}, true},
      {{"snapshot.storage.k8s.io", "VolumeSnapshotContent", "a"}, true},
      {{"", "ConfigMap", "a"}, true},
  }));
  INFO(row.source.api_group << "/" << row.source.kind);
  CHECK(is_for_populator(row.source) == row.left);
}

TEST_CASE("a claim that a volume populator serves is left alone with a Normal Event, whatever else it asks for") {
  auto const binding = GENERATE(Binding::direct, Binding::eager, Binding::controller);
  World world;
  world.settings.binding = binding;
  if (binding == Binding::eager) hand_to(world, "", "");
  world.claim.data_source = {"volsync.backube", "ReplicationDestination", "web"};
  CHECK_FALSE(is_to_be_made(world.claim_view(), world.settings));
  world.claim.volume_mode = "Block";
  world.claim.volume_attributes_class = "gold";
  world.storage_class->parameters["onDelet"] = "delete";
  auto const decision = world.on_claim();
  REQUIRE(is_as(decision, Wait{Reason::left_to_populator}));
  auto const& event = std::get<Wait>(decision).event;
  REQUIRE(event);
  CHECK(event->type == k8s::EventType::normal);
  CHECK(event->reason == "Provisioning");
  CHECK(event->message ==
        "Assuming an external populator will provision the volume: data source \"web\" is of kind "
        "\"ReplicationDestination\"");
  CHECK(std::get<Wait>(decision).again_after.count() == 0);
  // Not ours: no word about it.
  world.storage_class->provisioner = "example.com/other";
  hand_to(world, "example.com/other", "");
  CHECK(std::holds_alternative<LeaveAlone>(world.on_claim()));
}

TEST_CASE("the steps carry what docs/behaviour.md says") {
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

TEST_CASE("that a volume is being made is told only if that is slow, that it is made always") {
  World const world;
  auto const decision = world.on_claim();
  std::vector<std::pair<std::string, bool>> told;
  for (auto const& each : std::get<Act>(decision).actions) {
    if (auto const* event = std::get_if<EmitEvent>(&each)) told.emplace_back(event->reason, event->if_slow);
  }
  CHECK(told == std::vector<std::pair<std::string, bool>>{{"Provisioning", true}, {"ProvisioningSucceeded", false}});
}
