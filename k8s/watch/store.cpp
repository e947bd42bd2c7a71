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

/// What became of one key, as the changes that listeners hear.
template <class Pointer, class T>
void append_changes(Pointer const& before, Pointer const& after, std::vector<Change<T>>& out) {
  if (before && after && before->meta.uid != after->meta.uid) {
    out.push_back({before, nullptr});
    out.push_back({nullptr, after});
    return;
  }
  out.push_back({before, after});
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
  index_functions_.push_back(std::move(function));
  copy_.indexes.resize(index_functions_.size());
  return index_functions_.size() - 1;
}

template <class T>
typename Store<T>::Pointer Store<T>::object_in(Copy const& copy, std::string_view key) {
  auto const at = copy.objects.find(key);
  return at == copy.objects.end() ? nullptr : at->second;
}

template <class T>
typename Store<T>::Pointer Store<T>::get(std::string_view key) const {
  ReaderLock const lock(access_);
  return object_in(copy_, key);
}

template <class T>
std::vector<typename Store<T>::Pointer> Store<T>::find(Index index, std::string_view value) const {
  ReaderLock const lock(access_);
  auto const& postings = copy_.indexes.at(index);
  auto const at = postings.find(value);
  if (at == postings.end()) return {};
  return {at->second.begin(), at->second.end()};
}

template <class T>
std::vector<typename Store<T>::Pointer> Store<T>::all() const {
  ReaderLock const lock(access_);
  std::vector<Pointer> out;
  out.reserve(copy_.objects.size());
  for (auto const& [key, object] : copy_.objects) out.push_back(object);
  return out;
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
void Store<T>::put(Copy& copy, std::string const& key, Pointer const& object) const {
  take_out(copy, key);
  copy.objects.emplace(key, object);
  for (std::size_t index = 0; index < index_functions_.size(); ++index) {
    auto value = index_functions_[index](*object);
    if (!value.empty()) copy.indexes[index][std::move(value)].insert(object);
  }
}

template <class T>
void Store<T>::take_out(Copy& copy, std::string_view key) const {
  auto const at = copy.objects.find(key);
  if (at == copy.objects.end()) return;
  for (std::size_t index = 0; index < index_functions_.size(); ++index) {
    auto const posting = copy.indexes[index].find(index_functions_[index](*at->second));
    if (posting == copy.indexes[index].end()) continue;
    posting->second.erase(at->second);
    if (posting->second.empty()) copy.indexes[index].erase(posting);
  }
  copy.objects.erase(at);
}

template <class T>
void Store<T>::notify(std::vector<Change<T>> const& changes) const {
  for (auto const& change : changes) {
    for (auto const& listener : listeners_) listener(change);
  }
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
    put(copy_, key, after);
    aside = copy_.aside.take(key);
  }
  bool const readable = aside && aside->identity.uid == after->meta.uid;
  if (readable) notify(*aside, Aside::readable);
  std::vector<Change<T>> changes;
  append_changes(before, after, changes);
  notify(changes);
  if (aside && !readable) notify(*aside, Aside::gone);
}

template <class T>
void Store<T>::erase(std::string_view key) {
  MutexLock const writing(writing_);
  auto const before = current(key);
  std::optional<Unreadable> aside;
  {
    WriterLock const lock(access_);
    if (before) take_out(copy_, key);
    aside = copy_.aside.take(key);
  }
  if (before) notify({{before, nullptr}});
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
    if (replaces) take_out(copy_, key);
    old = copy_.aside.take(key);
    copy_.aside.put(object);
  }
  if (replaces) notify({{before, nullptr}});
  bool const known = old && old->identity.uid == object.identity.uid;
  if (old && !known) notify(*old, Aside::gone);
  if (!known) notify(object, Aside::began);
}

template <class T>
void Store<T>::begin_replace() {
  MutexLock const writing(writing_);
  staged_.emplace();
  staged_->indexes.resize(index_functions_.size());
}

template <class T>
void Store<T>::stage(T object) {
  MutexLock const writing(writing_);
  if (!staged_) return;
  auto const key = object_key(object.meta);
  // An unchanged object is shared with the present copy: a relist does not double the memory.
  auto const before = current(key);
  put(*staged_, key, is_same(before, object) ? before : std::make_shared<T const>(std::move(object)));
  staged_->aside.take(key);
}

template <class T>
void Store<T>::stage_aside(Unreadable object) {
  MutexLock const writing(writing_);
  if (!staged_) return;
  auto const key = object_key(object.identity);
  auto const before = current(key);
  take_out(*staged_, key);
  if (before && before->meta.uid == object.identity.uid) put(*staged_, key, before);
  staged_->aside.put(std::move(object));
}

template <class T>
void Store<T>::unstage(std::string_view key) {
  MutexLock const writing(writing_);
  if (!staged_) return;
  take_out(*staged_, key);
  staged_->aside.take(key);
}

template <class T>
void Store<T>::commit_replace() {
  MutexLock const writing(writing_);
  if (!staged_) return;
  {
    WriterLock const lock(access_);
    std::swap(copy_, *staged_);
  }
  auto const old = std::move(*staged_);
  staged_.reset();
  notify_replaced(old);
  synced_ = true;
}

// Of what became of one object, and of one key, the store's listeners hear in the same order as from single writes.
template <class T>
void Store<T>::notify_replaced(Copy const& old) const {
  auto const same_aside = [](UnreadableSet const& set, Unreadable const& object) {
    auto const* other = set.find(object_key(object.identity));
    return other != nullptr && other->identity.uid == object.identity.uid;
  };
  std::vector<Unreadable> gone;
  for (auto const& object : old.aside.all()) {
    if (same_aside(written().aside, object)) continue;
    auto const now = current(object_key(object.identity));
    if (now && now->meta.uid == object.identity.uid) {
      notify(object, Aside::readable);
    } else {
      gone.push_back(object);
    }
  }
  std::vector<Change<T>> changes;
  for (auto const& [key, object] : old.objects) {
    if (!current(key)) changes.push_back({object, nullptr});
  }
  for (auto const& [key, object] : written().objects) {
    auto const at = old.objects.find(key);
    auto const before = at == old.objects.end() ? nullptr : at->second;
    bool const was_aside = old.aside.find(key) != nullptr && written().aside.find(key) == nullptr;
    if (before != object || was_aside) append_changes(before, object, changes);
  }
  notify(changes);
  for (auto const& object : gone) notify(object, Aside::gone);
  for (auto const& object : written().aside.all()) {
    if (!same_aside(old.aside, object)) notify(object, Aside::began);
  }
}

template <class T>
void Store<T>::abandon_replace() {
  MutexLock const writing(writing_);
  staged_.reset();
}

template class Store<Claim>;
template class Store<Volume>;
template class Store<StorageClass>;

}  // namespace k8s
