#include "k8s/json/scan.hpp"

#include <algorithm>

#include "k8s/json/brackets.hpp"

namespace k8s::json {

constexpr auto npos = std::string_view::npos;
// So many are looked at one by one where many at a time cannot be.
constexpr std::size_t bytewise = 16;

std::size_t StringScanner::find_end(std::string_view text, std::size_t at) {
  if (at < text.size() && escaped_) {
    escaped_ = false;
    ++at;
  }
  for (; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] != '\\') continue;
    ++at;
    escaped_ = at == text.size();
  }
  return npos;
}

std::size_t ValueScanner::find_end(std::string_view text, std::size_t at) {
  if (at >= text.size()) return npos;
  if (kind_ == Kind::unknown) {
    char const first = text[at];
    bool const opens = first == '{' || first == '[';
    kind_ = first == '"' ? Kind::string : opens ? Kind::nested : Kind::word;
    if (kind_ == Kind::string) ++at;
  }
  switch (kind_) {
    case Kind::string:
      return string_.find_end(text, at);
    case Kind::nested:
      return find_closing(text, at);
    default:
      return find_word_end(text, at);
  }
}

std::size_t ValueScanner::find_closing(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (!string_.escaped()) at = skip_quickly(text, at);
    auto const until = std::min(text.size(), at + bytewise);
    auto const end = find_closing_bytewise(text.substr(0, until), at);
    if (end != npos) return end;
    at = until;
  }
  return npos;
}

std::size_t ValueScanner::skip_quickly(std::string_view text, std::size_t at) {
  Nesting nesting{depth_, in_string_};
  at = count_brackets(text, at, nesting);
  depth_ = nesting.depth;
  in_string_ = nesting.in_string;
  return at;
}

std::size_t ValueScanner::find_closing_bytewise(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (in_string_) {
      at = string_.find_end(text, at);
      if (at == npos) return npos;
      in_string_ = false;
      continue;
    }
    switch (text[at++]) {
      case '"':
        in_string_ = true;
        break;
      case '{':
      case '[':
        ++depth_;
        break;
      case '}':
      case ']':
        if (--depth_ == 0) return at;
        break;
      default:
        break;
    }
  }
  return npos;
}

std::size_t ValueScanner::find_word_end(std::string_view text, std::size_t at) const {
  for (; at < text.size(); ++at) {
    char const c = text[at];
    if (is_space(c) || std::string_view(",:\"[]{}").find(c) != npos) return at;
  }
  return npos;
}

}  // namespace k8s::json
