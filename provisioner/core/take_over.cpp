#include "provisioner/core/take_over.hpp"

#include <algorithm>

namespace nfs {
namespace {

constexpr std::string_view verb = "nfs-subdir-provisioner clusters take ";

std::string last_seen(Neighbour const& neighbour) {
  return neighbour.last_seen.empty() ? "never seen alive" : "last seen " + neighbour.last_seen;
}

bool has_same_name(Neighbour const& neighbour, Settings const& settings) {
  return !settings.cluster.name.empty() && neighbour.cluster.name == settings.cluster.name;
}

// One that was seen a moment ago is taken only by who insists.
std::string how(Neighbour const& neighbour, Settings const& settings, k8s::WallTime now) {
  std::string text = std::string(verb) + neighbour.cluster.id;
  if (sign_of_life(neighbour, now) != SignOfLife::silent) text += " --force";
  if (settings.take_over == TakeOver::same_name && has_same_name(neighbour, settings)) {
    text += " (which happens by itself once it was not seen for " + std::to_string(silent_after.count()) + " minutes)";
  }
  return text;
}

bool had_volume_of(Neighbour const& neighbour, k8s::Claim const& claim) {
  auto const& [name_space, name] = std::tie(claim.meta.name_space, claim.meta.name);
  return neighbour.claims.contains({name_space, name, k8s::class_name(claim)}) ||
         neighbour.claims.contains({name_space, name, ""});
}

}  // namespace

SignOfLife sign_of_life(std::string const& heartbeat, bool seen_alive, k8s::WallTime now) {
  auto const last = k8s::from_rfc3339(heartbeat);
  if (last && now - *last >= silent_after) return SignOfLife::silent;
  return seen_alive ? SignOfLife::alive : SignOfLife::unsure;
}

SignOfLife sign_of_life(Neighbour const& neighbour, k8s::WallTime now) {
  return sign_of_life(neighbour.last_seen, neighbour.seen_alive, now);
}

Neighbour const* forerunner_of(k8s::Claim const& claim, Neighbours const& neighbours, k8s::WallTime now) {
  auto const at = std::ranges::find_if(neighbours, [&](Neighbour const& each) {
    return had_volume_of(each, claim) && sign_of_life(each, now) != SignOfLife::alive;
  });
  return at == neighbours.end() ? nullptr : &*at;
}

std::string undecided_text(Neighbour const& forerunner, Settings const& settings, k8s::WallTime now) {
  return "cluster " + to_string(forerunner.cluster) + ", " + last_seen(forerunner) +
         ", which uses the same export, had a volume of a claim of this namespace and name: the claim does not begin "
         "empty before it is decided whether this cluster takes its place; an administrator takes over by: " +
         how(forerunner, settings, now) + "; if both are to go on, set takeOver: never";
}

std::string take_over_hint(Neighbour const& holder, Settings const& settings, k8s::WallTime now) {
  bool const to_decide = settings.take_over != TakeOver::never && sign_of_life(holder, now) != SignOfLife::alive;
  if (!to_decide) return {};
  return "; if that cluster is gone and this one takes its place, an administrator takes over what it has by: " +
         how(holder, settings, now);
}

bool is_taken_by_itself(Neighbour const& neighbour, Settings const& settings, k8s::WallTime now) {
  return settings.take_over == TakeOver::same_name && has_same_name(neighbour, settings) &&
         neighbour.cluster.id != settings.cluster.id && sign_of_life(neighbour, now) == SignOfLife::silent;
}

}  // namespace nfs
