#include "tests/fuzz/objects.hpp"

#include <algorithm>
#include <variant>

#include "k8s/json/write.hpp"
#include "k8s/model/bounds.hpp"
#include "k8s/watch/set_aside.hpp"

namespace fuzz {
namespace {

bool is_bounded(k8s::StringMap const& map) {
  return std::ranges::all_of(map, [](auto const& each) { return each.second.size() <= k8s::bounds::text; });
}

bool is_bounded(k8s::ObjectMeta const& meta) {
  return is_bounded(meta.labels) && is_bounded(meta.annotations) && meta.finalizers.size() <= k8s::bounds::list;
}

bool is_bounded(k8s::Claim const& claim) {
  return is_bounded(claim.meta) && claim.volume_name.size() <= k8s::bounds::text;
}

bool is_bounded(k8s::Volume const& volume) {
  return is_bounded(volume.meta) && is_bounded(volume.source.attributes) &&
         volume.mount_options.size() <= k8s::bounds::list;
}

bool is_bounded(k8s::StorageClass const& storage_class) {
  return is_bounded(storage_class.meta) && is_bounded(storage_class.parameters);
}

template <class T>
std::string check_as(std::string_view text, std::string const& kind) {
  auto const item = k8s::read_item<T>(text);
  if (item.has_error()) return {};  // nobody knows whose it is: the list fails
  if (auto const* aside = std::get_if<k8s::Unreadable>(&*item)) {
    auto const& who = aside->identity;
    bool const known = !who.name.empty() && !who.uid.empty() && !who.resource_version.empty();
    if (!known) return kind + " set aside without an identity";
    return aside->why.find('\n') == std::string::npos ? "" : kind + " set aside with a reason of several lines";
  }
  auto const& object = std::get<T>(*item);
  if (!is_bounded(object)) return kind + " kept beyond its bounds";
  auto const again = k8s::read<T>(k8s::write(object));
  if (again.has_error()) return kind + " written as what cannot be read: " + again.error().message;
  return again->meta.name == object.meta.name && again->meta.uid == object.meta.uid ? "" : kind + " written as another";
}

}  // namespace

Chunked chunked(std::string_view input) {
  if (input.empty()) return {};
  return {std::size_t{static_cast<unsigned char>(input.front())} + 1, input.substr(1)};
}

std::string check_object(std::string_view text) {
  for (auto const& wrong : {check_as<k8s::Claim>(text, "a claim"), check_as<k8s::Volume>(text, "a volume"),
                            check_as<k8s::StorageClass>(text, "a class")}) {
    if (!wrong.empty()) return wrong;
  }
  // Of what is too large the beginning alone is kept.
  static_cast<void>(k8s::read_too_large<k8s::Claim>(text));
  return {};
}

}  // namespace fuzz
