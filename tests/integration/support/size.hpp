#pragma once

#include <cstdlib>
#include <string>

namespace nfs::test {

/// How much a test does: what the variable `name` says, else the full size under SOAK, else the usual one.
[[nodiscard]] inline int size_from(char const* name, int usual, int full) {
  if (auto const* const given = std::getenv(name)) return std::stoi(given);
  return std::getenv("SOAK") == nullptr ? usual : full;
}

}  // namespace nfs::test
