#include "k8s/watch/packed_objects.hpp"

#include <cstring>
#include <new>
#include <utility>

#include "k8s/model/claim.hpp"
#include "k8s/model/packer.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

namespace k8s {
namespace {

std::uint64_t hash_of(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

}  // namespace

template <class T>
typename PackedObjects<T>::Box* PackedObjects<T>::make_box(std::string_view bytes) {
  auto* const memory = ::operator new(sizeof(Box) + bytes.size());
  auto* const box = new (memory) Box{1, static_cast<std::uint32_t>(bytes.size())};
  std::memcpy(box + 1, bytes.data(), bytes.size());
  return box;
}

template <class T>
void PackedObjects<T>::drop(Box* box) {
  if (--box->holders > 0) return;
  release(box->bytes(), kind_.texts);
  ::operator delete(box);
}

template <class T>
PackedObjects<T>::~PackedObjects() {
  for (auto const& [key, box] : objects_) drop(box);
}

template <class T>
typename PackedObjects<T>::Pointer PackedObjects<T>::unpacked(Box const& box) const {
  return std::make_shared<T const>(unpack<T>(box.bytes(), kind_.texts));
}

template <class T>
typename PackedObjects<T>::ByKey::const_iterator PackedObjects<T>::at(std::string_view key) const {
  auto [at, end] = objects_.equal_range(hash_of(key));
  for (; at != end; ++at) {
    if (object_key(unpacked(*at->second)->meta) == key) return at;
  }
  return objects_.end();
}

template <class T>
typename PackedObjects<T>::Pointer PackedObjects<T>::get(std::string_view key) const {
  auto [at, end] = objects_.equal_range(hash_of(key));
  for (; at != end; ++at) {
    if (auto object = unpacked(*at->second); object_key(object->meta) == key) return object;
  }
  return nullptr;
}

template <class T>
void PackedObjects<T>::visit_found(std::size_t index, std::string_view value,
                                   std::function<bool(Pointer)> const& visit) const {
  if (index >= postings_.size()) return;
  auto const& postings = postings_[index];
  auto const hash = hash_of(value);
  for (auto at = postings.lower_bound(Posting{hash, 0, nullptr}); at != postings.end() && at->value == hash; ++at) {
    auto object = unpacked(*at->box);
    if (kind_.indexes[index](*object) == value && !visit(std::move(object))) return;
  }
}

template <class T>
std::vector<typename PackedObjects<T>::Pointer> PackedObjects<T>::find(std::size_t index,
                                                                       std::string_view value) const {
  std::vector<Pointer> found;
  visit_found(index, value, [&](Pointer object) {
    found.push_back(std::move(object));
    return true;
  });
  return found;
}

template <class T>
bool PackedObjects<T>::contains(std::size_t index, std::string_view value) const {
  bool found = false;
  visit_found(index, value, [&](Pointer const&) {
    found = true;
    return false;
  });
  return found;
}

template <class T>
void PackedObjects<T>::for_each(std::function<void(Pointer const&)> const& visit) const {
  for (auto const& [key, box] : objects_) visit(unpacked(*box));
}

template <class T>
void PackedObjects<T>::insert(std::uint64_t key, T const& object, Box* box) {
  objects_.emplace(key, box);
  postings_.resize(kind_.indexes.size());
  for (std::size_t index = 0; index < postings_.size(); ++index) {
    auto const value = kind_.indexes[index](object);
    if (!value.empty()) postings_[index].insert({hash_of(value), key, box});
  }
}

template <class T>
void PackedObjects<T>::put(T const& object) {
  auto const key = object_key(object.meta);
  // Packed before the old one goes: what both have in common stays what it is.
  auto* const box = make_box(pack(object, kind_.texts));
  take_out(key);
  insert(hash_of(key), object, box);
}

template <class T>
void PackedObjects<T>::share(PackedObjects const& other, std::string_view key) {
  auto* const box = other.at(key)->second;
  ++box->holders;
  take_out(key);
  insert(hash_of(key), *unpacked(*box), box);
}

template <class T>
void PackedObjects<T>::take_out(std::string_view key) {
  auto const found = at(key);
  if (found == objects_.end()) return;
  auto* const box = found->second;
  auto const object = unpacked(*box);
  for (std::size_t index = 0; index < postings_.size(); ++index) {
    auto const value = kind_.indexes[index](*object);
    if (!value.empty()) postings_[index].erase({hash_of(value), found->first, box});
  }
  objects_.erase(found);
  drop(box);
}

template <class T>
void PackedObjects<T>::swap(PackedObjects& other) {
  objects_.swap(other.objects_);
  postings_.swap(other.postings_);
}

template <class T>
void PackedObjects<T>::compare(PackedObjects const& before, PackedObjects const& after,
                               std::function<void(Pointer const& before, Pointer const& after)> const& visit) {
  for (auto const& [key, box] : before.objects_) {
    auto const object = before.unpacked(*box);
    if (after.at(object_key(object->meta)) == after.objects_.end()) visit(object, nullptr);
  }
  for (auto const& [key, box] : after.objects_) {
    auto const object = after.unpacked(*box);
    auto const old = before.at(object_key(object->meta));
    if (old == before.objects_.end()) {
      visit(nullptr, object);
    } else if (old->second != box) {
      visit(before.unpacked(*old->second), object);
    }
  }
}

template class PackedObjects<Claim>;
template class PackedObjects<Volume>;
template class PackedObjects<StorageClass>;

}  // namespace k8s
