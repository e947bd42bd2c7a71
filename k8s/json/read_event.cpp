#include "k8s/json/fields.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace json {
namespace {

constexpr Shape event_type = {.expected = "a string", .scalar = [](void* target, std::string_view, Scalar value) {
                                as<EventType>(target) =
                                    value.text == "Warning" ? EventType::warning : EventType::normal;
                                return value.kind == Token::text;
                              }};

constexpr std::array source_fields = {
    at<&Event::source_component>("component"),
    at<&Event::source_host>("host"),
};

constexpr std::array event_fields = {
    at<&Event::meta>("metadata"),
    at<&Event::involved>("involvedObject"),
    at_as<event_type, &Event::type>("type"),
    at<&Event::reason>("reason"),
    at<&Event::message>("message"),
    within<source_fields>("source"),
    at<&Event::first_timestamp>("firstTimestamp"),
    at<&Event::last_timestamp>("lastTimestamp"),
    at<&Event::count>("count"),
};

constexpr std::array namespace_fields = {at<&Namespace::meta>("metadata")};

}  // namespace
}  // namespace json

template <>
Result<Event> read<Event>(std::string_view text) {
  return json::read_record<json::event_fields, Event>(text);
}

template <>
Result<Namespace> read<Namespace>(std::string_view text) {
  return json::read_record<json::namespace_fields, Namespace>(text);
}

}  // namespace k8s
