#include "provisioner/core/trash.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/core/class_parameters.hpp"

namespace nfs {
namespace {

constexpr std::chrono::hours rests_at_least_without_record{1};

/// By age, then by name.
std::vector<RestingTree const*> by_age(std::vector<RestingTree> const& trees) {
  std::vector<RestingTree const*> sorted;
  for (auto const& tree : trees) {
    sorted.push_back(&tree);
  }
  std::ranges::sort(sorted, [](auto const* left, auto const* right) {
    return std::pair(left->since, std::string_view(left->name)) <
           std::pair(right->since, std::string_view(right->name));
  });
  return sorted;
}

}  // namespace

k8s::WallTime rests_until(RestingTree const& tree, std::chrono::seconds setting) {
  auto const frozen = tree.record ? parse_trash_retention(tree.record->retention) : std::nullopt;
  auto const rest = frozen.value_or(std::max<std::chrono::seconds>(setting, rests_at_least_without_record));
  constexpr auto latest = k8s::WallTime::max();
  return latest - tree.since > rest ? tree.since + rest : latest;
}

std::vector<std::string> ended(std::vector<RestingTree> const& trees, std::chrono::seconds setting,
                               k8s::WallTime server_time) {
  std::vector<std::string> names;
  for (auto const* tree : by_age(trees)) {
    if (rests_until(*tree, setting) <= server_time) {
      names.push_back(tree->name);
    }
  }
  return names;
}

std::vector<std::string> oldest_first(std::vector<RestingTree> const& trees) {
  std::vector<std::string> names;
  for (auto const* tree : by_age(trees)) {
    if (!tree->elsewhere) {
      names.push_back(tree->name);
    }
  }
  return names;
}

bool is_short_of_room(std::uint64_t free_bytes, std::uint64_t total_bytes) {
  return total_bytes > 0 && free_bytes < total_bytes / 10;
}

}  // namespace nfs
