#include "k8s/json/members.hpp"

#include "k8s/json/scan.hpp"

namespace k8s::json {

std::optional<Members::Member> Members::next() {
  if (!begin_member()) return std::nullopt;
  auto member = take_member();
  at_ = member && member->whole ? At::behind_member : At::nowhere;
  return member;
}

// Whether a member comes next. Takes what stands before it, or the end of the object.
bool Members::begin_member() {
  if (at_ == At::end || at_ == At::nowhere) return false;
  bool const first = at_ == At::start;
  at_ = At::nowhere;
  if (first && !take('{')) return false;
  bool const closes = take('}');
  if (closes) {
    skip_space();
    if (rest_.empty()) at_ = At::end;
    return false;
  }
  return first || take(',');
}

std::optional<Members::Member> Members::take_member() {
  skip_space();
  if (rest_.substr(0, 1) != "\"") return std::nullopt;
  ValueScanner key_scanner;
  auto const key_end = key_scanner.find_end(rest_, 0);
  if (key_end == std::string_view::npos) return std::nullopt;
  auto const key = rest_.substr(0, key_end);
  rest_.remove_prefix(key_end);
  if (!take(':')) return std::nullopt;
  skip_space();
  ValueScanner value_scanner;
  auto const end = value_scanner.find_end(rest_, 0);
  if (end == 0 || rest_.empty()) return std::nullopt;
  auto const value = rest_.substr(0, end);
  rest_.remove_prefix(value.size());
  return Member{key, value, end != std::string_view::npos};
}

bool Members::take(char c) {
  skip_space();
  if (rest_.substr(0, 1) != std::string_view(&c, 1)) return false;
  rest_.remove_prefix(1);
  return true;
}

void Members::skip_space() {
  while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
}

}  // namespace k8s::json
