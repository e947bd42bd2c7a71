#include "k8s/watch/store.hpp"

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

namespace k8s {
namespace {

template <class Pointer>
bool is_same(Pointer const& before, ObjectMeta const& after) {
  return before && before->meta.uid == after.uid && before->meta.resource_version == after.resource_version;
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
typename Store<T>::Index Store<T>::add_index(IndexFunction function) {
  index_functions_.push_back(std::move(function));
  copy_.indexes.resize(index_functions_.size());
  return index_functions_.size() - 1;
}

template <class T>
typename Store<T>::Pointer Store<T>::current(std::string_view key) const {
  auto const at = copy_.objects.find(key);
  return at == copy_.objects.end() ? nullptr : at->second;
}

template <class T>
typename Store<T>::Pointer Store<T>::get(std::string_view key) const {
  std::shared_lock const lock(access_);
  return current(key);
}

template <class T>
std::vector<typename Store<T>::Pointer> Store<T>::find(Index index, std::string_view value) const {
  std::shared_lock const lock(access_);
  auto const& postings = copy_.indexes.at(index);
  auto const at = postings.find(value);
  if (at == postings.end()) return {};
  return {at->second.begin(), at->second.end()};
}

template <class T>
std::vector<typename Store<T>::Pointer> Store<T>::all() const {
  std::shared_lock const lock(access_);
  std::vector<Pointer> out;
  out.reserve(copy_.objects.size());
  for (auto const& [key, object] : copy_.objects) out.push_back(object);
  return out;
}

template <class T>
std::size_t Store<T>::size() const {
  std::shared_lock const lock(access_);
  return copy_.objects.size();
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
void Store<T>::apply(T object) {
  std::lock_guard const writing(writing_);
  auto const key = object_key(object.meta);
  auto const before = current(key);
  if (is_same(before, object.meta)) return;
  auto const after = std::make_shared<T const>(std::move(object));
  {
    std::lock_guard const lock(access_);
    put(copy_, key, after);
  }
  std::vector<Change<T>> changes;
  append_changes(before, after, changes);
  notify(changes);
}

template <class T>
void Store<T>::erase(std::string_view key) {
  std::lock_guard const writing(writing_);
  auto const before = current(key);
  if (!before) return;
  {
    std::lock_guard const lock(access_);
    take_out(copy_, key);
  }
  notify({{before, nullptr}});
}

template <class T>
void Store<T>::begin_replace() {
  std::lock_guard const writing(writing_);
  staged_.emplace();
  staged_->indexes.resize(index_functions_.size());
}

template <class T>
void Store<T>::stage(T object) {
  std::lock_guard const writing(writing_);
  if (!staged_) return;
  auto const key = object_key(object.meta);
  // An unchanged object is shared with the present copy: a relist does not double the memory.
  auto const before = current(key);
  put(*staged_, key, is_same(before, object.meta) ? before : std::make_shared<T const>(std::move(object)));
}

template <class T>
void Store<T>::unstage(std::string_view key) {
  std::lock_guard const writing(writing_);
  if (staged_) take_out(*staged_, key);
}

template <class T>
void Store<T>::commit_replace() {
  std::lock_guard const writing(writing_);
  if (!staged_) return;
  {
    std::lock_guard const lock(access_);
    std::swap(copy_, *staged_);
  }
  auto const old = std::move(*staged_);
  staged_.reset();
  std::vector<Change<T>> changes;
  for (auto const& [key, object] : old.objects) {
    if (!current(key)) changes.push_back({object, nullptr});
  }
  for (auto const& [key, object] : copy_.objects) {
    auto const at = old.objects.find(key);
    auto const before = at == old.objects.end() ? nullptr : at->second;
    if (before != object) append_changes(before, object, changes);
  }
  notify(changes);
  synced_ = true;
}

template <class T>
void Store<T>::abandon_replace() {
  std::lock_guard const writing(writing_);
  staged_.reset();
}

template class Store<Claim>;
template class Store<Volume>;
template class Store<StorageClass>;

}  // namespace k8s
