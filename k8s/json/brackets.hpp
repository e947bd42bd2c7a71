#pragma once

#include <cstddef>
#include <string_view>

/// Internal to this box.
namespace k8s::json {

/// How deep a text is nested so far, and whether its last character stands in a string.
struct Nesting {
  std::size_t depth = 0;
  bool in_string = false;
};

/// Counts brackets outside of strings from `at` on, many bytes at a time, and stops early: before a backslash, before
/// the bracket that may bring the depth to 0, or near the end. Returns the position where the caller goes on byte by
/// byte; `nesting` is what holds there. Where the processor has no such instructions: `at`.
[[nodiscard]] std::size_t count_brackets(std::string_view text, std::size_t at, Nesting& nesting);

}  // namespace k8s::json
