#include "provisioner/controller/lookup.hpp"

#include <memory>
#include <utility>

#include "provisioner/core/decide.hpp"
#include "provisioner/core/hand_over.hpp"
#include "provisioner/core/needed_keys.hpp"
#include "provisioner/core/upstream_class.hpp"

namespace nfs {
namespace {

bool is_to_be_made(Subject const& subject, Lookup const& lookup, Settings const& settings) {
  if (!subject.claim || subject.volume) return false;
  return nfs::is_to_be_made(ClaimView{.claim = *subject.claim,
                                      .storage_class = lookup.class_of_claim.get(),
                                      .class_unreadable = lookup.class_of_claim_unreadable,
                                      .choosable_volume = lookup.choosable_volume},
                            settings);
}

// Whether a read that was refused goes without its answer. Admission has no say in reads, so where the API server does
// not even let us ask what is allowed, its refusal is believed, for this once.
bool is_not_for_us(bool Permissions::*permission, ReconcilerParts& parts, k8s::Client& client,
                   std::stop_token const& stop) {
  auto const ruling = parts.permissions.ask_about(permission, client, stop);
  return ruling == Ruling::missing || ruling == Ruling::cannot_ask;
}

k8s::Result<ClassPointer> class_now(ClassPointer const& watched, std::string const& name, ReconcilerParts& parts,
                                    k8s::Client& client, std::stop_token stop) {
  if (!parts.settings.current().permissions.get_classes) return watched;
  auto found = client.get<k8s::StorageClass>({{}, name}, stop);
  if (found.has_value()) {
    read_as_upstream(*found);
    return std::make_shared<k8s::StorageClass const>(std::move(*found));
  }
  if (found.error().not_found()) return ClassPointer();
  if (!found.error().forbidden() || !is_not_for_us(&Permissions::get_classes, parts, client, stop))
    return found.error();
  return watched;
}

k8s::Result<ClassPointer> class_of_claim_now(k8s::Claim const& claim, ClassPointer const& watched,
                                             ReconcilerParts& parts, k8s::Client& client, std::stop_token stop) {
  if (auto known = parts.class_answers.find(claim, watched)) return std::move(*known);
  auto const name = k8s::class_name(claim);
  auto asked = parts.class_answers.asking(watched);
  auto now = class_now(watched, name, parts, client, std::move(stop));
  if (now.has_value()) parts.class_answers.keep(name, std::move(asked), *now);
  return now;
}

// A watch lags, and what is deleted on its word cannot be called back.
k8s::Result<bool> claim_is_gone(k8s::ObjectReference const& claim, k8s::Client& client, std::stop_token stop) {
  auto const found = client.get<k8s::Claim>({claim.name_space, claim.name}, std::move(stop));
  if (found.has_value()) return found->meta.uid != claim.uid;
  if (found.error().not_found()) return true;
  // Also if it is refused: nothing else may wake the volume, while kube-controller-manager is down.
  return found.error();
}

k8s::Result<std::optional<NamespaceIdentity>> namespace_of(k8s::Claim const& claim, ReconcilerParts& parts,
                                                           k8s::Client& client, std::stop_token stop) {
  if (!parts.settings.current().permissions.get_namespaces) return std::optional(NamespaceIdentity());
  auto uid = parts.namespace_uids.of(claim, client, stop);
  if (uid.has_value() || !uid.error().forbidden()) return uid;
  if (!is_not_for_us(&Permissions::get_namespaces, parts, client, stop)) return uid;
  return std::optional(NamespaceIdentity());
}

// Of the namespace in which the claim was that a volume names. The claim is gone: it cannot be asked any more.
k8s::Result<std::string> namespace_uid_left(k8s::Volume const& volume, ReconcilerParts& parts, k8s::Client& client,
                                            std::stop_token stop) {
  if (!parts.settings.current().permissions.get_namespaces) return std::string();
  auto const found = client.get<k8s::Namespace>({{}, volume.claim_ref->name_space}, std::move(stop));
  if (found.has_value()) return namespace_uid_since(volume, found->meta);
  if (found.error().not_found() || found.error().forbidden()) return std::string();
  return found.error();
}

// null: it is gone, or asks for another class.
k8s::Result<ClaimPointer> claim_now(k8s::Claim const& claim, ReconcilerParts& parts, k8s::Client& client,
                                    std::stop_token stop) {
  auto found = client.get<k8s::Claim>({claim.meta.name_space, claim.meta.name}, std::move(stop));
  if (found.has_error() && found.error().not_found()) return ClaimPointer();
  if (found.has_error()) return found.error();
  if (found->meta.uid != claim.meta.uid) return ClaimPointer();
  parts.view.wrote(*found);
  if (k8s::class_name(*found) != k8s::class_name(claim)) return ClaimPointer();
  return std::make_shared<k8s::Claim const>(std::move(*found));
}

bool is_held_alike(k8s::Volume const& left, k8s::Volume const& right) {
  auto const holder = [](k8s::Volume const& volume) {
    return volume.claim_ref ? volume.claim_ref->uid : std::string();
  };
  return left.meta.uid == right.meta.uid && holder(left) == holder(right) && left.phase == right.phase &&
         left.reclaim_policy == right.reclaim_policy;
}

// Whether the volumes that are kept for earlier claims of this name are as the watch shows them. Such a one gives its
// directory to this claim; but it may have been given to another one, and a watch lags.
k8s::Result<bool> kept_as_known(k8s::Claim const& claim, ReconcilerParts& parts, k8s::Client& client,
                                std::stop_token const& stop) {
  for (auto const& known : parts.view.volumes_kept_for(claim)) {
    auto const now = client.get<k8s::Volume>({{}, known->meta.name}, stop);
    if (now.has_error() && !now.error().not_found()) return now.error();
    if (now.has_error() || !is_held_alike(*now, *known)) return false;
  }
  return true;
}

bool needs_whole_claim(ClassPointer const& its_class) {
  return its_class && !needed_keys(its_class->parameters).empty();
}

// What a volume that is to be made rests on. nullopt as look_up() has it.
k8s::Result<std::optional<Lookup>> look_up_to_make(Subject const& subject, Lookup lookup, ReconcilerParts& parts,
                                                   k8s::Client& client, std::stop_token stop) {
  auto now = class_of_claim_now(*subject.claim, lookup.class_of_claim, parts, client, stop);
  if (now.has_error()) return now.error();
  lookup.class_of_claim = std::move(*now);
  auto const kept = kept_as_known(*subject.claim, parts, client, stop);
  if (kept.has_error()) return kept.error();
  if (!*kept) return std::optional<Lookup>();
  if (!subject.claim_is_whole && needs_whole_claim(lookup.class_of_claim)) {
    auto whole = claim_now(*subject.claim, parts, client, stop);
    if (whole.has_error()) return whole.error();
    if (!*whole) return std::optional<Lookup>();
    lookup.whole_claim = std::move(*whole);
  }
  auto name_space = namespace_of(*subject.claim, parts, client, std::move(stop));
  if (name_space.has_error()) return name_space.error();
  if (!*name_space) return std::optional<Lookup>();
  lookup.namespace_uid = std::move((*name_space)->uid);
  lookup.namespace_made_at = std::move((*name_space)->made_at);
  return std::optional(std::move(lookup));
}

}  // namespace

k8s::Result<std::optional<Lookup>> look_up(Subject const& subject, ReconcilerParts& parts, k8s::Client& client,
                                           std::stop_token stop) {
  auto const settings = parts.settings.current();
  Lookup lookup;
  if (subject.claim) {
    lookup.class_of_claim_unreadable = parts.view.class_unreadable(k8s::class_name(*subject.claim));
    lookup.class_of_claim = parts.view.storage_class(k8s::class_name(*subject.claim));
  }
  if (subject.volume) {
    lookup.class_of_volume_unreadable = parts.view.class_unreadable(k8s::class_name(*subject.volume));
    lookup.class_of_volume = parts.view.storage_class(k8s::class_name(*subject.volume));
  }
  lookup.choosable_volume = subject.claim && !subject.volume && settings.binding == Binding::eager &&
                            parts.view.choosable_volume(*subject.claim);
  auto const exists = [&parts](std::string_view uid) { return parts.view.claim_exists(uid); };
  if (subject.volume && rests_on_claim(*subject.volume, settings, exists)) {
    auto const gone = claim_is_gone(*subject.volume->claim_ref, client, stop);
    if (gone.has_error()) return gone.error();
    lookup.claim_is_gone = *gone;
  }
  if (subject.volume && !lookup.class_of_volume_unreadable &&
      is_up_to_class(*subject.volume, lookup.claim_is_gone, settings)) {
    auto now = class_now(lookup.class_of_volume, k8s::class_name(*subject.volume), parts, client, stop);
    if (now.has_error()) return now.error();
    lookup.class_of_volume = std::move(*now);
  }
  if (subject.volume && is_up_to_namespace(*subject.volume, lookup.claim_is_gone, settings)) {
    auto uid = namespace_uid_left(*subject.volume, parts, client, stop);
    if (uid.has_error()) return uid.error();
    lookup.namespace_uid = std::move(*uid);
  }
  if (subject.holder && notes_need_namespace(*subject.volume, *subject.holder, settings)) {
    auto name_space = namespace_of(*subject.holder, parts, client, stop);
    if (name_space.has_error()) return name_space.error();
    if (!*name_space) return std::optional<Lookup>();
    lookup.namespace_uid = std::move((*name_space)->uid);
  }
  if (!is_to_be_made(subject, lookup, settings)) return std::optional(std::move(lookup));
  return look_up_to_make(subject, std::move(lookup), parts, client, std::move(stop));
}

}  // namespace nfs
