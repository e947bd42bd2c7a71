#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/places.hpp"

namespace nfs::simulation {

void Oracle::check_claims() {
  for (auto const& [uid, claim] : truth_.claims())
    if (!scene_.restored.contains(uid)) check_claim(claim);
  for (auto const& [name, one] : truth_.volumes()) {
    auto const* holder = bound_holder_of(name, one);
    if (holder == nullptr) continue;
    check_directory(*holder, one);
    for (auto const& [other_name, other] : truth_.volumes()) {
      if (other_name <= name || !overlaps(one.path, other.path)) continue;
      auto const* rival = bound_holder_of(other_name, other);
      if (rival == nullptr) continue;
      bool const shared = one.path == other.path && may_share(*holder, *rival);
      if (!shared && !scene_.landed_late)
        scene_.broken("no directory serves two claims",
                      fmt::format("{} and {} have {} and {}", claim_text(holder->last), claim_text(rival->last),
                                  one.path, other.path));
    }
  }
}

void Oracle::check_claim(ClaimFacts const& claim) {
  if (!claim.exists || claim.last.volume_name.empty()) return;
  // People have given its volume to another one; or it names one that is to be given to it.
  if (scene_.hands.gave.contains(claim.last.meta.uid)) return;
  if (!claim.was_bound && scene_.hands.gave_to(claim.last.volume_name, claim.last.meta.uid)) return;
  auto const* volume = truth_.volume(claim.last.volume_name);
  bool const made_for_it =
      volume != nullptr && volume->last.claim_ref && volume->last.claim_ref->uid == claim.last.meta.uid;
  if (!made_for_it)
    return scene_.broken("a claim is bound to the volume made for it",
                         claim_text(claim.last) + " has " + claim.last.volume_name);
  if (claim.last.phase == "Bound" && !volume->exists)
    return scene_.broken("a bound claim keeps its volume", claim_text(claim.last) + ": its volume is gone");
  if (claim.last.phase == "Lost" && scene_.lag_is_bounded && volume->exists)
    scene_.broken("no claim is called Lost", claim_text(claim.last));
}

void Oracle::check_directory(ClaimFacts const& claim, VolumeFacts const& volume) {
  // Two processes that act at once know of each other only by watches that lag: one may move away what the other has
  // just given to a claim. Moved, not removed.
  if (landed_late()) return check_sight(claim, volume.path);
  if (!scene_.files.status(volume.path).has_value())
    return scene_.broken("a bound claim has its directory", claim_text(claim.last) + " has none at " + volume.path);
  for (auto const& [name, token] : tokens_)
    if (token.claim_uid == claim.last.meta.uid && !lies_below(token.path, volume.path))
      return scene_.broken("a bound claim sees its data",
                           fmt::format("{} of {} is at {}", name, claim_text(claim.last), token.path));
  check_sight(claim, volume.path);
}

void Oracle::check_sight(ClaimFacts const& claim, std::string const& directory) {
  for (auto& [name, token] : tokens_) {
    if (!lies_below(token.path, directory) || token.claim_uid == claim.last.meta.uid || token.kept) continue;
    if (scene_.landed_late && (!token.archived || of_namespace(claim, token))) continue;  // both were given the place
    bool const ours = may_see(claim, token);
    if (!ours)
      return scene_.broken("no claim sees data of another",
                           fmt::format("{} sees {}", claim_text(claim.last), describe(name, token)));
    token.owner = claim.last.meta.uid;
    token.volume = claim.last.volume_name;
    token.archived = false;
  }
}

/// By the class of either: who came first was not asked. A volume may have been given to a claim of another namespace
/// since, or before the program heard of it.
bool Oracle::may_share(ClaimFacts const& one, ClaimFacts const& other) const {
  auto const namespaces = truth_.namespaces_of(one);
  bool const same =
      std::ranges::any_of(truth_.namespaces_of(other), [&](auto const& uid) { return namespaces.contains(uid); });
  return truth_.ever_shared(k8s::class_name(one.last), same) || truth_.ever_shared(k8s::class_name(other.last), same);
}

bool Oracle::of_namespace(ClaimFacts const& claim, Token const& token) const {
  auto const* owner = truth_.claim(token.owner);
  return owner != nullptr && owner->namespace_uid == claim.namespace_uid;
}

bool Oracle::may_see(ClaimFacts const& claim, Token const& token) const {
  auto const* owner = truth_.claim(token.owner);
  bool const crosses = claim.asked_to_restore && truth_.ever_crossed(k8s::class_name(claim.last));
  if (owner == nullptr) return crosses;  // upstream's
  if (may_share(claim, *owner)) return true;
  return owner->last.meta.name_space == claim.last.meta.name_space && owner->last.meta.name == claim.last.meta.name &&
         (owner->namespace_uid == claim.namespace_uid || !token.archived || crosses);
}

}  // namespace nfs::simulation
