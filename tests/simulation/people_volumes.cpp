#include "tests/simulation/people_volumes.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/core/naming.hpp"
#include "tests/simulation/apply_again.hpp"
#include "tests/simulation/give_away.hpp"
#include "tests/simulation/populate.hpp"

namespace nfs::simulation {
namespace {

std::vector<std::string> const namespaces{"team-a", "team-a", "team-a", "team-b", "team-b"};
std::vector<std::string> const receivers{"app", "app", "web", "db"};
std::vector<std::string> const filled{"web", "web", "db"};
std::vector<std::string> const class_names{"main", "main", "main", "other"};

/// A claim that had a volume from others comes back, and asks for one of its own.
class ComeBack final : public Errand {
 public:
  ComeBack(VolumeDesk desk, k8s::Claim const& claim)
      : desk_(desk), key_{claim.meta.name_space, claim.meta.name}, storage_class_(k8s::class_name(claim)) {}

  [[nodiscard]] bool ready() const override { return !desk_.claim(key_); }
  [[nodiscard]] bool step() override {
    if (desk_.is_free(key_)) desk_.make_claim(key_, storage_class_, {});
    return false;
  }

 private:
  VolumeDesk desk_;
  ClaimKey key_;
  std::string storage_class_;
};

}  // namespace

bool VolumePeople::act(Op const& op) {
  Dice dice(op.dice);
  switch (op.kind) {
    case OpKind::give_away:
      give_away(dice);
      return true;
    case OpKind::apply_again:
      apply_again(dice);
      return true;
    case OpKind::populate:
      populate(dice);
      return true;
    case OpKind::end_handed:
      end_handed(dice);
      return true;
    default:
      return false;
  }
}

bool VolumePeople::has_work() const {
  return std::ranges::any_of(errands_, [](auto const& each) { return each->ready(); });
}

void VolumePeople::step() {
  auto const at = std::ranges::find_if(errands_, [](auto const& each) { return each->ready(); });
  if (at == errands_.end()) return;
  auto errand = std::move(*at);
  errands_.erase(at);
  if (errand->step()) errands_.push_back(std::move(errand));
}

/// Those that a claim uses and nobody is about to give away. Where claims of two namespaces meet in one place, or share
/// it, nobody does.
std::vector<VolumeFacts const*> VolumePeople::bound_volumes() const {
  std::vector<VolumeFacts const*> found;
  for (auto const& [name, facts] : oracle_.truth().volumes()) {
    auto const* holder = oracle_.truth().claim(facts.owner.uid);
    bool const bound = facts.exists && facts.last.phase == "Bound" && !facts.last.meta.deleting() &&
                       facts.last.claim_ref && holder != nullptr && holder->live() && holder->bound() &&
                       holder->last.volume_name == name;
    bool const common =
        facts.path.starts_with("common/") || oracle_.truth().ever_shared(facts.last.storage_class_name, true);
    if (bound && !common && !scene_.hands.busy.contains(name)) found.push_back(&facts);
  }
  return found;
}

void VolumePeople::give_away(Dice& dice) {
  auto const volumes = bound_volumes();
  if (volumes.empty()) return;
  auto const& volume = dice.pick(volumes)->last;
  GiveAway::Plan const plan{.to = {dice.pick(namespaces), dice.pick(receivers)},
                            .hasty = dice.chance(30),
                            .reserved = dice.chance(40),
                            .kept = dice.chance(15)};
  errands_.push_back(std::make_unique<GiveAway>(desk_, volume, plan));
}

void VolumePeople::apply_again(Dice& dice) {
  auto volumes = bound_volumes();
  // What does not bear its uid yet cannot be told from a copy of it.
  std::erase_if(volumes,
                [](auto const* each) { return k8s::find(each->last.meta.annotations, names::volume_uid) == nullptr; });
  if (volumes.empty()) return;
  auto const& volume = dice.pick(volumes)->last;
  ApplyAgain::Plan const plan{
      .released = dice.chance(30), .with_claim = dice.chance(50), .retained = dice.chance(40), .kept = dice.chance(15)};
  errands_.push_back(
      std::make_unique<ApplyAgain>(desk_, volume, oracle_.truth().claim(volume.claim_ref->uid)->last, plan));
}

void VolumePeople::populate(Dice& dice) {
  ClaimKey const key{dice.pick(namespaces), dice.pick(filled)};
  auto const& storage_class = dice.pick(class_names);
  if (!desk_.is_free(key) || oracle_.truth().ever_shared(storage_class, true)) return;
  k8s::DataSource const source{.api_group = "example.com", .kind = "Backup", .name = "monday"};
  auto const uid = desk_.make_claim(key, storage_class, {}, source);
  errands_.push_back(std::make_unique<Populate>(desk_, key, uid, storage_class));
}

void VolumePeople::end_handed(Dice& dice) {
  std::vector<k8s::Claim const*> claims;
  for (auto const& [volume, uids] : scene_.hands.given)
    for (auto const& uid : uids)
      if (auto const* claim = oracle_.truth().claim(uid); claim != nullptr && claim->live())
        claims.push_back(&claim->last);
  if (claims.empty()) return;
  auto const claim = *dice.pick(claims);
  desk_.remove_claim({claim.meta.name_space, claim.meta.name}, claim.meta.uid);
  if (dice.chance(70)) errands_.push_back(std::make_unique<ComeBack>(desk_, claim));
}

}  // namespace nfs::simulation
