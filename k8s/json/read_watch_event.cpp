#include <fmt/format.h>

#include <array>
#include <optional>

#include "k8s/base/escape.hpp"
#include "k8s/json/fields.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/scan.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace json {
namespace {

Error not_an_event(std::string_view why) {
  return make_error(ErrorKind::protocol, fmt::format("not a watch event: {}", why));
}

/// Takes the outer object of a line apart, leaving the values as they are.
class Members {
 public:
  explicit Members(std::string_view text) : rest_(text) {}

  /// Whether `c` comes next, behind white space; takes it.
  bool take(char c) {
    skip_space();
    if (rest_.substr(0, 1) != std::string_view(&c, 1)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// One value of any kind, raw.
  std::optional<std::string_view> take_value() {
    skip_space();
    ValueScanner scanner;
    auto const end = scanner.find_end(rest_, 0);
    if (end == 0 || end == std::string_view::npos) return std::nullopt;
    auto const value = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return value;
  }
  bool at_end() {
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

struct Envelope {
  std::string_view type;  ///< with its quotes
  std::string_view object;
};

std::optional<Envelope> read_envelope(std::string_view line) {
  Members in(line);
  Envelope envelope;
  if (!in.take('{')) return std::nullopt;
  do {
    auto const key = in.take_value();
    if (!key || key->front() != '"' || !in.take(':')) return std::nullopt;
    auto const value = in.take_value();
    if (!value) return std::nullopt;
    if (*key == "\"type\"") envelope.type = *value;
    if (*key == "\"object\"") envelope.object = *value;
  } while (in.take(','));
  if (!in.take('}') || !in.at_end()) return std::nullopt;
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
  if (!envelope) return json::not_an_event("no complete object");
  if (envelope->object.substr(0, 1) != "{") return json::not_an_event("its object is none");
  for (auto const& name : json::type_names) {
    if (name.text == envelope->type) return WatchEvent{name.type, envelope->object};
  }
  return json::not_an_event("unknown type " + escape_line(envelope->type.substr(0, 40)));
}

Result<Bookmark> read_bookmark(std::string_view object) {
  auto document = json::read_record<json::bookmark_fields, json::BookmarkDocument>(object);
  if (document.has_error()) return document.error();
  auto const* end = find(document->annotations, "k8s.io/initial-events-end");
  return Bookmark{std::move(document->resource_version), end != nullptr && *end == "true"};
}

}  // namespace k8s
