#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>

#include "k8s/runtime/queue_observer.hpp"

namespace k8s {

/// The metrics that client-go keeps of a work queue, `workqueue_*{name}`, at 0 from the start. Thread-safe. The
/// registry outlives it. Several queues may share a registry, each with a name of its own.
class QueueMetrics final : public QueueObserver {
 public:
  QueueMetrics(prometheus::Registry& registry, std::string const& name);

  void added() override;
  void taken(SteadyTime::duration waited) override;
  void finished(SteadyTime::duration worked) override;
  void retried() override;

  /// What changes with the time alone: to be called before the registry is read.
  void show(QueueState const& state);

 private:
  prometheus::Gauge& depth_;
  prometheus::Counter& adds_;
  prometheus::Histogram& queue_duration_;
  prometheus::Histogram& work_duration_;
  prometheus::Gauge& unfinished_;
  prometheus::Gauge& longest_;
  prometheus::Counter& retries_;
};

}  // namespace k8s
