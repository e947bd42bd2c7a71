#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace nfs::test {

/// A class that both clusters have, and what holds for its claims. The claims are named after it: "restored-17".
struct Kind {
  std::string_view class_name;
  bool deletes = false;     ///< its policy is delete, else archive
  bool comes_back = false;  ///< what a claim left is there again for the next one of its name
  bool one_of_two = false;  ///< equal claims of both clusters want one directory
};

// churn.sh makes the classes.
inline constexpr std::array kinds = {
    Kind{.class_name = "unique"},
    Kind{.class_name = "by-cluster", .deletes = true},
    Kind{.class_name = "restored", .comes_back = true},
    Kind{.class_name = "by-name", .deletes = true, .one_of_two = true},
    Kind{.class_name = "chart", .comes_back = true, .one_of_two = true},
};

[[nodiscard]] inline Kind const& kind_of_claim(std::string_view claim) {
  for (auto const& kind : kinds)
    if (claim.starts_with(std::string(kind.class_name) + "-")) return kind;
  throw std::runtime_error{"a claim of no kind: " + std::string(claim)};
}

}  // namespace nfs::test
