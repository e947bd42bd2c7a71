#include <fmt/format.h>

#include <array>
#include <optional>

#include "k8s/json/fields.hpp"
#include "k8s/json/members.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/walk.hpp"
#include "k8s/text/escape.hpp"

namespace k8s {
namespace json {
namespace {

Error not_an_event(std::string_view why) {
  return make_error(ErrorKind::protocol, fmt::format("not a watch event: {}", why));
}

struct Envelope {
  std::string_view type;  ///< with its quotes
  std::string_view object;
  bool whole = false;
};

Envelope read_envelope(std::string_view line) {
  Members members(line);
  Envelope envelope;
  while (auto const member = members.next()) {
    if (member->key == "\"type\"" && member->whole) envelope.type = member->value;
    if (member->key == "\"object\"") envelope.object = member->value;
  }
  envelope.whole = members.ended();
  return envelope;
}

struct TypeName {
  std::string_view text;
  WatchEvent::Type type;
};

constexpr std::array type_names = {
    TypeName{"\"ADDED\"", WatchEvent::Type::added},     TypeName{"\"MODIFIED\"", WatchEvent::Type::modified},
    TypeName{"\"DELETED\"", WatchEvent::Type::deleted}, TypeName{"\"BOOKMARK\"", WatchEvent::Type::bookmark},
    TypeName{"\"ERROR\"", WatchEvent::Type::error},
};

std::optional<WatchEvent::Type> type_of(Envelope const& envelope) {
  for (auto const& name : type_names) {
    if (name.text == envelope.type) return name.type;
  }
  return std::nullopt;
}

struct BookmarkDocument {
  std::string resource_version;
  StringMap annotations;
};

constexpr std::array bookmark_meta_fields = {
    at<&BookmarkDocument::resource_version>("resourceVersion"),
    at<&BookmarkDocument::annotations>("annotations"),
};

constexpr std::array bookmark_fields = {within<bookmark_meta_fields>("metadata")};

}  // namespace
}  // namespace json

Result<WatchEvent> read_watch_event(std::string_view line) {
  auto const envelope = json::read_envelope(line);
  if (!envelope.whole) return json::not_an_event("no complete object");
  if (envelope.object.substr(0, 1) != "{") return json::not_an_event("its object is none");
  if (auto const type = json::type_of(envelope)) return WatchEvent{*type, envelope.object};
  return json::not_an_event("unknown type " + escape_line(envelope.type.substr(0, 40)));
}

std::optional<WatchEvent> read_watch_beginning(std::string_view beginning) {
  auto const envelope = json::read_envelope(beginning);
  auto const type = json::type_of(envelope);
  if (!type || envelope.object.substr(0, 1) != "{") return std::nullopt;
  return WatchEvent{*type, envelope.object};
}

Result<Bookmark> read_bookmark(std::string_view object) {
  auto document = json::read_record<json::bookmark_fields, json::BookmarkDocument>(object);
  if (document.has_error()) return document.error();
  auto const* end = find(document->annotations, "k8s.io/initial-events-end");
  return Bookmark{std::move(document->resource_version), end != nullptr && *end == "true"};
}

}  // namespace k8s
