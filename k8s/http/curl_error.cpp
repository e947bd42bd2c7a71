#include "k8s/http/curl_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace k8s {
namespace {

std::string one_line(std::string_view text) {
  std::string out{text};
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  while (out.ends_with(' ') || out.ends_with('.')) out.pop_back();
  return out;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Error said(ErrorKind kind, CurlFailure const& failure, std::string_view what) {
  return make_error(kind, fmt::format("{}: {}", failure.server, one_line(what)));
}

Error unsent(CurlFailure const& failure, std::string_view what) {
  auto error = said(ErrorKind::transport, failure, what);
  error.unsent = true;
  return error;
}

/// The peer hung up or the network failed while TLS was being spoken: nothing is wrong with a certificate.
bool is_hangup(std::string_view detail) {
  static constexpr std::array signs{"SSL_ERROR_SYSCALL", "unexpected eof", "Connection reset", "Broken pipe"};
  return std::any_of(signs.begin(), signs.end(), [detail](auto const* sign) { return has(detail, sign); });
}

/// Alerts by which a server refuses the certificate that we showed, or did not show. With TLS 1.3 they come when the
/// first answer is read.
bool is_client_certificate_refused(std::string_view detail) {
  if (!has(detail, "alert")) return false;
  static constexpr std::array signs{"certificate", "unknown ca", "access denied", "handshake failure"};
  return std::any_of(signs.begin(), signs.end(), [detail](auto const* sign) { return has(detail, sign); });
}

Error refused_by_server(CurlFailure const& failure, std::string_view detail) {
  return said(ErrorKind::tls, failure,
              fmt::format("the server does not accept the client certificate, or asks for one ({}); check "
                          "client-certificate and client-key",
                          detail));
}

Error unverified(CurlFailure const& failure, std::string_view detail) {
  bool const name = has(detail, "match");
  return said(ErrorKind::tls, failure,
              fmt::format("the server's certificate is not accepted ({}); check {}", detail,
                          name ? "the server's address, or set tls-server-name" : "certificate-authority"));
}

Error handshake_failed(CurlFailure const& failure, std::string_view detail) {
  if (is_client_certificate_refused(detail)) return refused_by_server(failure, detail);
  if (is_hangup(detail)) return said(ErrorKind::transport, failure, fmt::format("TLS handshake cut off ({})", detail));
  if (has(detail, "wrong version number") || has(detail, "packet length too long")) {
    return said(ErrorKind::tls, failure, "the server does not speak TLS on this port; check the port and https://");
  }
  // A CA of the same name but another key (a cluster that was made anew): the signature is wrong, and what OpenSSL
  // reports is the failure of the arithmetic.
  if (has(detail, " routines::") && !has(detail, "SSL routines::")) return unverified(failure, detail);
  return said(ErrorKind::tls, failure, fmt::format("TLS handshake failed ({})", detail));
}

std::string os_message(long code, std::string_view otherwise) {
  return code != 0 ? std::generic_category().message(static_cast<int>(code)) : std::string{otherwise};
}

}  // namespace

Error to_error(CurlFailure const& failure) {
  auto const detail =
      failure.detail.empty() ? std::string{curl_easy_strerror(failure.code)} : std::string{failure.detail};
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unsent(failure, fmt::format("the host name cannot be resolved ({})", detail));
    case CURLE_COULDNT_CONNECT:
      return unsent(failure, fmt::format("cannot connect ({})", os_message(failure.os_error, detail)));
    case CURLE_OPERATION_TIMEDOUT:
      return unsent(failure, fmt::format("timed out while connecting ({})", detail));
    case CURLE_GOT_NOTHING:
      return said(ErrorKind::transport, failure, "the server hung up without an answer");
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (is_client_certificate_refused(detail)) return refused_by_server(failure, detail);
      return said(ErrorKind::transport, failure, fmt::format("connection lost ({})", detail));
    case CURLE_PARTIAL_FILE:
      return said(ErrorKind::protocol, failure, fmt::format("the answer was cut short ({})", detail));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return unverified(failure, detail);
    case CURLE_SSL_CONNECT_ERROR:
      return handshake_failed(failure, detail);
    case CURLE_SSL_CACERT_BADFILE:
      return said(ErrorKind::tls, failure, fmt::format("no CA certificates ({}); check certificate-authority", detail));
    case CURLE_SSL_CERTPROBLEM:
      return said(ErrorKind::tls, failure,
                  fmt::format("the client certificate is unusable ({}); check that client-certificate and client-key "
                              "belong together",
                              detail));
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
      return said(ErrorKind::protocol, failure, detail);
    default:
      return said(ErrorKind::transport, failure, detail);
  }
}

}  // namespace k8s
