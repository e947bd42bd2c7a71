#include "provisioner/service/cluster_heartbeat.hpp"

#include <chrono>

#include "provisioner/base/version.hpp"
#include "provisioner/exports/cluster_card.hpp"

namespace nfs {
namespace {

constexpr std::chrono::minutes beat_every{1};

}  // namespace

void ClusterHeartbeat::run(std::stop_token stop) {
  do beat();
  while (clock_.wait_for(beat_every, stop));
}

void ClusterHeartbeat::beat() {
  auto& store = site_.store();
  auto const announced = store.announce(card_of(settings_.current(), program_version(), clock_.wall()));
  auto const looked = store.neighbours().look();
  if (announced.has_value() && looked.has_value()) {
    (void)once_.changed({});
    return;
  }
  auto const& error = announced.has_error() ? announced.error() : looked.error();
  if (once_.changed(error.message))
    log_.warning("cannot tell other clusters that this one lives, or look at what they have; retrying",
                 {{"export", site_.where().mount}, {"error", error.message}});
}

}  // namespace nfs
