#include "provisioner/core/cluster.hpp"

#include <algorithm>

#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_cluster_id(std::string_view text) {
  constexpr std::size_t longest = 63;
  if (text.empty() || text.size() > longest) return false;
  if (!is_letter_or_digit(text.front()) || !is_letter_or_digit(text.back())) return false;
  return std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

std::string const& directory_name(Cluster const& cluster) {
  return is_cluster_id(cluster.name) ? cluster.name : cluster.id;
}

std::string to_string(Cluster const& cluster) {
  return cluster.name.empty() ? cluster.id : quoted(cluster.name) + " (" + cluster.id + ")";
}

}  // namespace nfs
