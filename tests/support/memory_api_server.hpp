#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/api/client.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/write.hpp"

namespace test {

/// The part of an API server that the program talks to, over a table of objects in memory: create, get, list, watch,
/// update, merge patches and the strategic ones for finalizers, the status subresource, delete with preconditions and
/// finalizers, resource versions, SelfSubjectAccessReview, /version. As measured on a real one, a patch with another
/// resourceVersion is answered 409, one with another uid 422. No validation beyond that, no admission.
/// Deterministic; no thread and no clock of its own. Thread-safe.
class MemoryApiServer final : public k8s::Transport {
 public:
  enum class Moment { before, after };
  using Answer = k8s::Result<k8s::Response>;
  /// Called around each request of the program, without any lock: before it takes effect, and after. What it gives is
  /// answered instead; given before, the request takes no effect. It may use the server, and may throw: a program that
  /// dies. Requests are numbered from 1.
  using Hook = std::function<std::optional<Answer>(Moment, std::size_t number, k8s::Request const&)>;

  /// What a watch tells. Versions number the changes, whatever happens; they are the resourceVersions of the objects
  /// unless the server was restored from a backup.
  struct Change {
    std::uint64_t version = 0;
    std::string type;    ///< "ADDED", "MODIFIED", "DELETED"
    std::string plural;  ///< "persistentvolumes"
    std::string object;  ///< JSON
  };

  /// `uids`: what the uids begin with that it gives.
  explicit MemoryApiServer(std::string uids = "uid-");
  ~MemoryApiServer() override;

  [[nodiscard]] std::unique_ptr<k8s::Connection> connect() override;

  // --- what others do: neither counted nor hooked nor forbidden; a std::logic_error if the server refuses it ---
  template <class T>
  T put(T const& object) {  ///< POST; a uid in it is kept
    auto const& kind = k8s::kind_of<T>();
    auto const space = kind.namespaced ? std::string_view(object.meta.name_space) : std::string_view();
    return *k8s::read<T>(
        act({.method = k8s::Method::post, .target = k8s::collection_path(kind, space), .body = k8s::write(object)}));
  }
  template <class T>
  T patch(k8s::ObjectName const& name, std::string const& merge_patch, std::string_view subresource = {}) {
    return *k8s::read<T>(act({.method = k8s::Method::patch,
                              .target = k8s::object_path(k8s::kind_of<T>(), name, subresource),
                              .body = merge_patch,
                              .content_type = "application/merge-patch+json"}));
  }
  /// As patch(), but what comes of it may be an object that the program cannot read.
  template <class T>
  void spoil(k8s::ObjectName const& name, std::string const& merge_patch, std::string_view subresource = {}) {
    act({.method = k8s::Method::patch,
         .target = k8s::object_path(k8s::kind_of<T>(), name, subresource),
         .body = merge_patch,
         .content_type = "application/merge-patch+json"});
  }
  template <class T>
  void remove(k8s::ObjectName const& name) {
    act({.method = k8s::Method::del, .target = k8s::object_path(k8s::kind_of<T>(), name)});
  }
  template <class T>
  [[nodiscard]] std::optional<T> find(k8s::ObjectName const& name) const {
    auto const text = text_of(k8s::kind_of<T>(), name);
    if (text.empty()) return std::nullopt;
    return *k8s::read<T>(text);
  }
  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> objects;
    for (auto const& text : texts_of(k8s::kind_of<T>())) objects.push_back(*k8s::read<T>(text));
    return objects;
  }

  /// From now on the program may not, or may again: ("patch", "persistentvolumes/status").
  void forbid(std::string const& verb, std::string const& resource);
  void allow(std::string const& verb, std::string const& resource);

  /// What objects bear as creationTimestamp; without this the same for all.
  void date_by(std::function<std::string()> now);

  /// Replaces the hook, and begins to count anew.
  void on_request(Hook hook);
  [[nodiscard]] std::size_t requests() const;

  /// Everything that happened after `version`, oldest first.
  [[nodiscard]] std::vector<Change> changes_since(std::uint64_t version) const;
  /// The first change of a kind after `version`.
  [[nodiscard]] std::optional<Change> change_after(std::uint64_t version, std::string_view plural) const;
  /// Of the last change: of any kind, of one kind.
  [[nodiscard]] std::uint64_t version() const;
  [[nodiscard]] std::uint64_t version_of(std::string_view plural) const;
  /// The version that a watch from this resourceVersion begins after. Larger than version(): it is of the future.
  [[nodiscard]] std::uint64_t version_at(std::uint64_t resource_version) const;
  [[nodiscard]] std::uint64_t resource_version_at(std::uint64_t version) const;

  /// All that stands, as etcd's snapshots have it.
  class Backup;
  [[nodiscard]] std::shared_ptr<Backup const> back_up() const;
  /// Everything is as it was, with the resourceVersions of then, and these go on from there. What became other by that
  /// is told as changes; resourceVersions before the backup's count as compacted away.
  void restore(Backup const& backup);
  /// How a watch with sendInitialEvents would begin now: all that stands, then the bookmark that says so.
  [[nodiscard]] std::vector<std::string> initial_lines(std::string_view plural) const;
  /// Without this a watch goes on until its `stop`; with it, it ends once all was told.
  void end_watches_when_told();

 private:
  struct State;
  class Wire;

  std::string act(k8s::Request const& request);
  [[nodiscard]] std::string text_of(k8s::Kind const& kind, k8s::ObjectName const& name) const;
  [[nodiscard]] std::vector<std::string> texts_of(k8s::Kind const& kind) const;

  std::unique_ptr<State> state_;
};

/// A Status as the API server writes it.
[[nodiscard]] k8s::Response failure(int code, std::string_view reason, std::string_view message);

/// Hook: request `number` fails at `moment`, as `answer`.
[[nodiscard]] MemoryApiServer::Hook fail_at(std::size_t number, MemoryApiServer::Moment moment,
                                            MemoryApiServer::Answer answer);

}  // namespace test
