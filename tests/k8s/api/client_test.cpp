#include "k8s/api/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

using k8s::Client;
using k8s::ErrorKind;
using k8s::Method;
using k8s::PatchType;
using test::FakeTransport;
using namespace std::chrono_literals;

namespace {

constexpr auto volume =
    R"({"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pvc-1","uid":"u","resourceVersion":"7"}})";

std::string status(int code, std::string const& reason, std::string const& message, std::string const& more = {}) {
  return R"({"kind":"Status","status":"Failure","code":)" + std::to_string(code) + R"(,"reason":")" + reason +
         R"(","message":")" + message + "\"" + more + "}";
}

}  // namespace

TEST_CASE("get reads an object") {
  FakeTransport server;
  server.answer(test::body(volume));
  Client client(server.connect());
  auto const got = client.get<k8s::Volume>({"", "pvc-1"}, {});
  REQUIRE(got.has_value());
  CHECK(got->meta.resource_version == "7");
  CHECK(server.requests().at(0).method == Method::get);
  CHECK(server.requests().at(0).target == "/api/v1/persistentvolumes/pvc-1");
  CHECK(server.requests().at(0).body.empty());
}

TEST_CASE("create posts to the collection, of the object's namespace if it has one") {
  FakeTransport server;
  server.answer(test::body(volume, 201)).answer(test::body(R"({"metadata":{"name":"web"}})", 201));
  Client client(server.connect());
  k8s::Volume object;
  object.meta.name = "pvc-1";
  REQUIRE(client.create(object, {}).has_value());
  k8s::Claim claim;
  claim.meta.name = "web";
  claim.meta.name_space = "ns";
  REQUIRE(client.create(claim, {}).has_value());
  auto const requests = server.requests();
  CHECK(requests.at(0).method == Method::post);
  CHECK(requests.at(0).target == "/api/v1/persistentvolumes");
  CHECK(requests.at(0).body == k8s::write(object));
  CHECK(requests.at(0).content_type == "application/json");
  CHECK(requests.at(1).target == "/api/v1/namespaces/ns/persistentvolumeclaims");
}

TEST_CASE("update puts the object as a whole where it stands") {
  FakeTransport server;
  server.answer(test::body(R"({"metadata":{"name":"l","resourceVersion":"8"}})"));
  Client client(server.connect());
  k8s::Lease lease;
  lease.meta.name = "l";
  lease.meta.name_space = "ns";
  lease.meta.resource_version = "7";
  CHECK(client.update(lease, {}).value().meta.resource_version == "8");
  CHECK(server.requests().at(0).method == Method::put);
  CHECK(server.requests().at(0).target == "/apis/coordination.k8s.io/v1/namespaces/ns/leases/l");
  CHECK(server.requests().at(0).body == k8s::write(lease));
}

TEST_CASE("patch says which patch it is") {
  FakeTransport server;
  server.answer(test::body(volume)).answer(test::body(volume)).answer(test::body(volume));
  Client client(server.connect());
  REQUIRE(client.patch<k8s::Volume>({"", "pvc-1"}, PatchType::merge, "{}", {}, "status").has_value());
  REQUIRE(client.patch<k8s::Volume>({"", "pvc-1"}, PatchType::json, "[]", {}).has_value());
  REQUIRE(client.patch<k8s::Volume>({"", "pvc-1"}, PatchType::strategic, "{}", {}).has_value());
  auto const requests = server.requests();
  CHECK(requests.at(0).method == Method::patch);
  CHECK(requests.at(0).target == "/api/v1/persistentvolumes/pvc-1/status");
  CHECK(requests.at(0).content_type == "application/merge-patch+json");
  CHECK(requests.at(0).body == "{}");
  CHECK(requests.at(1).target == "/api/v1/persistentvolumes/pvc-1");
  CHECK(requests.at(1).content_type == "application/json-patch+json");
  CHECK(requests.at(2).content_type == "application/strategic-merge-patch+json");
}

TEST_CASE("remove sends its preconditions, and takes any answer of success") {
  FakeTransport server;
  server.answer(test::body(volume)).answer(test::body(R"({"kind":"Status","status":"Success"})"));
  Client client(server.connect());
  CHECK(client.remove<k8s::Volume>({"", "pvc-1"}, {"u", "7"}, {}).has_value());
  CHECK(client.remove<k8s::Volume>({"", "pvc-1"}, {}, {}).has_value());
  auto const requests = server.requests();
  CHECK(requests.at(0).method == Method::del);
  CHECK(requests.at(0).target == "/api/v1/persistentvolumes/pvc-1");
  CHECK(requests.at(0).body == k8s::write_delete_options({"u", "7"}));
}

TEST_CASE("a name that is none is never sent: it would address all objects") {
  FakeTransport server;
  Client client(server.connect());
  for (auto const* name : {"", ".", ".."}) {
    auto const removed = client.remove<k8s::Volume>({"", name}, {}, {});
    REQUIRE(removed.has_error());
    CHECK(removed.error().is(ErrorKind::protocol));
    CHECK(client.get<k8s::Claim>({"ns", name}, {}).has_error());
    CHECK(client.patch<k8s::Claim>({name, "web"}, PatchType::merge, "{}", {}).has_error());
  }
  k8s::Claim without_namespace;
  without_namespace.meta.name = "web";
  CHECK(client.create(without_namespace, {}).has_error());
  CHECK(server.requests().empty());
}

TEST_CASE("a failure says verb, object, and why") {
  struct Row {
    test::Answer answer;
    int code;
    std::string reason;
    std::string message;
  };
  auto const row =
      GENERATE(values<Row>({{test::body(status(409, "Conflict", "the object has been modified"), 409), 409, "Conflict",
                             "patch persistentvolumeclaims/ns/web/status: conflict: the object has been modified"},
                            {test::body(status(409, "AlreadyExists", "it exists"), 409), 409, "AlreadyExists",
                             "patch persistentvolumeclaims/ns/web/status: already exists: it exists"},
                            {test::body("<html>\n  bad\tgateway </html>\n", 502), 502, "",
                             "patch persistentvolumeclaims/ns/web/status: HTTP 502: <html> bad gateway </html>"},
                            {test::body("", 500), 500, "", "patch persistentvolumeclaims/ns/web/status: HTTP 500"},
                            {test::body("", 302), 302, "", "patch persistentvolumeclaims/ns/web/status: HTTP 302"}}));
  FakeTransport server;
  server.answer(row.answer);
  Client client(server.connect());
  auto const result = client.patch<k8s::Claim>({"ns", "web"}, PatchType::merge, "{}", {}, "status");
  REQUIRE(result.has_error());
  CHECK(result.error().is(ErrorKind::api));
  CHECK(result.error().code == row.code);
  CHECK(result.error().reason == row.reason);
  CHECK(result.error().message == row.message);
}

TEST_CASE("the server's wish to wait is taken from the header, else from the status") {
  auto const details = R"(,"details":{"retryAfterSeconds":3})";
  FakeTransport server;
  auto with_header = test::body(status(429, "TooManyRequests", "x", details), 429);
  with_header.retry_after = 2s;
  server.answer(with_header).answer(test::body(status(429, "TooManyRequests", "x", details), 429));
  Client client(server.connect());
  CHECK(client.get<k8s::Volume>({"", "a"}, {}).error().retry_after == 2s);
  CHECK(client.get<k8s::Volume>({"", "a"}, {}).error().retry_after == 3s);
}

TEST_CASE("other failures keep their kind") {
  FakeTransport server;
  server.answer(test::broken("refused")).answer(test::body("not json"));
  Client client(server.connect());
  auto const refused = client.get<k8s::Volume>({"", "a"}, {}).error();
  CHECK(refused.is(ErrorKind::transport));
  CHECK(refused.message == "get persistentvolumes/a: refused");
  CHECK(client.get<k8s::Volume>({"", "a"}, {}).error().is(ErrorKind::protocol));
  std::stop_source stop;
  stop.request_stop();
  CHECK(client.get<k8s::Volume>({"", "a"}, stop.get_token()).error().is(ErrorKind::cancelled));
}

TEST_CASE("may_i asks for a review of oneself") {
  FakeTransport server;
  server.answer(test::body(R"({"status":{"allowed":true,"reason":"because"}})", 201));
  Client client(server.connect());
  k8s::AccessQuestion const question{"patch", "", "persistentvolumes", "status", ""};
  auto const answer = client.may_i(question, {});
  REQUIRE(answer.has_value());
  CHECK(answer->allowed);
  auto const request = server.requests().at(0);
  CHECK(request.method == Method::post);
  CHECK(request.target == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
  CHECK(request.body == k8s::write_access_review(question));
}

TEST_CASE("the server says its version") {
  FakeTransport server;
  server.answer(test::body(R"({"major":"1","minor":"32","gitVersion":"v1.32.1"})"));
  Client client(server.connect());
  CHECK(client.server_version({}).has_value());
  CHECK(server.requests().at(0).target == "/version");
}
