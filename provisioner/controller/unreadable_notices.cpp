#include "provisioner/controller/unreadable_notices.hpp"

#include <fmt/format.h>

#include <utility>

#include "k8s/api/client.hpp"
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

UnreadableNotices::UnreadableNotices(ClusterView& view, TellEvent tell, k8s::Log const& log)
    : view_(view), tell_(std::move(tell)), log_(log) {}

template <class T>
void UnreadableNotices::note(k8s::Unreadable const& object, k8s::Aside now, bool leads) {
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
  if (leads) tell_(cannot_be_read<T>(object));
}

template void UnreadableNotices::note<k8s::Claim>(k8s::Unreadable const&, k8s::Aside, bool);
template void UnreadableNotices::note<k8s::Volume>(k8s::Unreadable const&, k8s::Aside, bool);
template void UnreadableNotices::note<k8s::StorageClass>(k8s::Unreadable const&, k8s::Aside, bool);

void UnreadableNotices::tell_all() {
  for (auto const& each : view_.claims().all_unreadable()) tell_(cannot_be_read<k8s::Claim>(each));
  for (auto const& each : view_.volumes().all_unreadable()) tell_(cannot_be_read<k8s::Volume>(each));
  for (auto const& each : view_.classes().all_unreadable()) tell_(cannot_be_read<k8s::StorageClass>(each));
}

}  // namespace nfs
