#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k8s {

/// Labels, annotations, class parameters. Ordered, so that what is written is always the same text.
using StringMap = std::map<std::string, std::string, std::less<>>;

/// The value of `key`, or nullptr.
[[nodiscard]] inline std::string const* find(StringMap const& map, std::string_view key) {
  auto const at = map.find(key);
  return at == map.end() ? nullptr : &at->second;
}

/// metav1.OwnerReference.
struct OwnerReference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool controller = false;  ///< of all owners of an object, at most one is: the one that manages it
  bool operator==(OwnerReference const&) const = default;
};

/// core/v1 ObjectReference: how a volume names its claim and an event its subject.
struct ObjectReference {
  std::string api_version;
  std::string kind;
  std::string name_space;
  std::string name;
  std::string uid;
  std::string resource_version;
  bool operator==(ObjectReference const&) const = default;
};

/// metav1.ObjectMeta, as far as a controller needs it. Times are kept as the server wrote them.
struct ObjectMeta {
  std::string name;
  std::string name_space;  ///< empty for cluster-scoped objects
  std::string uid;
  std::string resource_version;
  std::string creation_timestamp;
  std::string deletion_timestamp;  ///< empty while the object is not being deleted
  StringMap labels;
  StringMap annotations;
  std::vector<std::string> finalizers;
  std::vector<OwnerReference> owner_references;

  [[nodiscard]] bool deleting() const { return !deletion_timestamp.empty(); }
  bool operator==(ObjectMeta const&) const = default;
};

[[nodiscard]] bool has_finalizer(ObjectMeta const& meta, std::string_view finalizer);

/// `namespace/name`, or `name` for cluster-scoped objects: unique within a kind at any moment.
[[nodiscard]] std::string object_key(ObjectMeta const& meta);

}  // namespace k8s
