#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "k8s/model/object_meta.hpp"
#include "k8s/watch/unreadable.hpp"

namespace k8s {

/// What happened to one object: before is null for a new one, after for one that is gone.
template <class T>
struct Change {
  std::shared_ptr<T const> before;
  std::shared_ptr<T const> after;
};

/// What became of an object that cannot be read.
enum class Aside {
  began,     ///< it is set aside from now on
  readable,  ///< it can be read again; the change that brought this follows
  gone,      ///< it is there no more; if it had been read once, the change that says so came before
};

/// The local copy of all objects of a kind. One writer (the reflector), many readers, all thread-safe.
/// Readers never see a half-filled copy: a relist fills a buffer that replaces the copy at once.
/// An object that cannot be read is set aside: the store says that it exists, by key and uid. If it was read before,
/// what was read last stays among the objects, and may be out of date.
template <class T>
class Store {
 public:
  using Pointer = std::shared_ptr<T const>;
  using Listener = std::function<void(Change<T> const&)>;
  using IndexFunction = std::function<std::string(T const&)>;  ///< empty: not in the index
  using Index = std::size_t;
  using AsideListener = std::function<void(Unreadable const&, Aside)>;

  /// Both before the first write only. Listeners are called on the writer's thread, outside of the lock, after the
  /// change is visible, in order; a relist reports differences only (of contents), removed keys as deletions.
  /// A key that now names an object of another uid is reported as a deletion, then an addition. Listeners must not
  /// write to the store. Index functions are pure.
  void on_change(Listener listener);
  /// As on_change(). Told once for each object, not for each of its versions.
  void on_set_aside(AsideListener listener);
  [[nodiscard]] Index add_index(IndexFunction function);

  [[nodiscard]] Pointer get(std::string_view key) const;  ///< by object_key()
  [[nodiscard]] std::vector<Pointer> find(Index index, std::string_view value) const;
  [[nodiscard]] std::vector<Pointer> all() const;
  [[nodiscard]] std::size_t size() const;
  /// Objects that exist and cannot be read; nullopt: there is none of that key, or uid.
  [[nodiscard]] std::optional<Unreadable> unreadable(std::string_view key) const;
  [[nodiscard]] std::optional<Unreadable> unreadable_uid(std::string_view uid) const;
  [[nodiscard]] std::vector<Unreadable> all_unreadable() const;
  [[nodiscard]] std::size_t unreadable_count() const;

  /// True once the first full list is in and the listeners have been told of it, and ever after.
  [[nodiscard]] bool synced() const { return synced_.load(); }

  // --- for the writer ---
  void apply(T object);
  void erase(std::string_view key);  ///< the object went, whether it could be read or not
  void set_aside(Unreadable object);
  /// The buffer of a relist: filled aside, then swapped in.
  void begin_replace();
  void stage(T object);
  void stage_aside(Unreadable object);
  void unstage(std::string_view key);  ///< the object went while the list was under way
  void commit_replace();
  void abandon_replace();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class Value>
  using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
  using Postings = Map<std::unordered_set<Pointer>>;

  /// One whole copy: the objects, and per index the objects of each value.
  struct Copy {
    Map<Pointer> objects;
    std::vector<Postings> indexes;
    UnreadableSet aside;
  };

  void put(Copy& copy, std::string const& key, Pointer const& object) const;
  void take_out(Copy& copy, std::string_view key) const;
  [[nodiscard]] static Pointer object_in(Copy const& copy, std::string_view key);
  /// The copy as whoever writes sees it. Unchecked: who holds writing_ reads without access_, since nobody else writes.
  [[nodiscard]] Copy const& written() const REQUIRES(writing_) UNCHECKED_LOCKING { return copy_; }
  [[nodiscard]] Pointer current(std::string_view key) const REQUIRES(writing_) { return object_in(written(), key); }
  void notify(std::vector<Change<T>> const& changes) const REQUIRES(writing_);
  void notify(Unreadable const& object, Aside now) const REQUIRES(writing_);
  void notify_replaced(Copy const& old) const REQUIRES(writing_);

  Mutex writing_;               ///< held by a write and its listeners, so that their order is the writes'
  mutable SharedMutex access_;  ///< only taken for writing under writing_
  Copy copy_ GUARDED_BY(access_);
  std::optional<Copy> staged_ GUARDED_BY(writing_);
  // Complete before the first write.
  std::vector<IndexFunction> index_functions_;
  std::vector<Listener> listeners_;
  std::vector<AsideListener> aside_listeners_;
  std::atomic<bool> synced_ = false;
};

}  // namespace k8s
