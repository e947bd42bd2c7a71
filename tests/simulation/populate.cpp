#include "tests/simulation/populate.hpp"

#include <fmt/format.h>

#include <utility>

namespace nfs::simulation {
namespace {

constexpr std::string_view populators = "populators";

}  // namespace

Populate::Populate(VolumeDesk desk, ClaimKey key, std::string uid, std::string storage_class)
    : desk_(desk),
      key_(std::move(key)),
      uid_(std::move(uid)),
      storage_class_(std::move(storage_class)),
      own_{std::string(populators), "prime-" + uid_} {}

/// It is still to be filled: nobody has given it a volume meanwhile.
bool Populate::is_needed(std::optional<k8s::Claim> const& wanted) const {
  return wanted && !wanted->meta.deleting() && (stage_ == Stage::end || wanted->volume_name.empty());
}

bool Populate::ready() const {
  auto const wanted = desk_.claim(key_, uid_);
  auto const own = desk_.claim(own_, own_uid_);
  bool const needed = is_needed(wanted);
  if (stage_ == Stage::own_claim || !own || !needed) return true;
  if (stage_ == Stage::fill) return own->phase == "Bound";
  return stage_ != Stage::end || (own->phase == "Lost" && wanted->phase == "Bound");
}

bool Populate::step() {
  auto const wanted = desk_.claim(key_, uid_);
  auto const own = desk_.claim(own_, own_uid_);
  bool const needed = is_needed(wanted);
  if (stage_ == Stage::own_claim) return needed && make_own_claim();
  if (!own || own->meta.deleting()) return false;
  if (!needed || stage_ == Stage::end) {
    desk_.remove_claim(own_, own_uid_);
    return false;
  }
  if (stage_ == Stage::point) return point(*own);
  (void)desk_.oracle().write_token(own_uid_);
  stage_ = Stage::point;
  return true;
}

bool Populate::make_own_claim() {
  auto& scene = desk_.scene();
  if (!scene.server.find<k8s::Namespace>({{}, own_.name_space})) {
    k8s::Namespace made;
    made.meta.name = own_.name_space;
    made.meta.uid = "namespace-of-populators";
    scene.server.put(made);
  }
  if (!desk_.is_free(own_)) return false;
  own_uid_ = desk_.make_claim(own_, storage_class_, {});
  stage_ = Stage::fill;
  return true;
}

bool Populate::point(k8s::Claim const& own) {
  auto const volume = desk_.scene().server.find<k8s::Volume>({{}, own.volume_name});
  bool const as_bound = volume && volume->claim_ref && volume->claim_ref->uid == own_uid_ && !volume->meta.deleting();
  auto const* facts = desk_.oracle().truth().volume(own.volume_name);
  if (!as_bound || desk_.is_used(facts->path, own.volume_name)) {
    desk_.remove_claim(own_, own_uid_);
    return false;
  }
  auto& hands = desk_.scene().hands;
  hands.given[own.volume_name].insert(uid_);
  hands.gave.insert(own_uid_);
  desk_.patch_spec(*volume,
                   fmt::format(R"("claimRef":{{"namespace":"{}","name":"{}","uid":"{}","resourceVersion":null}})",
                               key_.name_space, key_.name, uid_));
  stage_ = Stage::end;
  return true;
}

}  // namespace nfs::simulation
