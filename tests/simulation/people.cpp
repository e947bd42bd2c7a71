#include "tests/simulation/people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs::simulation {
namespace {

std::vector<std::string> const namespaces{"team-a", "team-b"};
std::vector<std::string> const claim_names{"web", "db"};
std::vector<std::string> const class_names{"main", "main", "main", "other"};

std::string key_of(std::string const& name_space, std::string const& name) {
  return name_space + "/" + name;
}

}  // namespace

People::People(Scene& scene, ControllerManager& controllers, Oracle const& oracle)
    : scene_(scene), controllers_(controllers), oracle_(oracle) {}

void People::set_up() {
  always_restored_ = scene_.dice.chance(50);
  shares_ = scene_.dice.chance(12);
  for (auto const& name : namespaces) create_namespace(name);
  create_class("main", scene_.dice);
  create_class("other", scene_.dice);
}

bool People::act(Op const& op) {
  Dice dice(op.dice);
  auto const name_space = dice.chance(75) ? namespaces.front() : namespaces.back();
  auto const name = dice.chance(75) ? claim_names.front() : claim_names.back();
  switch (op.kind) {
    case OpKind::create_claim:
      create_claim(name_space, name, dice);
      return true;
    case OpKind::delete_claim:
      coming_back_.erase(key_of(name_space, name));
      delete_claim(name_space, name);
      return true;
    case OpKind::recreate_claim:
      coming_back_[key_of(name_space, name)] = dice.bits();
      delete_claim(name_space, name);
      return true;
    case OpKind::move_claim:
      coming_back_[key_of(name_space, name)] = dice.bits();
      delete_claim(name_space, name);
      replace_class(class_names.front(), dice);
      return true;
    case OpKind::edit_claim:
      edit_claim(name_space, name, dice);
      return true;
    case OpKind::replace_class:
      replace_class(dice.pick(class_names), dice);
      return true;
    case OpKind::delete_class:
      delete_class(dice.pick(class_names));
      return true;
    case OpKind::delete_namespace:
      delete_namespace(name_space);
      if (dice.chance(70)) namespaces_coming_back_[name_space] = dice.bits();
      return true;
    case OpKind::create_namespace:
      create_namespace(name_space);
      return true;
    case OpKind::edit_reclaim_policy:
      edit_reclaim_policy(dice);
      return true;
    case OpKind::delete_volume:
      delete_volume(dice);
      return true;
    case OpKind::occupy:
      occupies_ = true;
      return true;
    default:
      return false;
  }
}

bool People::open_for_business(std::string const& name_space) const {
  auto const found = scene_.server.find<k8s::Namespace>({{}, name_space});
  return found && k8s::find(found->meta.annotations, "terminating") == nullptr;
}

void People::create_claim(std::string const& name_space, std::string const& name, Dice& dice) {
  if (!open_for_business(name_space) || scene_.server.find<k8s::Claim>({name_space, name})) return;
  k8s::Claim claim;
  claim.meta.name_space = name_space;
  claim.meta.name = name;
  claim.meta.finalizers = {"kubernetes.io/pvc-protection"};
  claim.access_modes = {"ReadWriteMany"};
  claim.storage_class_name = dice.pick(class_names);
  claim.requested_storage = "1Gi";
  if (dice.chance(12)) claim.meta.annotations.emplace(names::restore_from, restore_from(dice));
  auto const made = scene_.server.put(claim);
  scene_.tell(
      "user",
      fmt::format("creates claim {}/{} ({}) of class {}{}", name_space, name, made.meta.uid, *claim.storage_class_name,
                  claim.meta.annotations.empty() ? "" : " from " + claim.meta.annotations.begin()->second));
  scene_.api_changed();
}

std::string People::restore_from(Dice& dice) const {
  if (dice.chance(40)) return "latest";
  if (dice.chance(15)) return "pvc-of-upstream";
  return some_volume(dice, false).value_or("latest");
}

std::optional<std::string> People::some_volume(Dice& dice, bool standing) const {
  std::vector<std::string> volumes;
  for (auto const& [name, facts] : oracle_.truth().volumes())
    if (facts.exists || !standing) volumes.push_back(name);
  if (volumes.empty()) return std::nullopt;
  return dice.pick(volumes);
}

void People::delete_claim(std::string const& name_space, std::string const& name) {
  if (!scene_.server.find<k8s::Claim>({name_space, name})) return;
  scene_.server.remove<k8s::Claim>({name_space, name});
  scene_.tell("user", fmt::format("deletes claim {}/{}", name_space, name));
  scene_.api_changed();
}

void People::edit_claim(std::string const& name_space, std::string const& name, Dice& dice) {
  if (!scene_.server.find<k8s::Claim>({name_space, name})) return;
  auto const value = dice.chance(40) ? "null" : fmt::format("\"{}\"", restore_from(dice));
  scene_.server.patch<k8s::Claim>(
      {name_space, name}, fmt::format(R"({{"metadata":{{"annotations":{{"{}":{}}}}}}})", names::restore_from, value));
  scene_.tell("user", fmt::format("edits claim {}/{}: restore-from {}", name_space, name, value));
  scene_.api_changed();
}

bool People::has_work() const {
  if (!coming_back_.empty() || !namespaces_coming_back_.empty() || place_to_occupy()) return true;
  return std::any_of(controllers_.in_use.begin(), controllers_.in_use.end(),
                     [&](auto const& uid) { return !oracle_.truth().claim(uid)->live(); });
}

std::optional<std::string> People::place_to_occupy() const {
  if (!occupies_) return std::nullopt;
  auto const intents = scene_.files.list(scene_.layout.creating(), 100);
  if (intents.has_error()) return std::nullopt;
  for (auto const& entry : *intents) {
    auto const text = scene_.files.read_file(scene_.layout.intent_of(entry.name), layout::max_document_bytes);
    if (text.has_error()) continue;
    auto const intent = read_intent(*text);
    if (intent.has_value() && scene_.files.status(intent->path).has_error()) return intent->path;
  }
  return std::nullopt;
}

void People::step(Oracle& oracle) {
  if (auto const place = place_to_occupy(); place && scene_.dice.chance(70)) {
    occupies_ = false;
    scene_.tell("admin", "puts data at " + *place);
    return oracle.occupy(*place);
  }
  for (auto const& uid : controllers_.in_use) {
    if (oracle_.truth().claim(uid)->live()) continue;
    scene_.tell("pod", "of " + uid + " ends");
    controllers_.in_use.erase(uid);
    controllers_.resync();
    return;
  }
  for (auto const& [name, bits] : namespaces_coming_back_) {
    if (scene_.server.find<k8s::Namespace>({{}, name}) && !open_for_business(name)) continue;
    return bring_namespace_back(std::string(name), Dice(bits));
  }
  for (auto const& [key, bits] : coming_back_) {
    auto const slash = key.find('/');
    auto const name_space = key.substr(0, slash), name = key.substr(slash + 1);
    bool const open = open_for_business(name_space);
    auto const standing = scene_.server.find<k8s::Claim>({name_space, name});
    if (standing && standing->meta.deleting()) continue;
    Dice dice(bits);
    if (open && !standing) create_claim(name_space, name, dice);
    coming_back_.erase(key);
    return;
  }
}

void People::bring_namespace_back(std::string const& name, Dice dice) {
  create_namespace(name);
  namespaces_coming_back_.erase(name);
  for (auto const& claim : claim_names)
    if (dice.chance(70)) coming_back_[key_of(name, claim)] = dice.bits();
}

void People::use_something(Oracle& oracle) {
  std::vector<std::string> usable;
  for (auto const& [uid, claim] : oracle_.truth().claims())
    if (claim.bound() && (claim.live() || controllers_.in_use.contains(uid)) && !scene_.hands.gave.contains(uid))
      usable.push_back(uid);
  if (usable.empty()) return;
  auto const& uid = scene_.dice.pick(usable);
  controllers_.in_use.insert(uid);
  if (!oracle.write_token(uid) && !oracle.landed_late() && !scene_.restored.contains(uid))
    scene_.broken("a bound claim has its directory", uid + " has none to write to");
}

}  // namespace nfs::simulation
