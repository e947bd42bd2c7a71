#include "provisioner/service/export_watchdog.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "provisioner/exports/export_health.hpp"
#include "provisioner/exports/export_status.hpp"

namespace nfs {
namespace {

constexpr std::chrono::seconds look_every{5};

}  // namespace

ExportWatchdog::ExportWatchdog(std::vector<std::unique_ptr<ExportSite>> const& sites,
                               std::optional<k8s::ObjectReference> pod, TellEvent tell, k8s::Clock const& clock,
                               k8s::Log const& log)
    : sites_(sites), pod_(std::move(pod)), tell_(std::move(tell)), clock_(clock), log_(log), hung_(sites.size()) {}

void ExportWatchdog::watch(ExportSite& site, std::function<bool()> const& leads, std::stop_token stop) const {
  do look_at(site, leads());
  while (clock_.wait_for(look_every, stop));
}

void ExportWatchdog::look() {
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    auto const call = sites_[i]->files().oldest_call();
    bool const hung = call && clock_.steady() - call->since > hang_after;
    if (hung == hung_[i]) continue;
    hung_[i] = hung;
    auto const& where = sites_[i]->where();
    if (hung) {
      say_hung(where, *call);
    } else {
      log_.info("the export answers again", {{"export", where.mount}});
    }
  }
}

void ExportWatchdog::say_hung(Export const& where, CallUnderWay const& call) const {
  auto const message = fmt::format("export {}:{} has not answered for {} s (\"{}\"); waiting for it", where.server,
                                   where.path, hang_after.count(), call.what);
  log_.error(message);
  if (pod_) tell_({*pod_, k8s::EventType::warning, "ExportNotResponding", message});
}

}  // namespace nfs
