#pragma once

#include <algorithm>

#include "k8s/json/shape.hpp"
#include "k8s/model/bounds.hpp"

/// Shapes that read no more than k8s/model/bounds.hpp says. Internal to this box. Parameters of a class are not among
/// them: the API server itself bounds them (512 of them, 256 KiB), and one that was cut would mean something else.
namespace k8s::json {

inline std::string cut(std::string_view text) {
  return std::string(text.substr(0, bounds::text));
}

inline constexpr Shape bounded_text = {.expected = "a string", .scalar = [](void* target, std::string_view, Scalar v) {
                                         if (v.kind == Token::text) as<std::string>(target) = cut(v.text);
                                         return v.kind == Token::text;
                                       }};

inline constexpr Shape bounded_value = {.expected = "a string",
                                        .scalar = [](void* target, std::string_view key, Scalar v) {
                                          if (v.kind != Token::text) return false;
                                          as<StringMap>(target).insert_or_assign(std::string(key), cut(v.text));
                                          return true;
                                        }};

/// A StringMap whose values are cut. Its keys are Kubernetes names, which are short.
inline constexpr Shape bounded_map = {.expected = "an object",
                                      .open_object = [](void* target, std::string_view) -> Step {
                                        return {&bounded_map, target};
                                      },
                                      .member = [](void* target, std::string_view) -> Step {
                                        return {&bounded_value, target};
                                      }};

/// The first elements of a list, each read by `shape`; the others are skipped.
template <class T, Shape const& shape>
inline constexpr Shape bounded_list = {.expected = "an array",
                                       .open_array = [](void* target) -> Step {
                                         as<std::vector<T>>(target).clear();  // given twice: the last one counts
                                         return {&bounded_list<T, shape>, target};
                                       },
                                       .element = [](void* target) -> Step {
                                         auto& list = as<std::vector<T>>(target);
                                         if (list.size() >= bounds::list) return {};
                                         return {&shape, &list.emplace_back()};
                                       }};

inline constexpr Shape const& bounded_texts = bounded_list<std::string, bounded_text>;

/// One access mode, read into the list of them.
inline constexpr Shape access_mode = {
    .expected = "a string", .scalar = [](void* target, std::string_view, Scalar v) {
      if (v.kind != Token::text) return false;
      auto& modes = as<std::vector<std::string>>(target);
      bool const another = std::find(modes.begin(), modes.end(), v.text) == modes.end();
      if (modes.size() < bounds::access_modes || (another && modes.size() < bounds::list)) modes.push_back(cut(v.text));
      return true;
    }};

inline constexpr Shape access_modes = {.expected = "an array",
                                       .open_array = [](void* target) -> Step {
                                         as<std::vector<std::string>>(target).clear();
                                         return {&access_modes, target};
                                       },
                                       .element = [](void* target) -> Step {
                                         return {&access_mode, target};
                                       }};

}  // namespace k8s::json
