#include "k8s/json/fields.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace json {

inline constexpr std::array data_source_fields = {
    at_as<bounded_text, &DataSource::api_group>("apiGroup"),
    at_as<bounded_text, &DataSource::kind>("kind"),
    at_as<bounded_text, &DataSource::name>("name"),
};

template <>
struct ShapeOf<DataSource> {
  static constexpr Shape make() { return record<data_source_fields>; }
};

inline constexpr std::array label_selector_fields = {
    at_as<bounded_map, &LabelSelector::match_labels>("matchLabels"),
};

template <>
struct ShapeOf<LabelSelector> {
  static constexpr Shape make() { return record<label_selector_fields>; }
};

namespace {

/// The older of the two fields waits here until it is known whether the newer one is set.
struct ClaimDocument {
  Claim claim;
  std::optional<DataSource> data_source;
};

template <auto member>
constexpr Field of_claim(std::string_view name) {
  return at<&ClaimDocument::claim, member>(name);
}

template <Shape const& shape, auto member>
constexpr Field of_claim_as(std::string_view name) {
  return at_as<shape, &ClaimDocument::claim, member>(name);
}

constexpr std::array request_fields = {
    of_claim_as<quantity_text, &Claim::requested_storage>("storage"),
};

constexpr std::array resource_fields = {within<request_fields>("requests")};

constexpr std::array spec_fields = {
    of_claim_as<access_modes, &Claim::access_modes>("accessModes"),
    of_claim_as<bounded_text, &Claim::volume_name>("volumeName"),
    of_claim<&Claim::storage_class_name>("storageClassName"),
    of_claim<&Claim::volume_mode>("volumeMode"),
    of_claim<&Claim::data_source>("dataSourceRef"),
    at<&ClaimDocument::data_source>("dataSource"),
    of_claim<&Claim::selector>("selector"),
    of_claim_as<bounded_text, &Claim::volume_attributes_class>("volumeAttributesClassName"),
    within<resource_fields>("resources"),
};

constexpr std::array capacity_fields = {
    of_claim_as<quantity_text, &Claim::status_capacity>("storage"),
};

constexpr std::array status_fields = {
    of_claim<&Claim::phase>("phase"),
    of_claim_as<access_modes, &Claim::status_access_modes>("accessModes"),
    within<capacity_fields>("capacity"),
};

constexpr std::array claim_fields = {
    of_claim_as<bounded_meta, &Claim::meta>("metadata"),
    within<spec_fields>("spec"),
    within<status_fields>("status"),
};

}  // namespace
}  // namespace json

template <>
Result<Claim> read<Claim>(std::string_view text) {
  auto document = json::read_record<json::claim_fields, json::ClaimDocument>(text);
  if (document.has_error()) return document.error();
  if (!document->claim.data_source) document->claim.data_source = std::move(document->data_source);
  return std::move(document->claim);
}

}  // namespace k8s
