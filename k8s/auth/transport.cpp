#include "k8s/auth/transport.hpp"

#include "k8s/http/curl_transport.hpp"

namespace k8s {
namespace {

PemSource pem(Material&& material) {
  return {.data = std::move(material.data), .file = std::move(material.file)};
}

}  // namespace

Result<std::unique_ptr<Transport>> make_transport(ClusterAccess access, std::string user_agent) {
  auto const source = std::make_shared<TokenSource>(std::move(access.token));
  if (auto const token = source->token(); token.has_error()) return token.error();

  CurlOptions options;
  options.server = std::move(access.server);
  options.tls_server_name = std::move(access.tls_server_name);
  options.ca = pem(std::move(access.ca));
  options.client_certificate = pem(std::move(access.client_certificate));
  options.client_key = pem(std::move(access.client_key));
  options.insecure_skip_tls_verify = access.insecure_skip_tls_verify;
  options.user_agent = std::move(user_agent);
  options.bearer_token = [source] { return source->token(); };
  options.bearer_token_rejected = [source] { source->invalidate(); };
  return make_curl_transport(std::move(options));
}

}  // namespace k8s
