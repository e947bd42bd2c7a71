// The pure parts: server URLs, Retry-After, what curl says.
#include "k8s/http/curl_error.hpp"
#include "k8s/http/endpoint.hpp"
#include "k8s/http/retry_after.hpp"
#include "tests/support/catch.hpp"

namespace k8s::test {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("Retry-After is seconds or a date") {
  auto const now = *from_rfc3339("2026-01-31T12:00:00Z");
  struct Row {
    char const* text;
    std::optional<std::chrono::milliseconds> wait;
  };
  Row const rows[] = {
      {"0", 0ms},
      {"1", 1s},
      {" 120 \r\n", 120s},
      {"999999999999999999999999", 24h},
      {"86401", 24h},
      {"Sat, 31 Jan 2026 12:00:05 GMT", 5s},
      {"Sat, 31 Jan 2026 12:01:00 GMT\r\n", 60s},
      {"Saturday, 31-Jan-26 12:00:07 GMT", 7s},
      {"Sat, 31 Jan 2026 11:59:00 GMT", 0ms},
      {"Sat, 31 Jan 2099 12:00:00 GMT", 24h},
      {"", {}},
      {"-1", {}},
      {"1.5", {}},
      {"soon", {}},
      {"5 s", {}},
      {"Sat,", {}},
      {"Sat, 12:00:05", {}},
      {"Sat, 31 Foo 2026 12:00:05 GMT", {}},
  };
  for (auto const& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_retry_after(row.text, now) == row.wait);
  }
}

TEST_CASE("a server's URL has a scheme, a host, perhaps a port and a path") {
  struct Row {
    char const* url;
    char const* authority;
    char const* path;
    bool tls;
    bool loopback;
  };
  Row const rows[] = {
      {"https://10.0.0.1:6443", "10.0.0.1:6443", "", true, false},
      {"https://10.0.0.1", "10.0.0.1:443", "", true, false},
      {"http://api.example/", "api.example:80", "", false, false},
      {"https://api.example/a/b/", "api.example:443", "/a/b", true, false},
      {"https://[fd00::1]:6443", "[fd00::1]:6443", "", true, false},
      {"https://[::1]:6443", "[::1]:6443", "", true, true},
      {"https://127.0.0.53", "127.0.0.53:443", "", true, true},
      {"http://localhost:8001", "localhost:8001", "", false, true},
  };
  for (auto const& row : rows) {
    CAPTURE(row.url);
    auto const endpoint = parse_endpoint(row.url);
    REQUIRE(endpoint.has_value());
    CHECK(endpoint->authority() == row.authority);
    CHECK(endpoint->path == row.path);
    CHECK(endpoint->tls == row.tls);
    CHECK(endpoint->is_loopback() == row.loopback);
    CHECK_FALSE(endpoint->server.ends_with('/'));
  }
}

TEST_CASE("what is no URL of a server is refused, and passwords in it are not shown") {
  for (auto const* url : {"", "10.0.0.1:6443", "ftp://a", "https://", "https://user:hunter2@host", "https://a b",
                          "https://a:99999", "https://a?x=1", "https://a#x", "https://[::1", "unix:///run/api.sock"}) {
    CAPTURE(url);
    auto const endpoint = parse_endpoint(url);
    REQUIRE(endpoint.has_error());
    CHECK(endpoint.error().kind == ErrorKind::config);
    CHECK_THAT(endpoint.error().message, Contains("https://host:port") && !Contains("hunter2"));
  }
}

TEST_CASE("what curl says becomes a kind and one line") {
  struct Row {
    CURLcode code;
    char const* detail;
    long os_error;
    ErrorKind kind;
    char const* part;
  };
  Row const rows[] = {
      {CURLE_COULDNT_CONNECT, "Failed to connect", ECONNREFUSED, ErrorKind::transport, "Connection refused"},
      {CURLE_COULDNT_CONNECT, "no way", 0, ErrorKind::transport, "no way"},
      {CURLE_COULDNT_RESOLVE_HOST, "Could not resolve host: x", 0, ErrorKind::transport, "cannot be resolved"},
      {CURLE_GOT_NOTHING, "", 0, ErrorKind::transport, "without an answer"},
      {CURLE_RECV_ERROR, "Recv failure: Connection reset by peer", 104, ErrorKind::transport, "connection lost"},
      {CURLE_RECV_ERROR, "", 0, ErrorKind::transport, "connection lost"},
      {CURLE_RECV_ERROR, "SSL_read: tlsv13 alert certificate required", 0, ErrorKind::tls, "client-certificate"},
      {CURLE_SEND_ERROR, "SSL_write: tlsv1 alert unknown ca", 0, ErrorKind::tls, "client-certificate"},
      {CURLE_SSL_CONNECT_ERROR, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection", 0, ErrorKind::transport, "cut"},
      {CURLE_SSL_CONNECT_ERROR, "SSL routines::wrong version number", 0, ErrorKind::tls, "does not speak TLS"},
      {CURLE_SSL_CONNECT_ERROR, "sslv3 alert handshake failure", 0, ErrorKind::tls, "client-certificate"},
      {CURLE_SSL_CONNECT_ERROR, "no protocols available", 0, ErrorKind::tls, "no protocols available"},
      {CURLE_SSL_CONNECT_ERROR, "error:asn1 encoding routines::EVP lib", 0, ErrorKind::tls, "certificate-authority"},
      {CURLE_SSL_CONNECT_ERROR, "error:rsa routines::bad signature", 0, ErrorKind::tls, "certificate-authority"},
      {CURLE_PARTIAL_FILE, "3 bytes\r\nmissing", 0, ErrorKind::protocol, "cut short (3 bytes  missing)"},
      {CURLE_UNSUPPORTED_PROTOCOL, "Received HTTP/0.9", 0, ErrorKind::protocol, "HTTP/0.9"},
      {CURLE_TOO_MANY_REDIRECTS, "", 0, ErrorKind::transport, "redirects"},
  };
  for (auto const& row : rows) {
    CAPTURE(row.code, row.detail);
    auto const error = to_error(
        {.code = row.code, .detail = row.detail, .os_error = row.os_error, .server = "https://api.example:6443"});
    CHECK(error.kind == row.kind);
    CHECK(error.unsent == (row.code == CURLE_COULDNT_CONNECT || row.code == CURLE_COULDNT_RESOLVE_HOST));
    CHECK_THAT(error.message, Catch::StartsWith("https://api.example:6443: ") && Contains(row.part));
    CHECK(error.message.find('\n') == std::string::npos);
  }
}

TEST_CASE("an error leaves in doubt whether the request was done, unless it says that it was not") {
  auto const api = [](int code) {
    auto error = make_error(ErrorKind::api, "");
    error.code = code;
    return error;
  };
  CHECK(make_error(ErrorKind::transport, "timed out").in_doubt());
  CHECK(api(504).in_doubt());
  CHECK(api(500).in_doubt());
  CHECK_FALSE(api(409).in_doubt());
  CHECK_FALSE(api(429).in_doubt());
  auto refused = make_error(ErrorKind::transport, "cannot connect");
  refused.unsent = true;
  CHECK_FALSE(refused.in_doubt());
}

}  // namespace
}  // namespace k8s::test
