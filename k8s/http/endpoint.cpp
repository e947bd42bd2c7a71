#include "k8s/http/endpoint.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

namespace k8s {
namespace {

using Url = std::unique_ptr<CURLU, decltype([](CURLU* it) { curl_url_cleanup(it); })>;

std::string part(Url const& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string out{text};
  curl_free(text);
  return out;
}

Error malformed(std::string_view server, std::string_view why) {
  return make_error(ErrorKind::config,
                    fmt::format("server \"{}\" {}; it must look like https://host:port", server, why));
}

std::string without_trailing_slashes(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

bool Endpoint::is_loopback() const {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

Result<Endpoint> parse_endpoint(std::string_view server) {
  if (server.find("://") == std::string_view::npos) return malformed(server, "has no scheme");
  // What stands before an @ may be a password: it is not repeated in the message.
  auto const at = server.find('@');
  if (at != std::string_view::npos) return malformed(server.substr(at), "has a user name or password");

  Url const url{curl_url()};
  auto const code = curl_url_set(url.get(), CURLUPART_URL, std::string{server}.c_str(), 0);
  if (code != CURLUE_OK) return malformed(server, fmt::format("is no URL ({})", curl_url_strerror(code)));
  auto const scheme = part(url, CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http") return malformed(server, "is neither https nor http");
  if (!part(url, CURLUPART_QUERY).empty() || !part(url, CURLUPART_FRAGMENT).empty()) {
    return malformed(server, "has a query or fragment");
  }
  return Endpoint{.server = without_trailing_slashes(std::string{server}),
                  .tls = scheme == "https",
                  .host = part(url, CURLUPART_HOST),
                  .port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT),
                  .path = without_trailing_slashes(part(url, CURLUPART_PATH))};
}

}  // namespace k8s
