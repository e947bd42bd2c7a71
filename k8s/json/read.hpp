#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "k8s/base/error.hpp"
#include "k8s/model/claim.hpp"
#include "k8s/model/event.hpp"
#include "k8s/model/lease.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

namespace k8s {

/// metav1.Status: how the API server says no.
struct Status {
  int code = 0;
  std::string reason;
  std::string message;
  std::optional<int> retry_after_seconds;
};

/// One line of a watch.
struct WatchEvent {
  enum class Type { added, modified, deleted, bookmark, error };
  Type type = Type::added;
  std::string_view object;  ///< raw JSON of the object (a Status when type is error); views into the line
};

/// Answer of a SelfSubjectAccessReview.
struct AccessReview {
  bool allowed = false;
  std::string reason;
};

/// Answer of /version. Both are 0 where the server says nothing that can be read ("36+" is 36).
struct ServerVersion {
  int major = 0;
  int minor = 0;
};

/// Reads one object from its JSON text: a single SAX pass, unknown fields skipped, wrongly typed ones an error
/// (kind protocol, naming the field). The stack does not grow with the depth of `text`, which must be one complete
/// document. Claims, volumes and classes are read within k8s::bounds (k8s/model/bounds.hpp): what is larger is cut, not
/// refused.
template <class T>
[[nodiscard]] Result<T> read(std::string_view text);

template <>
Result<Claim> read<Claim>(std::string_view text);
template <>
Result<Volume> read<Volume>(std::string_view text);
template <>
Result<StorageClass> read<StorageClass>(std::string_view text);
template <>
Result<Namespace> read<Namespace>(std::string_view text);
template <>
Result<Event> read<Event>(std::string_view text);
template <>
Result<Lease> read<Lease>(std::string_view text);
template <>
Result<LeaderRecord> read<LeaderRecord>(std::string_view text);
template <>
Result<Endpoints> read<Endpoints>(std::string_view text);
template <>
Result<Status> read<Status>(std::string_view text);
template <>
Result<AccessReview> read<AccessReview>(std::string_view text);
template <>
Result<ServerVersion> read<ServerVersion>(std::string_view text);

/// Splits a watch line into its type and the raw object. Unknown types are an error (kind protocol).
[[nodiscard]] Result<WatchEvent> read_watch_event(std::string_view line);

/// Who an object is: enough to speak of it, and to know it again.
struct Identity {
  std::string name_space;  ///< empty for cluster-scoped objects
  std::string name;
  std::string uid;
  std::string resource_version;
  bool operator==(Identity const&) const = default;
};

/// The identity of an object that read<T>() cannot read. Nothing but these four fields of its metadata must be in
/// order; `text` may also be the beginning of a document. nullopt unless name, uid and resourceVersion stand there.
[[nodiscard]] std::optional<Identity> read_identity(std::string_view text);

/// Type and object of a watch line of which only the beginning was kept: `object` is the beginning of an object.
/// nullopt: they cannot be told.
[[nodiscard]] std::optional<WatchEvent> read_watch_beginning(std::string_view beginning);

/// metadata.resourceVersion of any object (what a bookmark carries), and whether it ends the initial events
/// (annotation `k8s.io/initial-events-end: "true"`).
struct Bookmark {
  std::string resource_version;
  bool initial_events_end = false;
};
[[nodiscard]] Result<Bookmark> read_bookmark(std::string_view object);

}  // namespace k8s
