// From a kubeconfig to an answered request.
#include "k8s/auth/transport.hpp"

#include <fmt/format.h>

#include "tests/k8s/auth/auth_fixture.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/http_server.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

Result<Response> get(Transport& transport) {
  return transport.connect()->send({.target = "/version"}, {});
}

int status(Result<Response> const& answer) {
  INFO((answer.has_error() ? answer.error().message : std::string{}));
  REQUIRE(answer.has_value());
  return answer->status;
}

std::unique_ptr<Transport> require_transport(ClusterAccess access) {
  auto made = make_transport(std::move(access), "tests/1");
  INFO((made.has_error() ? made.error().message : std::string{}));
  REQUIRE(made.has_value());
  return *std::move(made);
}

TEST_CASE("a kubeconfig with CA, server name and client certificate opens the door of a TLS server") {
  TemporaryDirectory const directory;
  Authority const authority{"CA"};
  auto const server_identity = authority.issue("apiserver", {"DNS:kubernetes.default"});
  auto const admin = authority.issue("admin");
  HttpServer server{[](Exchange& exchange) { exchange.respond(200); },
                    {.tls = TlsIdentity{server_identity.certificate, server_identity.key, authority.certificate()}}};
  directory.write("ca.crt", authority.certificate());
  directory.write("admin.crt", admin.certificate);
  directory.write("admin.key", admin.key);
  auto const config = directory.write(
      "config", fmt::format("current-context: x\n"
                            "clusters: [{{name: c, cluster: {{server: '{}', certificate-authority: ca.crt,"
                            " tls-server-name: kubernetes.default}}}}]\n"
                            "users: [{{name: u, user: {{client-certificate: admin.crt, client-key: admin.key}}}}]\n"
                            "contexts: [{{name: x, context: {{cluster: c, user: u}}}}]\n",
                            server.url()));
  auto const transport = require_transport(require_access(kubeconfig_access({config})));
  CHECK(status(get(*transport)) == 200);
  CHECK(server.requests().at(0).header("user-agent") == "tests/1");
}

TEST_CASE("a token file that rotates is read at once after a 401") {
  TemporaryDirectory const directory;
  auto const file = directory.write("token", "one");
  std::atomic<char const*> good = "Bearer one";
  HttpServer server{[&](Exchange& exchange) {
    exchange.respond(exchange.request().header("authorization") == good.load() ? 200 : 401);
  }};
  ClusterAccess access;
  access.server = server.url();
  access.token.file = file;
  auto const transport = require_transport(access);
  CHECK(status(get(*transport)) == 200);
  good = "Bearer two";
  CHECK(status(get(*transport)) == 401);
  directory.write("token", "two");
  CHECK(status(get(*transport)) == 200);
  CHECK(server.requests().size() == 4);
}

TEST_CASE("material that cannot be used is refused before any request") {
  ClusterAccess access;
  access.server = "https://127.0.0.1:1";
  auto const refusal = [&] { return config_error(make_transport(access, "tests/1")); };
  SECTION("a token file that is not there") {
    access.token.file = "/nowhere/token";
    CHECK_THAT(refusal(), Contains("/nowhere/token: No such file"));
  }
  SECTION("a CA file that is not there") {
    access.ca.file = "/nowhere/ca.crt";
    CHECK_THAT(refusal(), Contains("/nowhere/ca.crt: No such file"));
  }
  SECTION("a certificate without a key") {
    access.client_certificate.data = "-----BEGIN CERTIFICATE-----";
    CHECK_THAT(refusal(), Contains("without key"));
  }
  SECTION("a server that is none") {
    access.server = "10.0.0.1";
    CHECK_THAT(refusal(), Contains("10.0.0.1"));
  }
}

}  // namespace
}  // namespace k8s::test
