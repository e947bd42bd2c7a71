#include "k8s/watch/unreadable.hpp"

#include <utility>

namespace k8s {

std::string object_key(Identity const& identity) {
  return identity.name_space.empty() ? identity.name : identity.name_space + "/" + identity.name;
}

void UnreadableSet::put(Unreadable object) {
  auto key = object_key(object.identity);
  take(key);
  keys_of_uids_.insert_or_assign(object.identity.uid, key);
  objects_.emplace(std::move(key), std::move(object));
}

std::optional<Unreadable> UnreadableSet::take(std::string_view key) {
  auto const at = objects_.find(key);
  if (at == objects_.end()) return std::nullopt;
  auto object = std::move(at->second);
  keys_of_uids_.erase(object.identity.uid);
  objects_.erase(at);
  return object;
}

Unreadable const* UnreadableSet::find(std::string_view key) const {
  auto const at = objects_.find(key);
  return at == objects_.end() ? nullptr : &at->second;
}

Unreadable const* UnreadableSet::find_uid(std::string_view uid) const {
  auto const at = keys_of_uids_.find(uid);
  return at == keys_of_uids_.end() ? nullptr : find(at->second);
}

std::vector<Unreadable> UnreadableSet::all() const {
  std::vector<Unreadable> out;
  out.reserve(objects_.size());
  for (auto const& [key, object] : objects_) out.push_back(object);
  return out;
}

}  // namespace k8s
