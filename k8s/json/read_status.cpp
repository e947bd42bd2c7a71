#include <charconv>
#include <string>

#include "k8s/json/fields.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace json {
namespace {

constexpr std::array details_fields = {at<&Status::retry_after_seconds>("retryAfterSeconds")};

constexpr std::array status_fields = {
    at<&Status::code>("code"),
    at<&Status::reason>("reason"),
    at<&Status::message>("message"),
    within<details_fields>("details"),
};

constexpr std::array answer_fields = {
    at<&AccessReview::allowed>("allowed"),
    at<&AccessReview::reason>("reason"),
};

constexpr std::array access_review_fields = {within<answer_fields>("status")};

struct VersionText {
  std::string major;
  std::string minor;
};

constexpr std::array version_fields = {at<&VersionText::major>("major"), at<&VersionText::minor>("minor")};

int leading_number(std::string const& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace
}  // namespace json

template <>
Result<Status> read<Status>(std::string_view text) {
  return json::read_record<json::status_fields, Status>(text);
}

template <>
Result<AccessReview> read<AccessReview>(std::string_view text) {
  return json::read_record<json::access_review_fields, AccessReview>(text);
}

template <>
Result<ServerVersion> read<ServerVersion>(std::string_view text) {
  auto const version = json::read_record<json::version_fields, json::VersionText>(text);
  if (version.has_error()) return version.error();
  return ServerVersion{json::leading_number(version->major), json::leading_number(version->minor)};
}

}  // namespace k8s
