#include "k8s/watch/set_aside.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "k8s/api/client.hpp"

namespace k8s {
namespace {

/// A message may hold text of the object.
constexpr std::size_t most_why = 512;

template <class T>
Result<Item<T>> set_aside(std::string_view text, std::string why) {
  auto identity = read_identity(text);
  bool const placed = identity && identity->name_space.empty() != kind_of<T>().namespaced;
  if (!placed) {
    return make_error(ErrorKind::protocol,
                      fmt::format("an object can neither be read nor identified ({}); nothing newer is taken until it "
                                  "changes or goes",
                                  why));
  }
  why.resize(std::min(why.size(), most_why));
  return Item<T>(Unreadable{*std::move(identity), std::move(why)});
}

}  // namespace

template <class T>
Result<Item<T>> read_item(std::string_view text) {
  auto object = read<T>(text);
  if (object.has_value()) return Item<T>(std::move(*object));
  return set_aside<T>(text, object.error().message);
}

template <class T>
Result<Item<T>> read_too_large(std::string_view beginning) {
  return set_aside<T>(beginning, "it is too large");
}

template <class T>
std::string const& version_of(Item<T> const& item) {
  if (auto const* object = std::get_if<T>(&item)) return object->meta.resource_version;
  return std::get<Unreadable>(item).identity.resource_version;
}

template <class T>
void keep(Store<T>& store, ListWatch::Operation operation, Item<T> item, std::function<void(T&)> const& prune) {
  using Operation = ListWatch::Operation;
  auto* object = std::get_if<T>(&item);
  auto* unreadable = std::get_if<Unreadable>(&item);
  auto const key = object != nullptr ? object_key(object->meta) : object_key(unreadable->identity);
  if (operation == Operation::erase) return store.erase(key);
  if (operation == Operation::unstage) return store.unstage(key);
  if (operation != Operation::stage && operation != Operation::apply) return;
  bool const staged = operation == Operation::stage;
  if (unreadable != nullptr) {
    return staged ? store.stage_aside(std::move(*unreadable)) : store.set_aside(std::move(*unreadable));
  }
  if (prune) prune(*object);
  return staged ? store.stage(std::move(*object)) : store.apply(std::move(*object));
}

template Result<Item<Claim>> read_item(std::string_view);
template Result<Item<Volume>> read_item(std::string_view);
template Result<Item<StorageClass>> read_item(std::string_view);
template Result<Item<Claim>> read_too_large(std::string_view);
template Result<Item<Volume>> read_too_large(std::string_view);
template Result<Item<StorageClass>> read_too_large(std::string_view);
template std::string const& version_of(Item<Claim> const&);
template std::string const& version_of(Item<Volume> const&);
template std::string const& version_of(Item<StorageClass> const&);
template void keep(Store<Claim>&, ListWatch::Operation, Item<Claim>, std::function<void(Claim&)> const&);
template void keep(Store<Volume>&, ListWatch::Operation, Item<Volume>, std::function<void(Volume&)> const&);
template void keep(Store<StorageClass>&, ListWatch::Operation, Item<StorageClass>,
                   std::function<void(StorageClass&)> const&);

}  // namespace k8s
