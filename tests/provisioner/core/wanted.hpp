#pragma once

#include <string>
#include <utility>
#include <variant>

#include "tests/provisioner/core/decision_fixtures.hpp"

namespace nfs::testing {

/// The decision that a test wants. One that does nothing by its reason and the names behind it, never by its text; any
/// other by how text_of() begins.
using Wanted = std::variant<std::string, LeaveAlone, Wait>;

inline bool is_as(Decision const& decision, Wanted const& wanted) {
  if (auto const* leave = std::get_if<LeaveAlone>(&wanted)) {
    auto const* found = std::get_if<LeaveAlone>(&decision);
    return found != nullptr && *found == *leave;
  }
  if (auto const* wait = std::get_if<Wait>(&wanted)) {
    auto const* found = std::get_if<Wait>(&decision);
    return found != nullptr && found->reason == wait->reason && found->for_volume == wait->for_volume;
  }
  return text_of(decision).starts_with(std::get<std::string>(wanted));
}

inline std::string text_of(Wanted const& wanted) {
  if (auto const* text = std::get_if<std::string>(&wanted)) return *text;
  if (auto const* leave = std::get_if<LeaveAlone>(&wanted)) return text_of(Decision{*leave});
  return text_of(Decision{std::get<Wait>(wanted)});
}

}  // namespace nfs::testing
