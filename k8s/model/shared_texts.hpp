#pragma once

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
  /// Of a number that is held.
  [[nodiscard]] std::string const& at(Number number) const { return entries_[number].text; }
  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  struct Entry {
    std::string text;
    std::uint32_t holders = 0;
  };

  std::deque<Entry> entries_;  // by number; never moved, since the keys below point into them
  std::vector<Number> free_;   // numbers that nobody holds
  std::unordered_map<std::string_view, Number> numbers_;
};

}  // namespace k8s
