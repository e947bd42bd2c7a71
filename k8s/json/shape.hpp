#pragma once

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "k8s/model/object_meta.hpp"

/// Which places of a document go where. A kind is a table of fields; a table is data, made at compile time:
///   constexpr std::array status_fields = {at<&Status::code>("code"), within<details_fields>("details")};
/// Internal to this box. Targets are typed when a table is made (at<>) and untyped while a document is walked.
namespace k8s::json {

enum class Token { text, number, boolean };

/// `text` is the unescaped string, the number as written, or "true"/"false"; good during the call alone.
struct Scalar {
  Token kind;
  std::string_view text;
};

struct Shape;

/// Where the next value goes. Without a shape it is skipped, whatever it is.
struct Step {
  Shape const* shape = nullptr;
  void* target = nullptr;
};

/// What may stand at a place, and what becomes of it. A null function: such a value may not stand here.
struct Shape {
  std::string_view expected = {};                                              ///< for the error: "a string"
  bool (*scalar)(void* target, std::string_view key, Scalar value) = nullptr;  ///< false: may not stand here
  Step (*open_object)(void* target, std::string_view key) = nullptr;           ///< who takes its members
  Step (*open_array)(void* target) = nullptr;                                  ///< who takes its elements
  Step (*member)(void* target, std::string_view key) = nullptr;
  Step (*element)(void* target) = nullptr;
  bool lenient = false;  ///< what may not stand here is skipped
};

struct Field {
  std::string_view name;
  Step (*step)(void* owner);
};

template <class T>
T& as(void* target) {
  return *static_cast<T*>(target);
}

template <class T>
struct ShapeOf;

template <class T>
inline constexpr Shape shape_of = ShapeOf<T>::make();

/// An object whose members are those of `table`; the target stays the same.
template <auto const& table>
inline constexpr Shape record = {.expected = "an object",
                                 .open_object = [](void* target, std::string_view) -> Step {
                                   return {&record<table>, target};
                                 },
                                 .member = [](void* target, std::string_view key) -> Step {
                                   for (Field const& field : table) {
                                     if (field.name == key) return field.step(target);
                                   }
                                   return {};
                                 }};

template <>
struct ShapeOf<std::string> {
  static constexpr Shape make() {
    return {.expected = "a string", .scalar = [](void* target, std::string_view, Scalar value) {
              if (value.kind == Token::text) as<std::string>(target) = value.text;
              return value.kind == Token::text;
            }};
  }
};

template <>
struct ShapeOf<bool> {
  static constexpr Shape make() {
    return {.expected = "a boolean", .scalar = [](void* target, std::string_view, Scalar value) {
              as<bool>(target) = value.text == "true";
              return value.kind == Token::boolean;
            }};
  }
};

template <>
struct ShapeOf<int> {
  static constexpr Shape make() {
    return {.expected = "a whole number", .scalar = [](void* target, std::string_view, Scalar value) {
              auto const* end = value.text.data() + value.text.size();
              auto const [stop, error] = std::from_chars(value.text.data(), end, as<int>(target));
              return value.kind == Token::number && error == std::errc{} && stop == end;
            }};
  }
};

inline constexpr Shape map_value = {.expected = "a string", .scalar = [](void* target, std::string_view key, Scalar v) {
                                      if (v.kind != Token::text) return false;
                                      as<StringMap>(target).insert_or_assign(std::string(key), std::string(v.text));
                                      return true;
                                    }};

inline constexpr Shape string_map = {.expected = "an object",
                                     .open_object = [](void* target, std::string_view) -> Step {
                                       return {&string_map, target};
                                     },
                                     .member = [](void* target, std::string_view) -> Step {
                                       return {&map_value, target};
                                     }};

template <>
struct ShapeOf<StringMap> {
  static constexpr Shape make() { return string_map; }
};

template <class T>
struct ShapeOf<std::vector<T>> {
  static constexpr Shape make() {
    return {.expected = "an array",
            .open_array = [](void* target) -> Step {
              as<std::vector<T>>(target).clear();  // a member given twice: the last one counts
              return {&shape_of<std::vector<T>>, target};
            },
            .element = [](void* target) -> Step {
              return {&shape_of<T>, &as<std::vector<T>>(target).emplace_back()};
            }};
  }
};

template <class T>
struct ShapeOf<std::optional<T>> {
  static bool scalar(void* target, std::string_view key, Scalar value) {
    return shape_of<T>.scalar(&as<std::optional<T>>(target).emplace(), key, value);
  }
  static Step open_object(void* target, std::string_view key) {
    return shape_of<T>.open_object(&as<std::optional<T>>(target).emplace(), key);
  }
  static constexpr Shape make() {
    // By type: with -fsanitize=undefined GCC does not take a comparison of function pointers for constant.
    constexpr bool is_scalar = std::is_same_v<T, std::string> || std::is_arithmetic_v<T>;
    if constexpr (is_scalar) return {.expected = shape_of<T>.expected, .scalar = &scalar};
    return {.expected = shape_of<T>.expected, .open_object = &open_object};
  }
};

template <auto first, auto...>
struct OwnerOf;
template <class Owner, class Member, Member Owner::*first, auto... rest>
struct OwnerOf<first, rest...> {
  using type = Owner;
};

template <auto... path>
auto& follow(void* owner) {
  return (as<typename OwnerOf<path...>::type>(owner).*....*path);
}

/// The member that `path` leads to, read by its own type.
template <auto... path>
constexpr Field at(std::string_view name) {
  return {name, [](void* owner) -> Step {
            auto& member = follow<path...>(owner);
            return {&shape_of<std::remove_reference_t<decltype(member)>>, &member};
          }};
}

/// The member that `path` leads to, read by `shape`.
template <Shape const& shape, auto... path>
constexpr Field at_as(std::string_view name) {
  return {name, [](void* owner) -> Step { return {&shape, &follow<path...>(owner)}; }};
}

/// A nested object whose fields belong to the same owner.
template <auto const& table>
constexpr Field within(std::string_view name) {
  return {name, [](void* owner) -> Step { return {&record<table>, owner}; }};
}

/// Known, and of no interest.
constexpr Field ignored(std::string_view name) {
  return {name, [](void*) -> Step { return {}; }};
}

/// A quantity: the server writes strings, people write numbers too. Kept verbatim.
inline constexpr Shape quantity_text = {.expected = "a quantity",
                                        .scalar = [](void* target, std::string_view, Scalar v) {
                                          if (v.kind != Token::boolean) as<std::string>(target) = v.text;
                                          return v.kind != Token::boolean;
                                        }};

/// Whether an object stands here at all, be it empty.
inline constexpr Shape presence = {.expected = "an object", .open_object = [](void* target, std::string_view) -> Step {
                                     as<bool>(target) = true;
                                     return {};
                                   }};

}  // namespace k8s::json
