// What a Service says of itself and to claims that wait, and the threads that look after the exports' health.
#include <algorithm>
#include <map>

#include "k8s/leader/choose_lock.hpp"
#include "provisioner/app/export_status.hpp"
#include "provisioner/app/service.hpp"
#include "provisioner/app/version.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

constexpr auto look_every = std::chrono::seconds{5};

std::size_t phase_number(std::string_view phase) {
  auto const at = std::find(volume_phases.begin(), volume_phases.end(), phase);
  return at == volume_phases.end() ? 0 : static_cast<std::size_t>(at - volume_phases.begin());
}

}  // namespace

// May hang, and then nobody waits for it: its own call is one of those that the watchdog sees.
void Service::watch_health(std::size_t home, std::stop_token stop) {
  do look_at(*sites_[home], leading());
  while (clock_.wait_for(look_every, stop));
}

void Service::tell_waiting_claims(std::stop_token stop) {
  do
    if (leading() && may_begin()) waiting_.look();
  while (clock_.wait_for(look_every, stop));
}

std::vector<ClassStatus> Service::class_status() {
  std::map<std::string, ClassStatus> by_name;
  auto const of = [&](std::string const& name) -> ClassStatus& {
    auto& status = by_name[name];
    status.name = name;
    return status;
  };
  for (auto const& each : view_.classes().all()) {
    if (each->provisioner != options_.provisioner) continue;
    auto& status = of(each->meta.name);
    status.waiting_claims = view_.unbound_claims(each->meta.name).size();
  }
  for (auto const& each : view_.volumes().all())
    if (provisioned_by(*each, options_.provisioner)) ++of(k8s::class_name(*each)).volumes[phase_number(each->phase)];
  std::vector<ClassStatus> all;
  for (auto& [name, status] : by_name) all.push_back(std::move(status));
  return all;
}

k8s::ReflectorOptions Service::watched_by(k8s::WatchHealth& health) {
  k8s::ReflectorOptions options;
  options.health = &health;
  return options;
}

std::vector<WatchStatus> Service::watch_status() {
  auto const status = [](std::string_view kind, k8s::WatchHealth const& health, std::size_t unreadable) {
    auto const reading = health.read();
    return WatchStatus{std::string(kind), reading.age, reading.trouble(), unreadable};
  };
  return {status(k8s::kind_of<k8s::Claim>().plural, claims_health_, view_.claims().unreadable_count()),
          status(k8s::kind_of<k8s::Volume>().plural, volumes_health_, view_.volumes().unreadable_count()),
          status(k8s::kind_of<k8s::StorageClass>().plural, classes_health_, view_.classes().unreadable_count())};
}

StatusReport Service::status() {
  StatusReport report{.version = program_version(),
                      .commit = program_commit(),
                      .provisioner = options_.provisioner,
                      .lease = k8s::lock_name(options_.provisioner),
                      .leading = leading(),
                      .caches_synced = view_.synced(),
                      .started = started_,
                      .now = clock_.wall(),
                      .watches = watch_status(),
                      .exports = {},
                      .classes = class_status(),
                      .troubles = metrics_.troubles().last()};
  for (auto const& site : sites_) report.exports.push_back(status_of(*site, clock_.steady()));
  for (std::size_t home = 0; home < sites_.size(); ++home) metrics_.queue(home).show(sites_[home]->queue().state());
  return report;
}

}  // namespace nfs
