#include "k8s/json/fields.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace json {
namespace {

/// Members of the source: scalars are kept as text, the rest is skipped.
constexpr Shape attribute = {.scalar =
                                 [](void* target, std::string_view key, Scalar value) {
                                   as<StringMap>(target).insert_or_assign(std::string(key), cut(value.text));
                                   return true;
                                 },
                             .lenient = true};

constexpr Shape attributes = {.member = [](void* target, std::string_view) -> Step { return {&attribute, target}; }};

/// A member of the spec that no field knows: the first one that is an object is the source.
constexpr Shape perhaps_source = {.open_object = [](void* target, std::string_view key) -> Step {
                                    auto& source = as<Volume>(target).source;
                                    if (!source.type.empty()) return {};
                                    source.type = key;
                                    return {&attributes, &source.attributes};
                                  },
                                  .lenient = true};

constexpr std::array capacity_fields = {at_as<quantity_text, &Volume::capacity>("storage")};

constexpr std::array spec_fields = {
    within<capacity_fields>("capacity"),
    at_as<access_modes, &Volume::access_modes>("accessModes"),
    at<&Volume::claim_ref>("claimRef"),
    at<&Volume::reclaim_policy>("persistentVolumeReclaimPolicy"),
    at_as<bounded_texts, &Volume::mount_options>("mountOptions"),
    at<&Volume::storage_class_name>("storageClassName"),
    at<&Volume::volume_mode>("volumeMode"),
    ignored("nodeAffinity"),
    ignored("volumeAttributesClassName"),
};

constexpr Shape spec = {.expected = "an object",
                        .open_object = [](void* target, std::string_view) -> Step {
                          return {&spec, target};
                        },
                        .member = [](void* target, std::string_view key) -> Step {
                          for (auto const& field : spec_fields) {
                            if (field.name == key) return field.step(target);
                          }
                          return {&perhaps_source, target};
                        }};

constexpr Field spec_field = {"spec", [](void* owner) -> Step { return {&spec, owner}; }};

constexpr std::array status_fields = {at<&Volume::phase>("phase")};

constexpr std::array volume_fields = {
    at_as<bounded_meta, &Volume::meta>("metadata"),
    spec_field,
    within<status_fields>("status"),
};

}  // namespace
}  // namespace json

template <>
Result<Volume> read<Volume>(std::string_view text) {
  return json::read_record<json::volume_fields, Volume>(text);
}

}  // namespace k8s
