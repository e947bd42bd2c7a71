#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/people.hpp"

namespace nfs::simulation {
namespace {

k8s::StringMap parameters(Dice& dice, bool always_restored) {
  k8s::StringMap chosen;
  auto const pattern = dice.below(20);
  if (pattern < 11) chosen["pathPattern"] = "${.PVC.namespace}/${.PVC.name}";
  if (pattern == 11 || pattern == 12) chosen["pathPattern"] = "${.PVC.namespace}-${.PVC.name}";
  if (pattern == 13) chosen["pathPattern"] = "common/${.PVC.name}";
  if (pattern == 14) chosen["pathPattern"] = "${.PVC.namespace}";
  if (pattern == 15) chosen["pathPattern"] = "a/b/${.PVC.namespace}/${.PVC.name}";
  if (pattern == 16 || pattern == 17) chosen["pathPattern"] = "${.PVC.namespace}/${.PVC.uid}";
  // Where claims of two namespaces meet in one place, what is kept there is anybody's.
  bool const shared = pattern == 13;
  auto const policy = dice.below(20);
  chosen["onDelete"] = policy < 12 ? "archive" : (policy < 16 || shared) ? "delete" : "retain";
  chosen["onCreate"] = dice.chance(70) || always_restored ? "restore" : "adopt";
  auto const retention = dice.below(10);
  if (retention < 2) chosen["archiveRetention"] = "1m";
  if (retention == 2) chosen["archiveRetention"] = "2h";
  auto const rest = dice.below(10);
  if (rest < 4) chosen["trashRetention"] = "0";
  if (rest >= 4 && rest < 8) chosen["trashRetention"] = "2m";
  if (dice.chance(30)) chosen["restoreAcrossNamespaceUid"] = "true";
  if (dice.chance(10)) chosen["directoryUid"] = "1000";
  return chosen;
}

/// Claims meet in one place, and may.
void let_share(k8s::StringMap& chosen, Dice& dice) {
  chosen["sharedDirectory"] = dice.chance(60) ? "sameNamespace" : "always";
  auto const place = dice.below(10);
  if (place < 6) chosen["pathPattern"] = "${.PVC.namespace}/all";
  if (place == 6 || place == 7) chosen["pathPattern"] = "common/all";
  if (place >= 6 && chosen["onDelete"] == "retain") chosen["onDelete"] = "archive";
}

}  // namespace

void People::create_class(std::string const& name, Dice& dice) {
  if (scene_.server.find<k8s::StorageClass>({{}, name})) return;
  k8s::StorageClass made;
  made.meta.name = name;
  made.provisioner = our_name;
  made.parameters = parameters(dice, always_restored_);
  if (shares_ && dice.chance(85)) let_share(made.parameters, dice);
  made.reclaim_policy = dice.chance(88) || made.parameters["pathPattern"].starts_with("common") ? "Delete" : "Retain";
  std::string shown;
  for (auto const& [key, value] : made.parameters) shown += fmt::format(" {}={}", key, value);
  scene_.server.put(made);
  scene_.tell("admin", fmt::format("makes class {} ({}):{}", name, made.reclaim_policy, shown));
  scene_.api_changed();
}

void People::set_up_as(People const& other) {
  always_restored_ = other.always_restored_;
  shares_ = other.shares_;
  for (auto const& each : other.scene_.server.all<k8s::Namespace>()) create_namespace(each.meta.name);
  for (auto const& each : other.scene_.server.all<k8s::StorageClass>()) {
    if (scene_.dice.chance(25)) {
      create_class(each.meta.name, scene_.dice);
      continue;
    }
    k8s::StorageClass made;
    made.meta.name = each.meta.name;
    made.provisioner = each.provisioner;
    made.parameters = each.parameters;
    made.reclaim_policy = each.reclaim_policy;
    scene_.server.put(made);
    scene_.tell("admin", fmt::format("makes class {} as the other cluster has it", made.meta.name));
    scene_.api_changed();
  }
}

void People::delete_class(std::string const& name) {
  if (!scene_.server.find<k8s::StorageClass>({{}, name})) return;
  scene_.server.remove<k8s::StorageClass>({{}, name});
  scene_.tell("admin", "deletes class " + name);
  scene_.api_changed();
}

void People::replace_class(std::string const& name, Dice& dice) {
  delete_class(name);
  create_class(name, dice);
}

void People::delete_namespace(std::string const& name) {
  if (!open_for_business(name)) return;
  scene_.tell("admin", "deletes namespace " + name);
  scene_.server.patch<k8s::Namespace>({{}, name}, R"({"metadata":{"annotations":{"terminating":"yes"}}})");
  for (auto const& claim : scene_.server.all<k8s::Claim>())
    if (claim.meta.name_space == name) delete_claim(name, claim.meta.name);
  std::erase_if(coming_back_, [&](auto const& each) { return each.first.starts_with(name + "/"); });
  controllers_.resync();
  scene_.api_changed();
}

void People::create_namespace(std::string const& name) {
  if (scene_.server.find<k8s::Namespace>({{}, name})) return;
  k8s::Namespace made;
  made.meta.name = name;
  made.meta.uid = fmt::format("{}namespace-{}", scene_.identity.label.empty() ? "" : "b-", ++namespaces_made_);
  scene_.server.put(made);
  scene_.tell("admin", fmt::format("makes namespace {} ({})", name, made.meta.uid));
  scene_.api_changed();
}

void People::edit_reclaim_policy(Dice& dice) {
  auto const name = some_volume(dice, true);
  if (!name || scene_.hands.busy.contains(*name)) return;
  // What two namespaces could meet at is not kept.
  if (oracle_.truth().volume(*name)->path.starts_with("common/")) return;
  auto const policy = dice.chance(50) ? "Retain" : "Delete";
  scene_.server.patch<k8s::Volume>({{}, *name},
                                   fmt::format(R"({{"spec":{{"persistentVolumeReclaimPolicy":"{}"}}}})", policy));
  scene_.tell("admin", fmt::format("sets reclaim policy {} on {}", policy, *name));
  scene_.api_changed();
}

void People::delete_volume(Dice& dice) {
  auto const name = some_volume(dice, true);
  if (!name || oracle_.truth().volume(*name)->last.phase != "Released") return;
  if (scene_.hands.busy.contains(*name)) return;
  scene_.tell("admin", "deletes volume " + *name);
  scene_.left_by_hand.insert(oracle_.truth().volume(*name)->path);
  scene_.server.remove<k8s::Volume>({{}, *name});
  scene_.api_changed();
}

}  // namespace nfs::simulation
