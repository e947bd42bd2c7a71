#include "k8s/watch/store.hpp"

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

namespace k8s {
namespace {

// Not by resourceVersion: where etcd was restored from a backup, the same one is given once more, to other contents.
template <class Pointer, class T>
bool is_same(Pointer const& before, T const& after) {
  return before && *before == after;
}

}  // namespace

template <class T>
void Store<T>::on_change(Listener listener) {
  listeners_.push_back(std::move(listener));
}

template <class T>
void Store<T>::on_set_aside(AsideListener listener) {
  aside_listeners_.push_back(std::move(listener));
}

template <class T>
typename Store<T>::Index Store<T>::add_index(IndexFunction function) {
  MutexLock const writing(writing_);
  WriterLock const lock(access_);
  kind_.indexes.push_back(std::move(function));
  return kind_.indexes.size() - 1;
}

template <class T>
typename Store<T>::Pointer Store<T>::get(std::string_view key) const {
  ReaderLock const lock(access_);
  return copy_.objects.get(key);
}

template <class T>
std::vector<typename Store<T>::Pointer> Store<T>::find(Index index, std::string_view value) const {
  ReaderLock const lock(access_);
  return copy_.objects.find(index, value);
}

template <class T>
bool Store<T>::contains(Index index, std::string_view value) const {
  ReaderLock const lock(access_);
  return copy_.objects.contains(index, value);
}

template <class T>
void Store<T>::for_each(std::function<void(Pointer const&)> const& visit) const {
  ReaderLock const lock(access_);
  copy_.objects.for_each(visit);
}

template <class T>
std::size_t Store<T>::size() const {
  ReaderLock const lock(access_);
  return copy_.objects.size();
}

template <class T>
std::optional<Unreadable> Store<T>::unreadable(std::string_view key) const {
  ReaderLock const lock(access_);
  auto const* found = copy_.aside.find(key);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

template <class T>
std::optional<Unreadable> Store<T>::unreadable_uid(std::string_view uid) const {
  ReaderLock const lock(access_);
  auto const* found = copy_.aside.find_uid(uid);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

template <class T>
std::vector<Unreadable> Store<T>::all_unreadable() const {
  ReaderLock const lock(access_);
  return copy_.aside.all();
}

template <class T>
std::size_t Store<T>::unreadable_count() const {
  ReaderLock const lock(access_);
  return copy_.aside.size();
}

template <class T>
void Store<T>::notify(Change<T> const& change) const {
  for (auto const& listener : listeners_) listener(change);
}

template <class T>
void Store<T>::notify(Pointer const& before, Pointer const& after) const {
  if (before && after && before->meta.uid != after->meta.uid) {
    notify({before, nullptr});
    notify({nullptr, after});
    return;
  }
  notify({before, after});
}

template <class T>
void Store<T>::notify(Unreadable const& object, Aside now) const {
  for (auto const& listener : aside_listeners_) listener(object, now);
}

template <class T>
void Store<T>::apply(T object) {
  MutexLock const writing(writing_);
  auto const key = object_key(object.meta);
  auto const before = current(key);
  auto const was_aside = written().aside.find(key) != nullptr;
  if (is_same(before, object) && !was_aside) return;
  auto const after = std::make_shared<T const>(std::move(object));
  std::optional<Unreadable> aside;
  {
    WriterLock const lock(access_);
    copy_.objects.put(*after);
    aside = copy_.aside.take(key);
  }
  bool const readable = aside && aside->identity.uid == after->meta.uid;
  if (readable) notify(*aside, Aside::readable);
  notify(before, after);
  if (aside && !readable) notify(*aside, Aside::gone);
}

template <class T>
void Store<T>::erase(std::string_view key) {
  MutexLock const writing(writing_);
  auto const before = current(key);
  std::optional<Unreadable> aside;
  {
    WriterLock const lock(access_);
    copy_.objects.take_out(key);
    aside = copy_.aside.take(key);
  }
  if (before) notify({before, nullptr});
  if (aside) notify(*aside, Aside::gone);
}

template <class T>
void Store<T>::set_aside(Unreadable object) {
  MutexLock const writing(writing_);
  auto const key = object_key(object.identity);
  auto const before = current(key);
  bool const replaces = before && before->meta.uid != object.identity.uid;
  std::optional<Unreadable> old;
  {
    WriterLock const lock(access_);
    if (replaces) copy_.objects.take_out(key);
    old = copy_.aside.take(key);
    copy_.aside.put(object);
  }
  if (replaces) notify({before, nullptr});
  bool const known = old && old->identity.uid == object.identity.uid;
  if (old && !known) notify(*old, Aside::gone);
  if (!known) notify(object, Aside::began);
}

template <class T>
void Store<T>::begin_replace() {
  MutexLock const writing(writing_);
  WriterLock const lock(access_);
  staged_.emplace(kind_);
}

template <class T>
void Store<T>::stage(T object) {
  MutexLock const writing(writing_);
  auto const key = object_key(object.meta);
  bool const same = is_same(current(key), object);
  WriterLock const lock(access_);
  if (!staged_) return;
  // An unchanged object is shared with the present copy: a relist does not double the memory.
  if (same) {
    staged_->objects.share(copy_.objects, key);
  } else {
    staged_->objects.put(object);
  }
  staged_->aside.take(key);
}

template <class T>
void Store<T>::stage_aside(Unreadable object) {
  MutexLock const writing(writing_);
  auto const key = object_key(object.identity);
  auto const before = current(key);
  WriterLock const lock(access_);
  if (!staged_) return;
  if (before && before->meta.uid == object.identity.uid) {
    staged_->objects.share(copy_.objects, key);
  } else {
    staged_->objects.take_out(key);
  }
  staged_->aside.put(std::move(object));
}

template <class T>
void Store<T>::unstage(std::string_view key) {
  MutexLock const writing(writing_);
  WriterLock const lock(access_);
  if (!staged_) return;
  staged_->objects.take_out(key);
  staged_->aside.take(key);
}

template <class T>
void Store<T>::commit_replace() {
  MutexLock const writing(writing_);
  if (!swap_staged()) return;
  notify_replaced();
  drop_staged();
  synced_ = true;
}

template <class T>
bool Store<T>::swap_staged() {
  WriterLock const lock(access_);
  if (!staged_) return false;
  copy_.objects.swap(staged_->objects);
  std::swap(copy_.aside, staged_->aside);
  return true;
}

template <class T>
void Store<T>::drop_staged() {
  WriterLock const lock(access_);
  staged_.reset();
}

// Of what became of one object, and of one key, the store's listeners hear in the same order as from single writes.
template <class T>
void Store<T>::notify_replaced() const {
  auto const& old = replaced();
  auto const same_aside = [](UnreadableSet const& set, Unreadable const& object) {
    auto const* other = set.find(object_key(object.identity));
    return other != nullptr && other->identity.uid == object.identity.uid;
  };
  std::vector<Unreadable> gone;
  std::vector<std::string> readable;
  for (auto const& object : old.aside.all()) {
    auto const key = object_key(object.identity);
    auto const now = current(key);
    if (now && written().aside.find(key) == nullptr) readable.push_back(key);
    if (same_aside(written().aside, object)) continue;
    if (now && now->meta.uid == object.identity.uid) {
      notify(object, Aside::readable);
    } else {
      gone.push_back(object);
    }
  }
  PackedObjects<T>::compare(old.objects, written().objects,
                            [&](Pointer const& before, Pointer const& after)
                                REQUIRES(writing_) { notify(before, after); });
  // What can be read again, and is as it was.
  for (auto const& key : readable) {
    auto const now = current(key);
    auto const before = old.objects.get(key);
    if (is_same(before, *now)) notify({before, now});
  }
  for (auto const& object : gone) notify(object, Aside::gone);
  for (auto const& object : written().aside.all()) {
    if (!same_aside(old.aside, object)) notify(object, Aside::began);
  }
}

template <class T>
void Store<T>::abandon_replace() {
  MutexLock const writing(writing_);
  drop_staged();
}

template class Store<Claim>;
template class Store<Volume>;
template class Store<StorageClass>;

}  // namespace k8s
