// What a Service does about objects that cannot be read: they are left alone, and people are told.
#include <fmt/format.h>

#include "k8s/api/client.hpp"
#include "provisioner/app/service.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

template <class T>
EmitEvent cannot_be_read(k8s::Unreadable const& object) {
  auto const& kind = k8s::kind_of<T>();
  auto const& identity = object.identity;
  constexpr std::string_view core = "/api/";
  constexpr std::string_view group = "/apis/";
  auto const prefix = kind.base.starts_with(group) ? group : core;
  auto message =
      fmt::format("this object cannot be read ({}), so nothing is done for it; mend or delete it", object.why);
  return {{.api_version = std::string(kind.base.substr(prefix.size())),
           .kind = std::string(kind.name),
           .name_space = identity.name_space,
           .name = identity.name,
           .uid = identity.uid,
           .resource_version = identity.resource_version},
          k8s::EventType::warning,
          std::string(names::cannot_be_read),
          std::move(message)};
}

}  // namespace

template <class T>
void Service::note_unreadable(k8s::Unreadable const& object, k8s::Aside now) {
  std::string const kind(k8s::kind_of<T>().name);
  auto const key = k8s::object_key(object.identity);
  if (now != k8s::Aside::began) {
    auto const* what =
        now == k8s::Aside::gone ? "an object that could not be read is gone" : "an object can be read again";
    log_.info(what, {{"kind", kind}, {"object", key}});
    return;
  }
  log_.warning("an object cannot be read: nothing is done for it until it is mended or deleted",
               {{"kind", kind}, {"object", key}, {"why", object.why}});
  if (elected_) tell(cannot_be_read<T>(object));
}

void Service::tell_unreadable() {
  for (auto const& each : view_.claims().all_unreadable()) tell(cannot_be_read<k8s::Claim>(each));
  for (auto const& each : view_.volumes().all_unreadable()) tell(cannot_be_read<k8s::Volume>(each));
  for (auto const& each : view_.classes().all_unreadable()) tell(cannot_be_read<k8s::StorageClass>(each));
}

// Whoever waits for such an object is looked at again when it can be read, or is gone.
void Service::route_unreadable() {
  view_.claims().on_set_aside([this](k8s::Unreadable const& object, k8s::Aside now) {
    note_unreadable<k8s::Claim>(object, now);
    enqueue("pvc-" + object.identity.uid, object.identity.name_space);
  });
  view_.volumes().on_set_aside([this](k8s::Unreadable const& object, k8s::Aside now) {
    auto const& volume = object.identity.name;
    note_unreadable<k8s::Volume>(object, now);
    if (now == k8s::Aside::began) ledger_.set_aside(volume);
    if (now == k8s::Aside::gone) {
      for (auto const& name : ledger_.unread_gone(volume).woken) enqueue(name, view_.namespace_of(name));
    }
    enqueue(volume, view_.namespace_of(volume));
  });
  view_.classes().on_set_aside([this](k8s::Unreadable const& object, k8s::Aside now) {
    auto const& name = object.identity.name;
    note_unreadable<k8s::StorageClass>(object, now);
    for (auto const& claim : view_.unbound_claims(name)) enqueue(volume_name(*claim), claim->meta.name_space);
    for (auto const& volume : view_.volumes().all())
      if (k8s::class_name(*volume) == name) enqueue(volume->meta.name, claim_namespace(*volume));
  });
}

}  // namespace nfs
