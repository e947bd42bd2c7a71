#include "provisioner/observe/web_front.hpp"

namespace nfs {
namespace {

constexpr auto good_for = std::chrono::seconds{1};

}  // namespace

StatusReport const& WebFront::report() {
  auto const now = clock_.steady();
  if (!seen_ || now - seen_->at >= good_for) seen_ = {status_(), now};
  return seen_->report;
}

HttpRoutes WebFront::routes() {
  HttpRoutes routes;
  // That it is answered at all is what it says.
  routes["/healthz"] = [] { return HttpAnswer{.body = "ok\n"}; };
  routes["/readyz"] = [this] {
    return HttpAnswer{.status = is_ready(report()) ? 200 : 503, .body = readiness_text(report())};
  };
  routes["/metrics"] = [this] {
    return HttpAnswer{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_.text(report())};
  };
  routes["/"] = [this] {
    return HttpAnswer{.content_type = "text/html; charset=utf-8", .body = status_page(report())};
  };
  return routes;
}

}  // namespace nfs
