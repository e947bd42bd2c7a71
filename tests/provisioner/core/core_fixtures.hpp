#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "k8s/model/claim.hpp"
#include "provisioner/core/refusal.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs::testing {

/// The claim of the golden vectors: team-a/web, label app=shop, uid UID.
inline k8s::Claim golden_claim(k8s::StringMap annotations = {}) {
  k8s::Claim claim;
  claim.meta.name_space = "team-a";
  claim.meta.name = "web";
  claim.meta.uid = "UID";
  claim.meta.labels = {{"app", "shop"}};
  claim.meta.annotations = std::move(annotations);
  return claim;
}

template <class T>
bool is_refused(OrRefusal<T> const& result) {
  return std::holds_alternative<Refusal>(result);
}

/// The refusal's message; empty if there is a value.
template <class T>
std::string message_of(OrRefusal<T> const& result) {
  auto const* const refusal = std::get_if<Refusal>(&result);
  return refusal == nullptr ? std::string() : refusal->message;
}

/// The path, or "refused: <message>": so that a table shows what went wrong.
inline std::string text_of(OrRefusal<RelativePath> const& result) {
  auto const* const path = std::get_if<RelativePath>(&result);
  return path == nullptr ? "refused: " + message_of(result) : path->text();
}

/// A path that the test knows to be fit. Reserved names are allowed.
inline RelativePath path(std::string_view text) {
  return std::get<RelativePath>(RelativePath::parse_internal(text));
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// One line, of printable ASCII or UTF-8, short enough for an Event.
inline bool is_one_line(std::string_view message) {
  if (message.empty() || message.size() > 1024) return false;
  for (char const byte : message) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) return false;
  }
  return true;
}

}  // namespace nfs::testing
