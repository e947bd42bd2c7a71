#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <string>

#include "k8s/http/transport.hpp"

namespace k8s {

/// `rest_client_requests_total{code,host,method}`, as client-go counts: code is "<error>" where there was no answer.
/// Thread-safe. The registry outlives it.
class RequestMetrics {
 public:
  /// `host` as in the server's URL, with its port if one is given there.
  RequestMetrics(prometheus::Registry& registry, std::string host);

  /// A RequestObserver.
  void count(Method method, int status);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  std::string host_;
};

/// "api.example:6443" of "https://api.example:6443/prefix".
[[nodiscard]] std::string host_of_url(std::string_view url);

}  // namespace k8s
