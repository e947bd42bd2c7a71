#pragma once

#include <cstddef>
#include <string_view>

/// Finding where things end in JSON text without reading it. Internal to this box.
namespace k8s::json {

[[nodiscard]] inline bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Finds the end of one string, whose opening quote has been taken; resumes where the last chunk ended.
class StringScanner {
 public:
  /// Looks at `text` from `at` on. The position behind the closing quote, or npos: more text is needed.
  [[nodiscard]] std::size_t find_end(std::string_view text, std::size_t at);
  /// The next character belongs to a backslash.
  [[nodiscard]] bool escaped() const { return escaped_; }

 private:
  bool escaped_ = false;  ///< the last chunk ended with a backslash
};

/// Finds the end of one value: a string, a bracketed one (counting brackets outside of strings) or a bare word. It does
/// not judge what is inside.
class ValueScanner {
 public:
  /// As for strings; the first call sees the value's first character at `at`. A bare word ends in front of what cannot
  /// belong to it.
  [[nodiscard]] std::size_t find_end(std::string_view text, std::size_t at);

 private:
  [[nodiscard]] std::size_t find_closing(std::string_view text, std::size_t at);
  [[nodiscard]] std::size_t find_closing_bytewise(std::string_view text, std::size_t at);
  [[nodiscard]] std::size_t skip_quickly(std::string_view text, std::size_t at);
  [[nodiscard]] std::size_t find_word_end(std::string_view text, std::size_t at) const;

  enum class Kind { unknown, string, nested, word };
  Kind kind_ = Kind::unknown;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  StringScanner string_;
};

}  // namespace k8s::json
