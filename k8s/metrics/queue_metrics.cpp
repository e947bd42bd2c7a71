#include "k8s/metrics/queue_metrics.hpp"

namespace k8s {
namespace {

using prometheus::Registry;

prometheus::Gauge& gauge(Registry& registry, char const* what, char const* help, std::string const& name) {
  return prometheus::BuildGauge().Name(what).Help(help).Register(registry).Add({{"name", name}});
}

prometheus::Counter& counter(Registry& registry, char const* what, char const* help, std::string const& name) {
  return prometheus::BuildCounter().Name(what).Help(help).Register(registry).Add({{"name", name}});
}

prometheus::Histogram& histogram(Registry& registry, char const* what, char const* help, std::string const& name) {
  // controller-runtime's: from 10 ns, each ten times the one before, up to 1,000 s.
  static prometheus::Histogram::BucketBoundaries const buckets{1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3,
                                                               1e-2, 0.1,  1,    10,   100,  1000};
  return prometheus::BuildHistogram().Name(what).Help(help).Register(registry).Add({{"name", name}}, buckets);
}

double seconds(SteadyTime::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

QueueMetrics::QueueMetrics(Registry& registry, std::string const& name)
    : depth_(gauge(registry, "workqueue_depth", "Current depth of workqueue", name)),
      adds_(counter(registry, "workqueue_adds_total", "Total number of adds handled by workqueue", name)),
      queue_duration_(histogram(registry, "workqueue_queue_duration_seconds",
                                "How long in seconds an item stays in workqueue before being requested", name)),
      work_duration_(histogram(registry, "workqueue_work_duration_seconds",
                               "How long in seconds processing an item from workqueue takes.", name)),
      unfinished_(gauge(registry, "workqueue_unfinished_work_seconds",
                        "How many seconds of work has been done that is in progress and hasn't been observed by "
                        "work_duration. Large values indicate stuck threads.",
                        name)),
      longest_(gauge(registry, "workqueue_longest_running_processor_seconds",
                     "How many seconds has the longest running processor for workqueue been running.", name)),
      retries_(counter(registry, "workqueue_retries_total", "Total number of retries handled by workqueue", name)) {}

void QueueMetrics::added() {
  adds_.Increment();
}

void QueueMetrics::taken(SteadyTime::duration waited) {
  queue_duration_.Observe(seconds(waited));
}

void QueueMetrics::finished(SteadyTime::duration worked) {
  work_duration_.Observe(seconds(worked));
}

void QueueMetrics::retried() {
  retries_.Increment();
}

void QueueMetrics::show(QueueState const& state) {
  depth_.Set(static_cast<double>(state.due));
  unfinished_.Set(seconds(state.unfinished));
  longest_.Set(seconds(state.longest));
}

}  // namespace k8s
