// Whom we trust and how we prove who we are.
#include <filesystem>

#include "tests/k8s/http/curl_fixture.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_directory.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

void hello(Exchange& exchange) {
  exchange.respond(200, "hello");
}

HttpServerOptions tls(Identity const& identity, std::string client_authority = {}) {
  return {.tls = TlsIdentity{identity.certificate, identity.key, std::move(client_authority)}};
}

struct Loopback {
  Authority authority{"the cluster's CA"};
  Identity identity = authority.issue("apiserver", {"IP:127.0.0.1", "DNS:localhost"});
  HttpServer server{hello, tls(identity)};

  [[nodiscard]] CurlOptions options() const {
    auto made = options_for(server);
    made.ca.data = authority.certificate();
    return made;
  }
};

TEST_CASE("a server with a certificate of our CA is trusted, over one connection") {
  Loopback loopback;
  Client client{loopback.options()};
  require_status(client.get(), 200);
  require_status(client.get(), 200);
  CHECK(loopback.server.connections() == 1);
}

TEST_CASE("a server with a certificate of another CA is not trusted") {
  Loopback loopback;
  auto options = loopback.options();
  bool const system = GENERATE(false, true);
  // An authority of the same name is another one all the same, though OpenSSL finds out later.
  options.ca.data = system ? "" : Authority{GENERATE("the cluster's CA", "another CA")}.certificate();
  Client client{options};
  CHECK_THAT(require_error(client.get(), ErrorKind::tls),
             Contains("check certificate-authority") && Contains(loopback.server.url()));
  CHECK(loopback.server.requests().empty());
}

TEST_CASE("a server whose certificate is for another host is not trusted") {
  Authority const authority{"CA"};
  HttpServer server{hello, tls(authority.issue("apiserver", {"DNS:api.example", "IP:127.0.0.2"}))};
  auto options = options_for(server);
  options.ca.data = authority.certificate();
  Client client{options};
  CHECK_THAT(require_error(client.get(), ErrorKind::tls), Contains("tls-server-name"));
  CHECK(server.requests().empty());
}

TEST_CASE("with tls-server-name the certificate must be for that name, and the Host header stays the server's") {
  Authority const authority{"CA"};
  HttpServer server{hello, tls(authority.issue("apiserver", {"DNS:api.example", "IP:127.0.0.9"}))};
  auto options = options_for(server);
  options.server += "/prefix";
  options.ca.data = authority.certificate();

  options.tls_server_name = GENERATE("api.example", "127.0.0.9");
  Client client{options};
  require_status(client.get("/api"), 200);
  require_status(client.get("/api"), 200);
  CHECK(server.connections() == 1);
  CHECK(server.requests().at(0).header("host") == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(server.requests().at(0).target == "/prefix/api");

  options.tls_server_name = "other.example";
  Client wrong{options};
  require_error(wrong.get(), ErrorKind::tls);
}

TEST_CASE("with insecure-skip-tls-verify anybody is trusted") {
  Loopback loopback;
  auto options = options_for(loopback.server);
  options.insecure_skip_tls_verify = true;
  Client client{options};
  require_status(client.get(), 200);
}

TEST_CASE("a client certificate is shown to a server that asks for one") {
  Authority const authority{"CA"};
  Authority const others{"another CA"};
  HttpServer server{hello, tls(authority.issue("apiserver", {"IP:127.0.0.1"}), authority.certificate())};
  auto options = options_for(server);
  options.ca.data = authority.certificate();

  SECTION("one of its CA is let in") {
    auto const identity = authority.issue("admin");
    options.client_certificate.data = identity.certificate;
    options.client_key.data = identity.key;
    Client client{options};
    require_status(client.get(), 200);
  }
  SECTION("one of another CA is not") {
    auto const identity = others.issue("admin");
    options.client_certificate.data = identity.certificate;
    options.client_key.data = identity.key;
    Client client{options};
    CHECK_THAT(require_error(client.get(), ErrorKind::tls), Contains("client-certificate"));
  }
  SECTION("none is not") {
    Client client{options};
    CHECK_THAT(require_error(client.get(), ErrorKind::tls), Contains("client-certificate"));
  }
  SECTION("one with the key of another is unusable") {
    options.client_certificate.data = authority.issue("admin").certificate;
    options.client_key.data = authority.issue("admin").key;
    Client client{options};
    CHECK_THAT(require_error(client.get(), ErrorKind::tls), Contains("belong together"));
  }
  CHECK(server.requests().size() <= 1);
}

TEST_CASE("https to a server that speaks plain http says so") {
  HttpServer server{hello, {.greeting = "HTTP/1.0 400 Bad Request\r\n\r\n"}};
  auto options = options_for(server);
  options.server = "https" + server.url().substr(4);
  Client client{options};
  CHECK_THAT(require_error(client.get(), ErrorKind::tls), Contains("does not speak TLS"));
}

TEST_CASE("a CA file that rotates counts for the next request, whatever is connected already") {
  TemporaryDirectory const directory;
  Authority const old_authority{"CA"};
  Authority const new_authority{"CA"};
  auto const old_identity = old_authority.issue("apiserver", {"IP:127.0.0.1"});
  auto const new_identity = new_authority.issue("apiserver", {"IP:127.0.0.1"});
  HttpServer server{hello, tls(old_identity)};
  auto options = options_for(server);
  options.ca.file = directory.write("ca.crt", old_authority.certificate());
  Client client{options};
  require_status(client.get(), 200);

  SECTION("the old server is no longer trusted") {
    directory.write("ca.crt", new_authority.certificate());
    require_error(client.get(), ErrorKind::tls);
  }
  SECTION("the new server is trusted from then on") {
    server.set_tls({new_identity.certificate, new_identity.key, ""});
    require_status(client.get(), 200);  // over the old connection
    directory.write("ca.crt", new_authority.certificate());
    require_status(client.get(), 200);
    CHECK(server.connections() == 2);
  }
  SECTION("a file that is gone or half-written leaves the old CA in place") {
    directory.write("ca.crt", "-----BEGIN CERT");
    require_status(client.get(), 200);
    std::filesystem::remove(options.ca.file);
    require_status(client.get(), 200);
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("a client certificate that rotates is shown on the next connection") {
  TemporaryDirectory const directory;
  Authority const authority{"CA"};
  Authority const next{"next CA"};
  auto const identity = authority.issue("apiserver", {"IP:127.0.0.1"});
  HttpServer server{hello, tls(identity, authority.certificate())};
  auto options = options_for(server);
  options.ca.data = authority.certificate();
  auto const show = [&](Identity const& shown) {
    options.client_certificate.file = directory.write("tls.crt", shown.certificate);
    options.client_key.file = directory.write("tls.key", shown.key);
  };
  show(authority.issue("admin"));
  Client client{options};
  require_status(client.get(), 200);

  server.set_tls({identity.certificate, identity.key, next.certificate()});
  show(next.issue("admin"));
  require_status(client.get(), 200);
  CHECK(server.connections() == 2);
}

TEST_CASE("material that cannot be used is refused from the start") {
  TemporaryDirectory const directory;
  Authority const authority{"CA"};
  auto const identity = authority.issue("admin");
  CurlOptions options;
  options.server = "https://127.0.0.1:1";

  auto const refusal = [&] {
    auto const made = make_curl_transport(options);
    REQUIRE(made.has_error());
    CHECK(made.error().kind == ErrorKind::config);
    return made.error().message;
  };
  SECTION("a CA file that is not there") {
    options.ca.file = directory.path("nowhere.crt");
    CHECK_THAT(refusal(), Contains("nowhere.crt: No such file"));
  }
  SECTION("a CA file without a certificate") {
    options.ca.file = directory.write("ca.crt", "hello");
    CHECK_THAT(refusal(), Contains("ca.crt: no PEM certificate"));
  }
  SECTION("a CA file of unreasonable size") {
    options.ca.file = directory.write("ca.crt", std::string(5u << 20, 'x'));
    CHECK_THAT(refusal(), Contains("ca.crt: larger than"));
  }
  SECTION("a certificate without a key") {
    options.client_certificate.data = identity.certificate;
    CHECK_THAT(refusal(), Contains("without key"));
  }
  SECTION("a key without a certificate") {
    options.client_key.data = identity.key;
    CHECK_THAT(refusal(), Contains("without certificate"));
  }
  SECTION("a key that is encrypted") {
    options.client_certificate.data = identity.certificate;
    options.client_key.data = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIH\n-----END ENCRYPTED PRIVATE KEY-----\n";
    CHECK_THAT(refusal(), Contains("passphrase"));
  }
  SECTION("a key where the certificate should be, which is not shown") {
    options.client_certificate.data = identity.key;
    options.client_key.data = identity.key;
    CHECK_THAT(refusal(), Contains("no PEM certificate") && !Contains(identity.key.substr(30, 20)));
  }
}

TEST_CASE("PEM text with nothing but its frame is a TLS error when it is used") {
  Loopback loopback;
  auto options = loopback.options();
  options.ca.data = "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n";
  Client client{options};
  CHECK_THAT(require_error(client.get(), ErrorKind::tls), Contains("certificate-authority"));
}

TEST_CASE("a TLS connection that the server closed in between is opened anew") {
  Loopback loopback;
  Client client{loopback.options()};
  require_status(client.get(), 200);
  loopback.server.drop_connections();
  REQUIRE(loopback.server.wait_for_open_connections(0));
  require_status(client.send({.method = Method::post, .target = "/", .body = "{}"}), 200);
  CHECK(loopback.server.connections() == 2);
}

TEST_CASE("a server that hangs up while a body is being sent is an error, not a signal") {
  bool const encrypted = GENERATE(false, true);
  Authority const authority{"CA"};
  auto server_options = encrypted ? tls(authority.issue("apiserver", {"IP:127.0.0.1"})) : HttpServerOptions{};
  server_options.largest_body = 10;
  HttpServer server{hello, server_options};
  auto options = options_for(server);
  options.ca.data = authority.certificate();
  Client client{options};
  auto const answer = client.send({.method = Method::post, .target = "/", .body = std::string(32u << 20, 'x')});
  require_error(answer, ErrorKind::transport);
}

}  // namespace
}  // namespace k8s::test
