#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "k8s/base/clock.hpp"
#include "provisioner/observe/metrics.hpp"
#include "provisioner/web/http_server.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {

/// What stands behind the HTTP server: `/healthz`, `/readyz`, `/metrics`, and the page for people at `/`. However often
/// it is asked, `status` is asked once a second at the most. Not thread-safe: for one io_context. Must outlive the
/// server.
class WebFront {
 public:
  using AskStatus = std::function<StatusReport()>;

  WebFront(AskStatus status, Metrics const& metrics, k8s::Clock const& clock)
      : status_(std::move(status)), metrics_(metrics), clock_(clock) {}
  WebFront(WebFront const&) = delete;
  WebFront& operator=(WebFront const&) = delete;

  [[nodiscard]] HttpRoutes routes();

 private:
  struct Seen {
    StatusReport report;
    k8s::SteadyTime at;
  };

  [[nodiscard]] StatusReport const& report();

  AskStatus status_;
  Metrics const& metrics_;
  k8s::Clock const& clock_;
  std::optional<Seen> seen_;
};

}  // namespace nfs
