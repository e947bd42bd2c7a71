#include "provisioner/service/waiting_claims.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "provisioner/core/decide.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"
#include "provisioner/exports/export_health.hpp"
#include "provisioner/storage/files/remedy.hpp"

namespace nfs {
namespace {

constexpr std::chrono::seconds look_every{5};

}  // namespace

WaitingClaims::WaitingClaims(ExportSite& site, ClusterView& view, SharedSettings const& settings, TellEvent tell,
                             k8s::Clock const& clock)
    : site_(site), view_(view), settings_(settings), tell_(std::move(tell)), clock_(clock) {}

void WaitingClaims::cannot_open(StorageError const& error) {
  k8s::MutexLock const lock(mutex_);
  cannot_open_ = with_remedy(error);
}

void WaitingClaims::opened() {
  k8s::MutexLock const lock(mutex_);
  cannot_open_.clear();
}

void WaitingClaims::run(std::function<bool()> const& serves, std::stop_token stop) {
  do
    if (serves()) look();
  while (clock_.wait_for(look_every, stop));
}

void WaitingClaims::look() {
  auto const why = trouble();
  auto const claims = why.empty() ? std::vector<k8s::ObjectReference>{} : waiting();
  auto const exists = [this](std::string_view uid) { return view_.claim_exists(uid); };
  for (auto const& event : notices_.next(why, claims, exists, clock_.steady())) tell_(event);
}

// The same words for as long as it lasts, so that Events are counted up. Not which call hangs: that names a directory.
std::string WaitingClaims::trouble() const {
  auto const& where = site_.where();
  auto const say = [&](std::string_view why) {
    return fmt::format("waiting: export {}:{} cannot be used: {}. Then this claim is served by itself", where.server,
                       where.path, why);
  };
  if (site_.files().calls_since_before(clock_.steady() - hang_after) > 0)
    return say(
        fmt::format("it has not answered for more than {} s. Check that the NFS server runs and that the "
                    "network to it works",
                    hang_after.count()));
  k8s::MutexLock const lock(mutex_);
  return cannot_open_.empty() ? std::string{} : say(cannot_open_);
}

std::vector<k8s::ObjectReference> WaitingClaims::waiting() const {
  auto const settings = settings_.current();
  std::vector<k8s::ObjectReference> claims;
  for (auto const& name : view_.classes_of(settings.provisioner)) {
    auto const storage_class = view_.classes().get(name);
    for (auto const& claim : view_.unbound_claims(name)) {
      auto const volume = view_.volume(volume_name(*claim));
      ClaimView const seen{.claim = *claim,
                           .storage_class = storage_class.get(),
                           .volume = volume.get(),
                           .choosable_volume = settings.binding == Binding::eager && view_.choosable_volume(*claim)};
      if (is_to_be_made(seen, settings)) claims.push_back(reference_to(*claim));
    }
  }
  return claims;
}

}  // namespace nfs
