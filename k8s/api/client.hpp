#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "k8s/base/error.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/json/frame.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/write.hpp"

namespace k8s {

/// Where a kind lives in the API.
struct Kind {
  std::string_view base;    ///< "/api/v1", "/apis/storage.k8s.io/v1"
  std::string_view plural;  ///< "persistentvolumes"
  std::string_view name;    ///< "PersistentVolume"
  bool namespaced = false;
};

template <class T>
[[nodiscard]] Kind const& kind_of();
template <>
Kind const& kind_of<Claim>();
template <>
Kind const& kind_of<Volume>();
template <>
Kind const& kind_of<StorageClass>();
template <>
Kind const& kind_of<Event>();
template <>
Kind const& kind_of<Namespace>();
template <>
Kind const& kind_of<Lease>();
template <>
Kind const& kind_of<Endpoints>();

/// A name within a kind; the namespace is empty for cluster-scoped kinds.
struct ObjectName {
  std::string name_space;
  std::string name;
};

/// RFC 3986: all but the unreserved characters, so that the text can stand as a path segment or a query value.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// RFC 7386, RFC 6902, and Kubernetes' own that knows which lists are sets.
enum class PatchType { merge, json, strategic };

/// "/api/v1/namespaces/ns/persistentvolumeclaims/name/status"; segments are percent-encoded.
[[nodiscard]] std::string object_path(Kind const& kind, ObjectName const& name, std::string_view subresource = {});
/// "/api/v1/persistentvolumeclaims", or within one namespace.
[[nodiscard]] std::string collection_path(Kind const& kind, std::string_view name_space = {});

/// The typed verbs over one connection. Not thread-safe; each worker has its own.
/// Failures of the server are Errors of kind api with its code, reason, message and retry-after; `message` names
/// verb and object ("patch persistentvolumes/pvc-1: conflict: ...") so that it can be shown as it is.
/// A name that would address something else (empty, "." or "..") is an error of kind protocol; nothing is sent.
class Client {
 public:
  explicit Client(std::unique_ptr<Connection> connection);

  template <class T>
  [[nodiscard]] Result<T> get(ObjectName const& name, std::stop_token stop);

  /// POST; the answer is the object as stored. AlreadyExists is an error like any other.
  template <class T>
  [[nodiscard]] Result<T> create(T const& object, std::stop_token stop);

  /// PUT: the object as a whole, over the one with its resourceVersion; 409 if that is not the newest.
  template <class T>
  [[nodiscard]] Result<T> update(T const& object, std::stop_token stop);

  template <class T>
  [[nodiscard]] Result<T> patch(ObjectName const& name, PatchType type, std::string const& body, std::stop_token stop,
                                std::string_view subresource = {});

  /// Success also when the object stays for its finalizers. NotFound is an error like any other.
  template <class T>
  [[nodiscard]] Result<void> remove(ObjectName const& name, Preconditions const& preconditions, std::stop_token stop);

  /// One page of all objects of the kind: raw item texts are handed over as they arrive (valid during the call).
  /// `continue_token` is empty for the first page; `limit` 0 asks for all at once.
  /// A 410 half-way is returned as such: the caller starts again. An item over 8 MiB goes to `on_too_large`; without
  /// that it is an error.
  [[nodiscard]] Result<ListMeta> list_page(Kind const& kind, std::string const& continue_token, int limit,
                                           ListFramer::OnItem const& on_item, std::stop_token stop,
                                           OnTooLarge const& on_too_large = {});

  /// All objects of the kind, page by page. An error half-way is returned as such, as by list_page().
  [[nodiscard]] Result<void> list_all(Kind const& kind, ListFramer::OnItem const& on_item, std::stop_token stop);

  struct WatchOptions {
    std::string resource_version;
    bool send_initial_events = false;
    /// Asked of the server. Shorter than idle_timeout, so that what a proxy holds back until the end comes before it.
    std::chrono::seconds timeout{60};
    std::chrono::milliseconds idle_timeout{90'000};  ///< no byte for so long: kind transport, and `silent`
    ObjectName only = {};                            ///< of one object, if it has a name
    bool bookmarks = true;
  };
  /// Lines of the watch as they arrive, until the server ends it (success), an error, or `stop`. A line over 8 MiB goes
  /// to `on_too_large`; without that it is an error.
  [[nodiscard]] Result<void> watch(Kind const& kind, WatchOptions const& options, LineFramer::OnLine const& on_line,
                                   std::stop_token stop, OnTooLarge const& on_too_large = {});

  /// SelfSubjectAccessReview.
  [[nodiscard]] Result<AccessReview> may_i(AccessQuestion const& question, std::stop_token stop);

  /// GET /version. Informational: nothing should depend on it to start.
  [[nodiscard]] Result<ServerVersion> server_version(std::stop_token stop);

 private:
  std::unique_ptr<Connection> connection_;
};

}  // namespace k8s
