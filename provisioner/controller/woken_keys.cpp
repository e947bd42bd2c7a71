#include "provisioner/controller/woken_keys.hpp"

#include <set>
#include <utility>

#include "provisioner/core/at_rest.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

Keys joined(Keys first, Keys const& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

template <class T, class Chosen>
Keys keys_in(k8s::Store<T> const& store, Chosen chosen) {
  Keys keys;
  store.for_each([&](auto const& object) {
    if (chosen(*object)) keys.push_back(key_of(*object));
  });
  return sorted(std::move(keys));
}

}  // namespace

WokenKeys::WokenKeys(ClusterView& view, Ledger& ledger, std::string provisioner)
    : view_(view), ledger_(ledger), provisioner_(std::move(provisioner)) {}

Keys WokenKeys::by(k8s::Change<k8s::Claim> const& change) {
  auto const& claim = change.after ? *change.after : *change.before;
  return joined({key_of(claim)}, ours(view_.other_volumes_of(claim)));
}

Keys WokenKeys::by(k8s::Change<k8s::Volume> const& change) {
  auto const noted = ledger_.note(change);
  auto keys = waiting(noted.woken);
  if (noted.look) keys.push_back(key_of(change.after ? *change.after : *change.before));
  return keys;
}

Keys WokenKeys::by(k8s::Change<k8s::StorageClass> const& change) {
  return keys_of(view_.unbound_claims((change.after ? change.after : change.before)->meta.name));
}

Keys WokenKeys::by_unreadable_claim(k8s::Identity const& claim) const {
  return joined({key_of_claim(claim.uid, claim.name_space)}, ours(view_.other_volumes_of(claim)));
}

Keys WokenKeys::by_unreadable_volume(std::string const& volume, k8s::Aside now) {
  Keys keys;
  if (now == k8s::Aside::began) ledger_.set_aside(volume);
  if (now == k8s::Aside::gone) keys = waiting(ledger_.unread_gone(volume).woken);
  return joined(std::move(keys), waiting({volume}));
}

Keys WokenKeys::by_unreadable_class(std::string_view name) const {
  auto const of_class = [&](k8s::Volume const& volume) { return k8s::class_name(volume) == name; };
  return joined(keys_of(view_.unbound_claims(name)), keys_in(view_.volumes(), of_class));
}

Keys WokenKeys::all() const {
  // What was begun for a pair that looks so may not be settled: a restore of etcd shows it as it was before.
  auto const under_way = ledger_.under_way();
  std::set<std::string> at_rest;
  auto claims = keys_in(view_.claims(), [&](k8s::Claim const& claim) {
    auto const volume = view_.volumes().get(claim.volume_name);
    if (!volume || !are_at_rest(claim, *volume, provisioner_) || under_way.contains(volume->meta.name)) return true;
    at_rest.insert(volume->meta.name);
    return false;
  });
  auto const is_due = [&](k8s::Volume const& volume) { return !at_rest.contains(volume.meta.name); };
  return joined(std::move(claims), keys_in(view_.volumes(), is_due));
}

Keys WokenKeys::unbound() const {
  Keys keys;
  for (auto const& name : view_.classes_of(provisioner_))
    keys = joined(std::move(keys), keys_of(view_.unbound_claims(name)));
  return keys;
}

Keys WokenKeys::ours(std::vector<VolumePointer> const& volumes) const {
  Keys keys;
  for (auto const& volume : volumes) {
    if (provisioned_by(*volume, provisioner_)) keys.push_back(key_of(*volume));
  }
  return keys;
}

Keys WokenKeys::waiting(Ledger::Names const& woken) const {
  Keys keys;
  for (auto const& name : woken) keys.push_back({name, view_.namespace_of(name)});
  return keys;
}

}  // namespace nfs
