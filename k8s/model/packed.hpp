#pragma once

#include <string>
#include <string_view>

#include "k8s/model/shared_texts.hpp"

/// Claims, volumes and classes in few bytes (k8s/model/packer). Whoever packs one calls release() in the end.
namespace k8s {

/// The object as bytes: equal ones for equal objects, as long as one of them is held.
template <class T>
[[nodiscard]] std::string pack(T const& object, SharedTexts& shared);
template <class T>
[[nodiscard]] T unpack(std::string_view bytes, SharedTexts const& shared);

}  // namespace k8s
