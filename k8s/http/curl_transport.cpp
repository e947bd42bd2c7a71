#include "k8s/http/curl_transport.hpp"

#include <curl/curl.h>

#include "k8s/http/curl_connection.hpp"

namespace k8s {
namespace {

/// Once for the process, whichever thread comes first. Never undone: threads of curl's may outlive main().
bool curl_is_ready() {
  static bool const ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

class CurlTransport final : public Transport {
 public:
  CurlTransport(CurlOptions options, Endpoint endpoint)
      : options_{std::make_shared<CurlOptions const>(std::move(options))}, endpoint_{std::move(endpoint)} {}

  [[nodiscard]] std::unique_ptr<Connection> connect() override {
    return std::make_unique<CurlConnection>(options_, endpoint_);
  }

  [[nodiscard]] Result<void> try_material() const { return CurlConnection{options_, endpoint_}.refresh_material(); }

 private:
  std::shared_ptr<CurlOptions const> options_;
  Endpoint endpoint_;
};

Error unusable(std::string message) {
  return make_error(ErrorKind::config, std::move(message));
}

}  // namespace

Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options) {
  if (!curl_is_ready()) return unusable("libcurl cannot be initialised");
  auto endpoint = parse_endpoint(options.server);
  if (endpoint.has_error()) return endpoint.error();
  if (!options.client_certificate.empty() && options.client_key.empty())
    return unusable("client certificate without key");
  if (options.client_certificate.empty() && !options.client_key.empty())
    return unusable("client key without certificate");

  auto transport = std::make_unique<CurlTransport>(std::move(options), *std::move(endpoint));
  if (auto const good = transport->try_material(); good.has_error()) return good.error();
  return transport;
}

}  // namespace k8s
