#include "k8s/metrics/request_metrics.hpp"

#include <utility>

namespace k8s {

RequestMetrics::RequestMetrics(prometheus::Registry& registry, std::string host)
    : requests_(prometheus::BuildCounter()
                    .Name("rest_client_requests_total")
                    .Help("Number of HTTP requests, partitioned by status code, method, and host.")
                    .Register(registry)),
      host_(std::move(host)) {}

void RequestMetrics::count(Method method, int status) {
  auto const code = status == 0 ? std::string("<error>") : std::to_string(status);
  requests_.Add({{"code", code}, {"host", host_}, {"method", std::string(to_string(method))}}).Increment();
}

std::string host_of_url(std::string_view url) {
  auto const scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return std::string(url.substr(0, url.find('/')));
}

}  // namespace k8s
