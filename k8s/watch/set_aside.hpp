#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "k8s/base/error.hpp"
#include "k8s/watch/list_watch.hpp"
#include "k8s/watch/store.hpp"

/// What a reflector does with the text of one object, whether it can be read or not.
///
/// An object that cannot be read is set aside and the rest goes on: one object must not stop the copy of a whole kind.
/// One that cannot even be identified (name, uid and resourceVersion, and the namespace of a namespaced kind) fails the
/// list or watch that brought it: a copy that silently lacked it would make others believe that it is gone.
namespace k8s {

/// An object, or one that cannot be read.
template <class T>
using Item = std::variant<T, Unreadable>;

/// Reads an item of a list, or the object of a watch event. An error (kind protocol): it cannot be identified.
template <class T>
[[nodiscard]] Result<Item<T>> read_item(std::string_view text);

/// The same for an item or object of which the beginning alone was kept, for it is too large.
template <class T>
[[nodiscard]] Result<Item<T>> read_too_large(std::string_view beginning);

template <class T>
[[nodiscard]] std::string const& version_of(Item<T> const& item);

/// Does to the store what the machine says. `prune` (may be empty) drops what is not needed of an object that is kept.
template <class T>
void keep(Store<T>& store, ListWatch::Operation operation, Item<T> item, std::function<void(T&)> const& prune);

}  // namespace k8s
