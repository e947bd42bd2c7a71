#include "k8s/json/fields.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace json {
namespace {

constexpr std::array storage_class_fields = {
    at_as<bounded_meta, &StorageClass::meta>("metadata"),
    at<&StorageClass::provisioner>("provisioner"),
    at<&StorageClass::parameters>("parameters"),
    at<&StorageClass::reclaim_policy>("reclaimPolicy"),
    at_as<bounded_texts, &StorageClass::mount_options>("mountOptions"),
    at<&StorageClass::allow_volume_expansion>("allowVolumeExpansion"),
    at<&StorageClass::volume_binding_mode>("volumeBindingMode"),
};

}  // namespace
}  // namespace json

template <>
Result<StorageClass> read<StorageClass>(std::string_view text) {
  return json::read_record<json::storage_class_fields, StorageClass>(text);
}

}  // namespace k8s
