#include "provisioner/controller/class_answers.hpp"

#include <utility>

#include "k8s/model/resource_version.hpp"

namespace nfs {
namespace {

bool is_same(ClassPointer const& left, ClassPointer const& right) {
  if (!left || !right) return left == right;
  return left->meta.uid == right->meta.uid && left->meta.resource_version == right->meta.resource_version;
}

}  // namespace

std::optional<ClassPointer> ClassAnswers::find(k8s::Claim const& claim, ClassPointer const& watched) const {
  auto const version = k8s::version_number(claim.meta.resource_version);
  if (!version) return std::nullopt;
  auto const now = view_.known_claims();
  k8s::MutexLock const lock(mutex_);
  auto const at = known_.find(k8s::class_name(claim));
  if (at == known_.end()) return std::nullopt;
  auto const& [asked, answer] = at->second;
  // Where all claims were listed anew, etcd may have been restored from a backup, and versions are given once more.
  if (asked.claims.lists != now.lists || *version > asked.claims.newest) return std::nullopt;
  if (!is_same(watched, asked.watched) && !is_same(watched, answer)) return std::nullopt;
  return answer;
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
