#include "k8s/json/fields.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace json {
namespace {

constexpr std::array record_fields = {
    at<&LeaderRecord::holder>("holderIdentity"),         at<&LeaderRecord::lease_seconds>("leaseDurationSeconds"),
    at<&LeaderRecord::acquire_time>("acquireTime"),      at<&LeaderRecord::renew_time>("renewTime"),
    at<&LeaderRecord::transitions>("leaderTransitions"),
};

constexpr std::array lease_spec_fields = {
    at<&Lease::record, &LeaderRecord::holder>("holderIdentity"),
    at<&Lease::record, &LeaderRecord::lease_seconds>("leaseDurationSeconds"),
    at<&Lease::record, &LeaderRecord::acquire_time>("acquireTime"),
    at<&Lease::record, &LeaderRecord::renew_time>("renewTime"),
    at<&Lease::record, &LeaderRecord::transitions>("leaseTransitions"),
};

constexpr std::array lease_fields = {at<&Lease::meta>("metadata"), within<lease_spec_fields>("spec")};

constexpr std::array endpoints_fields = {at<&Endpoints::meta>("metadata")};

}  // namespace
}  // namespace json

template <>
Result<LeaderRecord> read<LeaderRecord>(std::string_view text) {
  return json::read_record<json::record_fields, LeaderRecord>(text);
}

template <>
Result<Lease> read<Lease>(std::string_view text) {
  return json::read_record<json::lease_fields, Lease>(text);
}

template <>
Result<Endpoints> read<Endpoints>(std::string_view text) {
  return json::read_record<json::endpoints_fields, Endpoints>(text);
}

}  // namespace k8s
