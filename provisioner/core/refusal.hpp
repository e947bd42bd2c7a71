#pragma once

#include <string>
#include <variant>

namespace nfs {

/// Why something asked for is not done: one line for the person who asked, naming the object or key that is at fault
/// and what to do. Not to be tried again until what it names has changed.
struct Refusal {
  std::string message;
  bool operator==(Refusal const&) const = default;
};

/// A value, or the reason why there is none.
template <class T>
using OrRefusal = std::variant<T, Refusal>;

}  // namespace nfs
