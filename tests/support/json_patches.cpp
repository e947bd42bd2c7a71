#include "tests/support/json_patches.hpp"

#include <algorithm>
#include <boost/json/src.hpp>

namespace test {

namespace json = boost::json;

void merge(json::value& into, json::value const& patch) {
  if (!patch.is_object()) {
    into = patch;
    return;
  }
  if (!into.is_object()) into = json::object();
  auto& object = into.as_object();
  for (auto const& [key, value] : patch.as_object()) {
    if (value.is_null())
      object.erase(key);
    else
      merge(object[key], value);
  }
}

json::value resolve_strategic(json::value patch, json::value const& present) {
  constexpr auto remove = "$deleteFromPrimitiveList/finalizers";
  auto* meta = patch.as_object().if_contains("metadata");
  if (meta == nullptr) return patch;
  auto const* standing = present.at("metadata").as_object().if_contains("finalizers");
  json::array finalizers = standing == nullptr ? json::array() : standing->as_array();
  auto& members = meta->as_object();
  if (auto const* added = members.if_contains("finalizers"))
    for (auto const& each : added->as_array())
      if (std::find(finalizers.begin(), finalizers.end(), each) == finalizers.end()) finalizers.push_back(each);
  if (auto const* removed = members.if_contains(remove))
    for (auto const& each : removed->as_array())
      finalizers.erase(std::remove(finalizers.begin(), finalizers.end(), each), finalizers.end());
  members.erase(remove);
  members["finalizers"] = std::move(finalizers);
  return patch;
}

std::string text_at(json::value const& object, std::string_view parent, std::string_view member) {
  auto const* outer = object.as_object().if_contains(parent);
  auto const* inner = outer == nullptr ? nullptr : outer->as_object().if_contains(member);
  return inner == nullptr ? std::string() : std::string(inner->as_string());
}

bool has_finalizers(json::value const& object) {
  auto const* list = object.at("metadata").as_object().if_contains("finalizers");
  return list != nullptr && !list->as_array().empty();
}

}  // namespace test
