#pragma once

#include <string_view>

#include "k8s/base/error.hpp"
#include "k8s/json/shape.hpp"

namespace k8s::json {

/// Walks `text`, which must be one complete JSON object, and hands what stands in it to `root`. Errors are of kind
/// protocol and name the place. Numbers that a double cannot hold are refused, also where nobody asks for them.
/// What stands in `managedFields` is not looked at, nor whether it is JSON.
/// What is read is as deep as the tables of fields. What is skipped may be nested as deep as it likes: the thread's
/// stack does not grow with it, and each level takes 8 bytes of heap until the end, so at most 8 times `text`.
[[nodiscard]] Result<void> walk(std::string_view text, Step root);

/// The same for a document of its own type.
template <auto const& table, class T>
[[nodiscard]] Result<T> read_record(std::string_view text) {
  T value;
  auto const done = walk(text, {&record<table>, &value});
  if (done.has_error()) return done.error();
  return value;
}

}  // namespace k8s::json
