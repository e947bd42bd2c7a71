#include "provisioner/controller/class_answers.hpp"

#include <utility>

namespace nfs {

std::optional<ClassPointer> ClassAnswers::find(k8s::Claim const& claim, ClassPointer const& watched) const {
  auto const now = view_.known_claims();
  k8s::MutexLock const lock(mutex_);
  auto const at = known_.find(k8s::class_name(claim));
  if (at == known_.end()) return std::nullopt;
  auto const& [asked, answer] = at->second;
  if (!was_known(view_.first_version(claim), asked.claims, now)) return std::nullopt;
  bool const unchanged =
      is_same_state(watched.get(), asked.watched.get()) || is_same_state(watched.get(), answer.get());
  return unchanged ? std::optional(answer) : std::nullopt;
}

void ClassAnswers::keep(std::string const& name, Asked asked, ClassPointer answer) {
  k8s::MutexLock const lock(mutex_);
  auto const at = known_.find(name);
  // Another worker may have asked later and been answered before.
  bool const older = at != known_.end() && at->second.asked.claims.lists == asked.claims.lists &&
                     at->second.asked.claims.newest > asked.claims.newest;
  if (!older) known_.insert_or_assign(name, Known{std::move(asked), std::move(answer)});
}

}  // namespace nfs
