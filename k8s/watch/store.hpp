#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "k8s/model/object_meta.hpp"
#include "k8s/watch/packed_objects.hpp"
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

/// The local copy of all objects of a kind, packed: each that is given out was unpacked for whoever asked. One writer
/// (the reflector), many readers, all thread-safe.
/// Readers never see a half-filled copy: a relist fills a buffer that replaces the copy at once.
/// An object that cannot be read is set aside: the store says that it exists, by key and uid. If it was read before,
/// what was read last stays among the objects, and may be out of date.
template <class T>
class Store {
 public:
  using Pointer = std::shared_ptr<T const>;
  using Listener = std::function<void(Change<T> const&)>;
  using IndexFunction = typename PackedKind<T>::IndexFunction;  ///< empty: not in the index
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
  [[nodiscard]] bool contains(Index index, std::string_view value) const;
  /// One after the other; `visit` must not write to the store, which waits meanwhile.
  void for_each(std::function<void(Pointer const&)> const& visit) const;
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
  /// One whole copy.
  struct Copy {
    explicit Copy(PackedKind<T>& kind) : objects(kind) {}
    PackedObjects<T> objects;
    UnreadableSet aside;
  };

  /// The copy as whoever writes sees it. Unchecked: who holds writing_ reads without access_, since nobody else writes.
  [[nodiscard]] Copy const& written() const REQUIRES(writing_) UNCHECKED_LOCKING { return copy_; }
  [[nodiscard]] Pointer current(std::string_view key) const REQUIRES(writing_) { return written().objects.get(key); }
  void notify(Change<T> const& change) const REQUIRES(writing_);
  /// Of one key. A key that now names an object of another uid is two changes.
  void notify(Pointer const& before, Pointer const& after) const REQUIRES(writing_);
  void notify(Unreadable const& object, Aside now) const REQUIRES(writing_);
  /// True: there was a buffer, which has the old copy now.
  bool swap_staged() REQUIRES(writing_);
  [[nodiscard]] Copy const& replaced() const REQUIRES(writing_) UNCHECKED_LOCKING { return *staged_; }
  void notify_replaced() const REQUIRES(writing_);
  void drop_staged() REQUIRES(writing_);

  Mutex writing_;                           ///< held by a write and its listeners, so that their order is the writes'
  mutable SharedMutex access_;              ///< only taken for writing under writing_
  PackedKind<T> kind_ GUARDED_BY(access_);  // of both copies; its indexes are complete before the first write
  Copy copy_ GUARDED_BY(access_){kind_};
  std::optional<Copy> staged_ GUARDED_BY(access_);
  // Complete before the first write.
  std::vector<Listener> listeners_;
  std::vector<AsideListener> aside_listeners_;
  std::atomic<bool> synced_ = false;
};

}  // namespace k8s
