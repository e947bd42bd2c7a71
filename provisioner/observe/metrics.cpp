#include "provisioner/observe/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>

#include "provisioner/observe/report_gauges.hpp"

namespace nfs {
namespace {

// Of Prometheus's client for Go, and so of the library that these six names come from.
prometheus::Histogram::BucketBoundaries default_buckets() {
  return {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
}

prometheus::Labels of_claim(std::string const& storage_class, std::string const& source) {
  return {{"class", storage_class}, {"source", source}};
}

// Tenants write it: an open set of values would be an open set of series.
std::string source_of(k8s::Claim const& claim) {
  if (!claim.data_source) return {};
  auto const& kind = claim.data_source->kind;
  return kind == "PersistentVolumeClaim" || kind == "VolumeSnapshot" ? kind : "other";
}

double seconds(k8s::SteadyTime::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Metrics::Metrics(std::vector<Export> const& exports, std::string_view server, k8s::Clock const& clock)
    : clock_(clock),
      requests_(registry_, k8s::host_of_url(server)),
      provisions_(prometheus::BuildCounter()
                      .Name("controller_persistentvolumeclaim_provision_total")
                      .Help("Total number of persistent volumes provisioned succesfully. Broken down by storage class "
                            "name and source of the claim.")
                      .Register(registry_)),
      failed_provisions_(prometheus::BuildCounter()
                             .Name("controller_persistentvolumeclaim_provision_failed_total")
                             .Help("Total number of persistent volume provision failed attempts. Broken down by "
                                   "storage class name and source of the claim.")
                             .Register(registry_)),
      provision_time_(prometheus::BuildHistogram()
                          .Name("controller_persistentvolumeclaim_provision_duration_seconds")
                          .Help("Latency in seconds to provision persistent volumes. Failed provisioning attempts are "
                                "ignored. Broken down by storage class name and source of the claim.")
                          .Register(registry_)),
      deletions_(prometheus::BuildCounter()
                     .Name("controller_persistentvolume_delete_total")
                     .Help("Total number of persistent volumes deleted succesfully. Broken down by storage class name.")
                     .Register(registry_)),
      failed_deletions_(prometheus::BuildCounter()
                            .Name("controller_persistentvolume_delete_failed_total")
                            .Help("Total number of persistent volume delete failed attempts. Broken down by storage "
                                  "class name.")
                            .Register(registry_)),
      deletion_time_(prometheus::BuildHistogram()
                         .Name("controller_persistentvolume_delete_duration_seconds")
                         .Help("Latency in seconds to delete persistent volumes. Failed deletion attempts are ignored. "
                               "Broken down by storage class name.")
                         .Register(registry_)),
      missing_directories_(prometheus::BuildCounter()
                               .Name("nfs_provisioner_directories_missing_total")
                               .Help("Volumes whose directory was gone already when they were released, by class.")
                               .Register(registry_)) {
  for (auto const& where : exports) queues_.push_back(std::make_unique<k8s::QueueMetrics>(registry_, where.name));
}

void Metrics::know_class(std::string const& name) {
  provisions_.Add(of_claim(name, {}));
  failed_provisions_.Add(of_claim(name, {}));
  provision_time_.Add(of_claim(name, {}), default_buckets());
  deletions_.Add({{"class", name}});
  failed_deletions_.Add({{"class", name}});
  deletion_time_.Add({{"class", name}}, default_buckets());
  missing_directories_.Add({{"class", name}});
}

void Metrics::provisioned(k8s::Volume const& volume, k8s::SteadyTime::duration took) {
  auto const labels = of_claim(k8s::class_name(volume), {});
  provisions_.Add(labels).Increment();
  provision_time_.Add(labels, default_buckets()).Observe(seconds(took));
}

void Metrics::provision_failed(k8s::Claim const& claim, std::string const& cause) {
  auto const name = k8s::class_name(claim);
  failed_provisions_.Add(of_claim(name, source_of(claim))).Increment();
  recent_errors_.note("provisioning", name, cause, clock_.wall());
}

void Metrics::deleted(k8s::Volume const& volume, k8s::SteadyTime::duration took) {
  prometheus::Labels const labels{{"class", k8s::class_name(volume)}};
  deletions_.Add(labels).Increment();
  deletion_time_.Add(labels, default_buckets()).Observe(seconds(took));
}

void Metrics::directory_missing(k8s::Volume const& volume) {
  missing_directories_.Add({{"class", k8s::class_name(volume)}}).Increment();
}

void Metrics::delete_failed(k8s::Volume const& volume, std::string const& cause) {
  auto const name = k8s::class_name(volume);
  failed_deletions_.Add({{"class", name}}).Increment();
  recent_errors_.note("releasing", name, cause, clock_.wall());
}

std::string Metrics::text(StatusReport const& report) const {
  auto families = registry_.Collect();
  auto gauges = report_gauges(report);
  std::move(gauges.begin(), gauges.end(), std::back_inserter(families));
  std::sort(families.begin(), families.end(), [](auto const& a, auto const& b) { return a.name < b.name; });
  for (auto& family : families)
    std::sort(family.metric.begin(), family.metric.end(),
              [](auto const& a, auto const& b) { return a.label < b.label; });
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace nfs
