#include "k8s/metrics/request_metrics.hpp"

#include <prometheus/text_serializer.h>

#include "k8s/http/observed_transport.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

using namespace k8s;
using Catch::Matchers::Contains;

namespace {

struct Counted {
  prometheus::Registry registry;
  RequestMetrics metrics{registry, "api.example:6443"};
  test::FakeTransport server;
  ObservedTransport transport{server, [this](Method method, int status) { metrics.count(method, status); }};

  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(registry.Collect()); }
};

}  // namespace

TEST_CASE("each request is counted with its method and the status of its answer") {
  Counted counted;
  auto const connection = counted.transport.connect();
  counted.server.answer(test::body("{}")).answer(test::body("{}")).answer(test::body("{}", 409));
  CHECK(connection->send({.target = "/a"}, {}).has_value());
  CHECK(connection->send({.target = "/b"}, {}).has_value());
  CHECK(connection->send({.method = Method::patch, .target = "/a"}, {}).has_value());
  CHECK_THAT(counted.text(),
             Contains(R"(rest_client_requests_total{code="200",host="api.example:6443",method="GET"} 2)"));
  CHECK_THAT(counted.text(),
             Contains(R"(rest_client_requests_total{code="409",host="api.example:6443",method="PATCH"} 1)"));
}

TEST_CASE("a request without an answer is counted as an error, one that we ended ourselves is not") {
  Counted counted;
  auto const connection = counted.transport.connect();
  counted.server.answer(test::broken()).answer({.chunks = {}, .hang = true});
  CHECK(connection->send({.target = "/a"}, {}).has_error());
  std::stop_source stopped;
  stopped.request_stop();
  CHECK(connection->send({.target = "/a"}, stopped.get_token()).has_error());
  CHECK_THAT(counted.text(),
             Contains(R"(rest_client_requests_total{code="<error>",host="api.example:6443",method="GET"} 1)"));
}

TEST_CASE("a stream is counted once, when it begins to answer") {
  Counted counted;
  auto const connection = counted.transport.connect();
  counted.server.answer({.chunks = {"one", "two"}, .error = make_error(ErrorKind::transport, "cut")});
  counted.server.answer(test::body("gone", 410));
  std::string seen;
  auto const sink = [&](std::string_view chunk) -> Result<void> {
    if (seen.empty()) CHECK_THAT(counted.text(), Contains(R"(code="200")"));
    seen += chunk;
    return {};
  };
  CHECK(connection->stream({.target = "/watch"}, sink, {}).has_error());
  CHECK(seen == "onetwo");
  CHECK(connection->stream({.target = "/watch"}, sink, {}).has_value());
  CHECK_THAT(counted.text(), Contains(R"(code="200",host="api.example:6443",method="GET"} 1)"));
  CHECK_THAT(counted.text(), Contains(R"(code="410",host="api.example:6443",method="GET"} 1)"));
  CHECK_THAT(counted.text(), !Contains("<error>"));
}

TEST_CASE("the host is that of the server's URL") {
  CHECK(host_of_url("https://api.example:6443/prefix") == "api.example:6443");
  CHECK(host_of_url("https://10.96.0.1") == "10.96.0.1");
  CHECK(host_of_url("https://[::1]:6443") == "[::1]:6443");
}
