#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "k8s/json/frame.hpp"
#include "k8s/json/scan.hpp"
#include "k8s/json/walk.hpp"

namespace k8s {
namespace {

constexpr std::array list_meta_fields = {
    json::at<&ListMeta::resource_version>("resourceVersion"),
    json::at<&ListMeta::continue_token>("continue"),
};

/// Where in the document the scanner stands. Between these, white space is skipped.
enum class At {
  start,
  first_key,
  key,
  in_key,
  colon,
  value,
  in_value,
  after_value,
  first_item,
  item,
  in_item,
  after_item,
  end,
};

/// In `from`, `on` leads to `to`.
struct Move {
  At from;
  char on;
  At to;
  bool consume = true;  ///< false: the character belongs to what begins here
};

constexpr std::array moves = {
    Move{At::start, '{', At::first_key},
    Move{At::first_key, '"', At::in_key},
    Move{At::first_key, '}', At::end},
    Move{At::key, '"', At::in_key},
    Move{At::colon, ':', At::value},
    Move{At::after_value, ',', At::key},
    Move{At::after_value, '}', At::end},
    Move{At::first_item, '{', At::in_item, false},
    Move{At::first_item, ']', At::after_value},
    Move{At::item, '{', At::in_item, false},
    Move{At::after_item, ',', At::item},
    Move{At::after_item, ']', At::after_value},
};

bool begins_value(char c) {
  return std::string_view("\"{[-0123456789tfn").find(c) != std::string_view::npos;
}

Error not_a_list(std::string_view why) {
  return make_error(ErrorKind::protocol, fmt::format("not a list: {}", why));
}

}  // namespace

struct ListFramer::State {
  std::size_t max_item;
  OnItem on_item;
  OnTooLarge on_too_large;

  At at = At::start;
  json::ValueScanner value = {};    ///< of the value or item that is open, else fresh
  json::StringScanner string = {};  ///< of the key that is open, else fresh
  std::string key = {};
  std::string pending = {};  ///< what earlier chunks held of the text being captured
  bool dropping = false;     ///< the item that is open is too large: pending is its beginning
  ListMeta meta = {};
  bool items_seen = false;
  std::optional<Error> failed = {};

  std::string_view chunk = {};  ///< being fed
  std::size_t position = 0;     ///< in it

  void step();
  void move(char c);
  void begin_value(char c);
  void scan_key();
  void scan_value();
  void scan_item();
  bool drop(std::size_t end);
  void take_member(std::string_view text);
  void take_meta(std::string_view text);
  [[nodiscard]] std::optional<std::string_view> capture(std::size_t end);
  [[nodiscard]] Error unexpected(char c) const;
};

Error ListFramer::State::unexpected(char c) const {
  return not_a_list(fmt::format("unexpected character {:#04x}", static_cast<unsigned char>(c)));
}

void ListFramer::State::step() {
  switch (at) {
    case At::in_key:
      return scan_key();
    case At::in_value:
      return scan_value();
    case At::in_item:
      return scan_item();
    default:
      break;
  }
  char const c = chunk[position];
  if (json::is_space(c)) {
    ++position;
  } else if (at == At::value) {
    begin_value(c);
  } else {
    move(c);
  }
}

void ListFramer::State::move(char c) {
  auto const* found =
      std::find_if(moves.begin(), moves.end(), [&](Move const& m) { return m.from == at && m.on == c; });
  if (found == moves.end()) {
    failed = unexpected(c);
    return;
  }
  at = found->to;
  if (found->consume) ++position;
}

void ListFramer::State::begin_value(char c) {
  if (!begins_value(c)) {
    failed = unexpected(c);
  } else if (key == "items" && std::exchange(items_seen, true)) {
    failed = not_a_list("items are given twice");
  } else if (key == "items" && c == '[') {
    at = At::first_item;
    ++position;
  } else {
    at = At::in_value;
  }
}

/// The text up to `end`, earlier chunks included, or nullopt when its end is yet to come (npos) or it is too large.
std::optional<std::string_view> ListFramer::State::capture(std::size_t end) {
  bool const complete = end != std::string_view::npos;
  auto const part = chunk.substr(position, complete ? end - position : end);
  position += part.size();
  if (pending.size() + part.size() > max_item) {
    failed = not_a_list(fmt::format("an item is larger than {} bytes", max_item));
    return std::nullopt;
  }
  if (complete && pending.empty()) return part;
  pending += part;
  if (!complete) return std::nullopt;
  return pending;
}

void ListFramer::State::scan_key() {
  auto const text = capture(string.find_end(chunk, position));
  if (!text) return;
  key = text->substr(0, text->size() - 1);
  pending.clear();
  string = {};
  at = At::colon;
}

void ListFramer::State::scan_value() {
  auto const end = value.find_end(chunk, position);
  if (key == "items" || key == "metadata") {
    auto const text = capture(end);
    if (!text) return;
    take_member(*text);
    pending.clear();
  } else {
    position = std::min(end, chunk.size());
  }
  if (end == std::string_view::npos) return;
  value = {};
  at = At::after_value;
}

void ListFramer::State::take_member(std::string_view text) {
  if (text == "null") return;
  if (key == "metadata") return take_meta(text);
  failed = not_a_list("items: expected an array");
}

void ListFramer::State::take_meta(std::string_view text) {
  auto read = json::read_record<list_meta_fields, ListMeta>(text);
  if (read.has_error()) {
    failed = not_a_list("metadata: " + read.error().message);
  } else {
    meta = std::move(*read);
  }
}

/// Passes over what came of an item that is too large; false: it is not, as far as is known.
bool ListFramer::State::drop(std::size_t end) {
  auto const part = chunk.substr(position, end == std::string_view::npos ? end : end - position);
  if (!on_too_large || (!dropping && pending.size() + part.size() <= max_item)) return false;
  if (!std::exchange(dropping, true)) {
    pending += part.substr(0, kept_of_too_large);
    pending.resize(std::min({pending.size(), kept_of_too_large, max_item}));
    pending.shrink_to_fit();
  }
  position += part.size();
  return true;
}

void ListFramer::State::scan_item() {
  auto const end = value.find_end(chunk, position);
  auto const dropped = drop(end);
  auto const text = dropped ? std::optional<std::string_view>(pending) : capture(end);
  if (!text || end == std::string_view::npos) return;
  auto const taken = dropped ? on_too_large(*text) : on_item(*text);
  if (taken.has_error()) failed = taken.error();
  pending.clear();
  dropping = false;
  value = {};
  at = At::after_item;
}

ListFramer::ListFramer(std::size_t max_item, OnItem on_item, OnTooLarge on_too_large)
    : state_(new State{.max_item = max_item, .on_item = std::move(on_item), .on_too_large = std::move(on_too_large)}) {}

ListFramer::~ListFramer() = default;
ListFramer::ListFramer(ListFramer&&) noexcept = default;

Result<void> ListFramer::feed(std::string_view chunk) {
  state_->chunk = chunk;
  state_->position = 0;
  while (!state_->failed && state_->position < chunk.size()) state_->step();
  state_->chunk = {};
  if (state_->failed) return *state_->failed;
  return {};
}

Result<ListMeta> ListFramer::finish() {
  if (state_->failed) return *state_->failed;
  if (state_->at != At::end) return not_a_list("it was cut short");
  if (!state_->items_seen) return not_a_list("it has no items");
  return state_->meta;
}

}  // namespace k8s
