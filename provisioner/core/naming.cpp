#include "provisioner/core/naming.hpp"

#include <algorithm>
#include <cstddef>

#include "k8s/text/hash.hpp"
#include "k8s/text/hexadecimal.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

constexpr std::size_t longest_name = 255;  // NAME_MAX

/// It need not withstand an attack: what makes a name unique is the volume's name, which the cluster gives; the hash
/// only tells apart what was cut off.
std::string hash_of(std::string_view text) {
  return k8s::hexadecimal(k8s::hash_of(text), 16);
}

std::string joined(std::string_view left, std::string_view middle, std::string_view right) {
  std::string result(left);
  return result.append("-").append(middle).append("-").append(right);
}

bool is_unfit(char byte) {
  return byte == '/' || is_control(byte);
}

// Not by the locale.
bool is_alphanumeric(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

bool is_name(std::string_view text, std::size_t longest, std::string_view inside) {
  if (text.empty() || text.size() > longest) return false;
  if (!is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::ranges::all_of(text, [&](char c) { return is_alphanumeric(c) || inside.find(c) != inside.npos; });
}

bool is_subdomain(std::string_view text) {
  if (text.size() > 253) return false;
  while (true) {
    auto const dot = text.find('.');
    if (!is_name(text.substr(0, dot), 253, "-")) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_qualified_name(std::string_view text) {
  auto const slash = text.find('/');
  if (slash == text.npos) return is_name(text, 63, "-_.");
  return is_subdomain(text.substr(0, slash)) && is_name(text.substr(slash + 1), 63, "-_.");
}

std::string volume_name(k8s::Claim const& claim) {
  return "pvc-" + claim.meta.uid;
}

std::string_view claim_uid_in(std::string_view volume_name) {
  constexpr std::string_view prefix = "pvc-";
  return volume_name.starts_with(prefix) ? volume_name.substr(prefix.size()) : std::string_view{};
}

std::string default_directory(k8s::Claim const& claim) {
  return joined(claim.meta.name_space, claim.meta.name, volume_name(claim));
}

std::string archive_name(std::string_view name_space, std::string_view claim, std::string_view volume) {
  std::string const prefix(names::archive_prefix);
  auto const whole = joined(name_space, claim, volume);
  // A claimRef is whatever its writer put there: a slash in it must not lead out of the root.
  bool const fit = std::ranges::none_of(whole, is_unfit);
  if (fit && prefix.size() + whole.size() <= longest_name) return prefix + whole;

  auto const hash = hash_of(whole);
  auto const room = longest_name - prefix.size() - hash.size() - 2;
  auto const kept = volume.substr(volume.size() - std::min(volume.size(), room));
  auto const front = (std::string(name_space) + "-").append(claim).substr(0, room - kept.size());
  auto result = prefix + joined(front, hash, kept);
  std::ranges::replace_if(result, is_unfit, '_');
  return result;
}

}  // namespace nfs
