#include <fmt/format.h>

#include "k8s/api/client.hpp"

namespace k8s {
namespace {

constexpr Kind claims{"/api/v1", "persistentvolumeclaims", "PersistentVolumeClaim", true};
constexpr Kind volumes{"/api/v1", "persistentvolumes", "PersistentVolume", false};
constexpr Kind storage_classes{"/apis/storage.k8s.io/v1", "storageclasses", "StorageClass", false};
constexpr Kind events{"/api/v1", "events", "Event", true};
constexpr Kind namespaces{"/api/v1", "namespaces", "Namespace", false};
constexpr Kind leases{"/apis/coordination.k8s.io/v1", "leases", "Lease", true};
constexpr Kind endpoints{"/api/v1", "endpoints", "Endpoints", true};

}  // namespace

template <>
Kind const& kind_of<Claim>() {
  return claims;
}
template <>
Kind const& kind_of<Volume>() {
  return volumes;
}
template <>
Kind const& kind_of<StorageClass>() {
  return storage_classes;
}
template <>
Kind const& kind_of<Event>() {
  return events;
}
template <>
Kind const& kind_of<Namespace>() {
  return namespaces;
}
template <>
Kind const& kind_of<Lease>() {
  return leases;
}
template <>
Kind const& kind_of<Endpoints>() {
  return endpoints;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  out.reserve(text.size());
  for (char const c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string collection_path(Kind const& kind, std::string_view name_space) {
  if (name_space.empty()) return fmt::format("{}/{}", kind.base, kind.plural);
  return fmt::format("{}/namespaces/{}/{}", kind.base, percent_encode(name_space), kind.plural);
}

std::string object_path(Kind const& kind, ObjectName const& name, std::string_view subresource) {
  auto path = collection_path(kind, kind.namespaced ? std::string_view(name.name_space) : std::string_view());
  path.append("/").append(percent_encode(name.name));
  if (!subresource.empty()) path.append("/").append(percent_encode(subresource));
  return path;
}

}  // namespace k8s
