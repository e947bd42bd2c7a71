#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace k8s {

/// Texts that many objects have, as classes and servers: each is kept once, as long as somebody holds it. Not
/// thread-safe.
class SharedTexts {
 public:
  using Number = std::uint32_t;

  SharedTexts() = default;
  SharedTexts(SharedTexts const&) = delete;
  SharedTexts& operator=(SharedTexts const&) = delete;

  /// The number that `text` has until as many release() as hold() were called for it.
  [[nodiscard]] Number hold(std::string_view text);
  void release(Number number);
  /// Whether many have `text`, as far as can be told: somebody holds it, or this was asked for it over and over lately.
  /// Each question counts as one more that has it. For texts of which most objects have their own, as paths, and some
  /// have the same, as the id of an export.
  [[nodiscard]] bool is_common(std::string_view text);
  /// Of a number that is held.
  [[nodiscard]] std::string const& at(Number number) const { return entries_[number].text; }
  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  struct Entry {
    std::string text;
    std::uint32_t holders = 0;
  };
  /// How often a text was asked for since another one took its place.
  struct Asked {
    std::uint64_t hash = 0;
    std::uint32_t times = 0;
  };
  static constexpr std::size_t places = 256;

  std::deque<Entry> entries_;  // by number; never moved, since the keys below point into them
  std::vector<Number> free_;   // numbers that nobody holds
  std::unordered_map<std::string_view, Number> numbers_;
  std::array<Asked, places> asked_;  // by the text's hash
};

}  // namespace k8s
