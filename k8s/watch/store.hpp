#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/object_meta.hpp"

namespace k8s {

/// What happened to one object: before is null for a new one, after for one that is gone.
template <class T>
struct Change {
  std::shared_ptr<T const> before;
  std::shared_ptr<T const> after;
};

/// The local copy of all objects of a kind. One writer (the reflector), many readers, all thread-safe.
/// Readers never see a half-filled copy: a relist fills a buffer that replaces the copy at once.
template <class T>
class Store {
 public:
  using Pointer = std::shared_ptr<T const>;
  using Listener = std::function<void(Change<T> const&)>;
  using IndexFunction = std::function<std::string(T const&)>;  ///< empty: not in the index
  using Index = std::size_t;

  /// Both before the first write only. Listeners are called on the writer's thread, outside of the lock, after the
  /// change is visible, in order; a relist reports differences only (by resourceVersion), removed keys as deletions.
  void on_change(Listener listener);
  [[nodiscard]] Index add_index(IndexFunction function);

  [[nodiscard]] Pointer get(std::string_view key) const;  ///< by object_key()
  [[nodiscard]] std::vector<Pointer> find(Index index, std::string_view value) const;
  [[nodiscard]] std::vector<Pointer> all() const;
  [[nodiscard]] std::size_t size() const;

  /// True once the first full list is in, and ever after.
  [[nodiscard]] bool synced() const;

  // --- for the writer ---
  void apply(T object);
  void erase(std::string_view key);
  /// The buffer of a relist: filled aside, then swapped in.
  void begin_replace();
  void stage(T object);
  void commit_replace();
  void abandon_replace();
};

}  // namespace k8s
