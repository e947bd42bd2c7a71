#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "k8s/base/clock.hpp"
#include "k8s/base/mutex.hpp"
#include "k8s/model/resource_version.hpp"
#include "k8s/watch/store.hpp"

namespace nfs {

/// Objects as the server gave them back when we wrote them, for as long as the watch has not shown them yet: so that
/// nothing is decided on what was true before our own last write. Thread-safe.
template <class T>
class OwnWrites {
 public:
  using Pointer = std::shared_ptr<T const>;

  explicit OwnWrites(k8s::Clock const& clock) : clock_(clock) {}

  void wrote(T object) {
    k8s::MutexLock const lock(mutex_);
    auto const now = clock_.steady();
    if (now >= drop_next_) drop_overdue(now);
    auto key = k8s::object_key(object.meta);
    entries_.insert_or_assign(std::move(key), Entry{std::make_shared<T const>(std::move(object)), now});
  }

  /// The newer of what is stored (may be null) and what we wrote.
  [[nodiscard]] Pointer newest(std::string_view key, Pointer stored) {
    k8s::MutexLock const lock(mutex_);
    auto const at = entries_.find(key);
    if (at == entries_.end()) return stored;
    auto const& ours = at->second.object;
    bool const overtaken = stored && version(*stored) >= version(*ours);
    if (!overtaken && clock_.steady() - at->second.at < patience) return ours;
    entries_.erase(at);
    return stored;
  }

  void forget(std::string_view key) {
    k8s::MutexLock const lock(mutex_);
    if (auto const at = entries_.find(key); at != entries_.end()) entries_.erase(at);
  }

  /// A full list is in the store that was begun then: what we had written before is in it, or was never written, as
  /// etcd was restored from a backup.
  void listed(k8s::SteadyTime begun) {
    k8s::MutexLock const lock(mutex_);
    std::erase_if(entries_, [&](auto const& each) { return each.second.at < begun; });
  }

  [[nodiscard]] std::size_t size() const {
    k8s::MutexLock const lock(mutex_);
    return entries_.size();
  }

  /// To be called with every change of the store.
  void seen(k8s::Change<T> const& change) {
    auto const& object = change.after ? *change.after : *change.before;
    k8s::MutexLock const lock(mutex_);
    auto const at = entries_.find(k8s::object_key(object.meta));
    if (at == entries_.end()) return;
    auto const& ours = *at->second.object;
    // The version of an object's end is not told when a relist finds it gone.
    bool const ended = !change.after && object.meta.uid == ours.meta.uid;
    // etcd was restored from a backup: what we wrote since then was never written.
    bool const went_back = change.before && change.after && version(object) < version(*change.before);
    if (ended || went_back || version(object) >= version(ours)) entries_.erase(at);
  }

 private:
  // A watch that is so far behind is broken, and what we wrote no better than what it says.
  static constexpr auto patience = std::chrono::seconds{30};

  struct Entry {
    Pointer object;
    k8s::SteadyTime at;
  };

  // An answer that comes after the watch has shown the object's end is of no use, and nobody asks for it any more.
  void drop_overdue(k8s::SteadyTime now) REQUIRES(mutex_) {
    std::erase_if(entries_, [now](auto const& each) { return now - each.second.at >= patience; });
    drop_next_ = now + patience;
  }

  static std::uint64_t version(T const& object) {
    return k8s::version_number(object.meta.resource_version).value_or(0);
  }

  k8s::Clock const& clock_;
  mutable k8s::Mutex mutex_;
  k8s::SteadyTime drop_next_ GUARDED_BY(mutex_){};
  std::map<std::string, Entry, std::less<>> entries_ GUARDED_BY(mutex_);
};

}  // namespace nfs
