#pragma once

#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

#include "k8s/metrics/queue_metrics.hpp"
#include "k8s/metrics/request_metrics.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/observe/recent_errors.hpp"
#include "provisioner/observe/work_observer.hpp"

namespace nfs {

/// All that the program counts (docs/metrics.md), and the last errors. What is so at one moment (how many volumes, how
/// much space) comes from a StatusReport when it is asked for. Thread-safe.
class Metrics final : public WorkObserver {
 public:
  /// `server`: the API server's URL.
  Metrics(std::vector<Export> const& exports, std::string_view server, k8s::Clock const& clock);

  /// Its series are there from now on, at 0.
  void know_class(std::string const& name);

  void provisioned(k8s::Volume const& volume, k8s::SteadyTime::duration took) override;
  void provision_failed(k8s::Claim const& claim, std::string const& cause) override;
  void deleted(k8s::Volume const& volume, k8s::SteadyTime::duration took) override;
  void directory_missing(k8s::Volume const& volume) override;
  void delete_failed(k8s::Volume const& volume, std::string const& cause) override;

  [[nodiscard]] k8s::RequestMetrics& requests() { return requests_; }
  /// Of export number `export_index`.
  [[nodiscard]] k8s::QueueMetrics& queue(std::size_t export_index) { return *queues_[export_index]; }
  [[nodiscard]] RecentErrors const& recent_errors() const { return recent_errors_; }

  /// In Prometheus's text format, sorted.
  [[nodiscard]] std::string text(StatusReport const& report) const;

 private:
  using Counters = prometheus::Family<prometheus::Counter>;
  using Histograms = prometheus::Family<prometheus::Histogram>;

  k8s::Clock const& clock_;
  prometheus::Registry registry_;
  k8s::RequestMetrics requests_;
  std::vector<std::unique_ptr<k8s::QueueMetrics>> queues_;
  Counters& provisions_;
  Counters& failed_provisions_;
  Histograms& provision_time_;
  Counters& deletions_;
  Counters& failed_deletions_;
  Histograms& deletion_time_;
  Counters& missing_directories_;
  RecentErrors recent_errors_;
};

}  // namespace nfs
