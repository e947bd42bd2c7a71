#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "k8s/model/object_meta.hpp"
#include "k8s/model/shared_texts.hpp"

/// Values in few bytes, for those of which there are many. What many have is kept once (SharedTexts), uids and versions
/// are numbers, and what is empty takes one byte. For the memory of one process: the form is no format.
namespace k8s {

/// Writes the fields of an object one after the other. Holds the shared texts that it writes down.
class Packer {
 public:
  explicit Packer(SharedTexts& shared) : shared_(shared) {}

  void text(std::string_view text);    ///< that this object alone has
  void shared(std::string_view text);  ///< that many objects have
  void number(std::uint64_t number);
  void flag(bool flag) { number(flag ? 1 : 0); }
  /// An enumerator, or a duration.
  template <class T>
  void value(T const& value) {
    if constexpr (std::is_enum_v<T>) {
      number(static_cast<std::uint64_t>(value));
    } else {
      number(static_cast<std::uint64_t>(value.count()));
    }
  }
  void map(StringMap const& map);  ///< keys are shared, and values that many have
  template <class List>
  void size(List const& list) {
    number(list.size());
  }
  template <class T, class Each>
  void maybe(std::optional<T> const& value, Each each) {
    flag(value.has_value());
    if (value) each(*value);
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  SharedTexts& shared_;
  std::string bytes_;
};

/// Reads them again, in the same order.
class Unpacker {
 public:
  Unpacker(SharedTexts const& shared, std::string_view bytes) : shared_(shared), bytes_(bytes) {}

  void text(std::string& text);
  void shared(std::string& text) { this->text(text); }
  [[nodiscard]] std::uint64_t number();
  void flag(bool& flag) { flag = number() != 0; }
  template <class T>
  void value(T& value) {
    value = static_cast<T>(number());
  }
  void map(StringMap& map);
  template <class List>
  void size(List& list) {
    list.resize(number());
  }
  template <class T, class Each>
  void maybe(std::optional<T>& value, Each each) {
    if (number() != 0) each(value.emplace());
  }

 private:
  SharedTexts const& shared_;
  std::string_view bytes_;
};

/// What a Packer wrote is needed no more.
void release(std::string_view bytes, SharedTexts& shared);

}  // namespace k8s
