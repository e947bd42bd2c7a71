#include "provisioner/service/cluster_watch.hpp"

#include <string_view>
#include <utility>

#include "k8s/api/client.hpp"

namespace nfs {

ClusterWatch::ClusterWatch(k8s::Transport& transport, ClusterView& view, std::string provisioner,
                           k8s::Clock const& clock, k8s::Log const& log, ClusterWatchOptions options)
    : transport_(transport),
      view_(view),
      provisioner_(std::move(provisioner)),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      claims_health_(clock),
      volumes_health_(clock),
      classes_health_(clock) {}

void ClusterWatch::watch_classes(std::stop_token stop) {
  k8s::run_reflector<k8s::StorageClass>(
      transport_, view_.classes(), options_for(classes_health_), clock_, log_, std::move(stop),
      [this](k8s::StorageClass& storage_class) { keep_what_is_needed(storage_class, provisioner_); });
}

void ClusterWatch::watch_claims(std::stop_token stop) {
  auto options = options_for(claims_health_);
  options.on_list = [this](k8s::ListWatch::Begun const& list) {
    view_.claims_listed(list.at);
    listed(list);
  };
  k8s::run_reflector<k8s::Claim>(transport_, view_.claims(), options, clock_, log_, std::move(stop),
                                 options_.prune_claim);
}

void ClusterWatch::watch_volumes(std::stop_token stop) {
  auto options = options_for(volumes_health_);
  {
    std::stop_callback const ends(stop, [this] { standby_.request_stop(); });
    k8s::run_reflector<k8s::Volume>(transport_, view_.volumes(), options, clock_, log_, standby_.get_token(),
                                    options_.prune_volume);
  }
  if (stop.stop_requested()) return;
  options.on_list = [this](k8s::ListWatch::Begun const& list) {
    volumes_listed_ = true;
    view_.volumes_listed(list.at);
    listed(list);
  };
  k8s::run_reflector<k8s::Volume>(transport_, view_.volumes(), options, clock_, log_, stop, options_.prune_volume);
}

void ClusterWatch::listed(k8s::ListWatch::Begun const& list) const {
  if (list.afresh) options_.on_list_afresh();
}

std::vector<WatchStatus> ClusterWatch::status() const {
  auto const status = [](std::string_view kind, k8s::WatchHealth const& health, std::size_t unreadable) {
    auto const reading = health.read();
    return WatchStatus{std::string(kind), reading.age, reading.trouble(), unreadable};
  };
  return {status(k8s::kind_of<k8s::Claim>().plural, claims_health_, view_.claims().unreadable_count()),
          status(k8s::kind_of<k8s::Volume>().plural, volumes_health_, view_.volumes().unreadable_count()),
          status(k8s::kind_of<k8s::StorageClass>().plural, classes_health_, view_.classes().unreadable_count())};
}

k8s::ReflectorOptions ClusterWatch::options_for(k8s::WatchHealth& health) const {
  k8s::ReflectorOptions options;
  options.page_size = options_.page_size;
  options.seed = options_.seed;
  options.health = &health;
  return options;
}

}  // namespace nfs
