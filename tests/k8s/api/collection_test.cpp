#include "k8s/api/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

using k8s::Client;
using k8s::ErrorKind;
using k8s::kind_of;
using test::Answer;
using test::FakeTransport;
using namespace std::chrono_literals;

namespace {

auto const& claims = kind_of<k8s::Claim>();

k8s::ListFramer::OnItem into(std::vector<std::string>& items) {
  return [&items](std::string_view item) -> k8s::Result<void> {
    items.emplace_back(item);
    return {};
  };
}

}  // namespace

TEST_CASE("a list comes page by page, its items as they arrive") {
  FakeTransport server;
  server.answer(Answer{.chunks = {R"({"kind":"List","metadata":{"resourceVersion":"9","continue":"a/b="},"ite)",
                                  R"(ms":[{"a":1},{"b)", R"(":2}]})"}});
  server.answer(test::body(R"({"metadata":{"resourceVersion":"9"},"items":[]})"));
  Client client(server.connect());
  std::vector<std::string> items;
  auto const first = client.list_page(claims, "", 500, into(items), {});
  REQUIRE(first.has_value());
  CHECK(items == std::vector<std::string>{R"({"a":1})", R"({"b":2})"});
  CHECK(first->resource_version == "9");
  CHECK(first->continue_token == "a/b=");
  auto const last = client.list_page(claims, first->continue_token, 500, into(items), {});
  REQUIRE(last.has_value());
  CHECK(last->continue_token.empty());
  CHECK(server.requests().at(0).target == "/api/v1/persistentvolumeclaims?limit=500");
  CHECK(server.requests().at(1).target == "/api/v1/persistentvolumeclaims?limit=500&continue=a%2Fb%3D");
  CHECK(server.requests().at(0).timeout == 0ms);
  CHECK(server.requests().at(0).idle_timeout > 0ms);
}

TEST_CASE("all of a kind are listed over its pages, and an error half-way is told") {
  FakeTransport server;
  server.answer(test::body(R"({"metadata":{"continue":"x"},"items":[{"a":1}]})"));
  SECTION("to the end") {
    server.answer(test::body(R"({"metadata":{},"items":[{"b":2}]})"));
    Client client(server.connect());
    std::vector<std::string> items;
    REQUIRE(client.list_all(claims, into(items), {}).has_value());
    CHECK(items == std::vector<std::string>{R"({"a":1})", R"({"b":2})"});
    CHECK(server.requests().at(1).target == "/api/v1/persistentvolumeclaims?limit=500&continue=x");
  }
  SECTION("which took too long") {
    server.answer(Answer{.status = 410, .chunks = {R"({"kind":"Status","code":410,"reason":"Expired"})"}});
    Client client(server.connect());
    std::vector<std::string> items;
    CHECK(client.list_all(claims, into(items), {}).error().gone());
  }
}

TEST_CASE("a list in one piece is asked for without a limit") {
  FakeTransport server;
  server.answer(test::body(R"({"metadata":{"resourceVersion":"9"},"items":[]})"));
  Client client(server.connect());
  std::vector<std::string> items;
  REQUIRE(client.list_page(claims, "", 0, into(items), {}).has_value());
  CHECK(server.requests().at(0).target == "/api/v1/persistentvolumeclaims");
}

TEST_CASE("a list that is cut short is an error, never a short list") {
  FakeTransport server;
  server.answer(test::body(R"({"metadata":{"resourceVersion":"9"},"items":[{"a":1})"));
  Client client(server.connect());
  std::vector<std::string> items;
  auto const page = client.list_page(claims, "", 0, into(items), {});
  REQUIRE(page.has_error());
  CHECK(page.error().is(ErrorKind::protocol));
  CHECK(page.error().message.starts_with("list persistentvolumeclaims: "));
}

TEST_CASE("an expired continue token is a 410, an error of an item ends the list") {
  FakeTransport server;
  server.answer(test::body(R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})", 410));
  server.answer(test::body(R"({"metadata":{},"items":[{}]})"));
  Client client(server.connect());
  std::vector<std::string> items;
  CHECK(client.list_page(claims, "x", 500, into(items), {}).error().gone());
  auto const refuse = [](std::string_view) -> k8s::Result<void> {
    return k8s::make_error(ErrorKind::protocol, "bad item");
  };
  CHECK(client.list_page(claims, "", 500, refuse, {}).error().message == "list persistentvolumeclaims: bad item");
}

TEST_CASE("a watch asks for bookmarks, for the initial events when told, and for one object if it is to be one") {
  struct Row {
    Client::WatchOptions options;
    std::string target;
  };
  auto const row = GENERATE(values<Row>(
      {{{.resource_version = "42", .send_initial_events = false},
        "/api/v1/persistentvolumeclaims?watch=1&allowWatchBookmarks=true&timeoutSeconds=60&resourceVersion=42"},
       {{.resource_version = "", .send_initial_events = true, .timeout = 10s},
        "/api/v1/persistentvolumeclaims?watch=1&allowWatchBookmarks=true&timeoutSeconds=10"
        "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"},
       {{.resource_version = "42", .only = {"ns", "web"}, .bookmarks = false},
        "/api/v1/namespaces/ns/persistentvolumeclaims?watch=1&timeoutSeconds=60"
        "&fieldSelector=metadata.name%3Dweb&resourceVersion=42"}}));
  FakeTransport server;
  server.answer(Answer{.chunks = {"{\"a\":1}\n{\"b\"", ":2}\n"}});
  Client client(server.connect());
  std::vector<std::string> lines;
  auto const on_line = [&](std::string_view line) -> k8s::Result<void> {
    lines.emplace_back(line);
    return {};
  };
  REQUIRE(client.watch(claims, row.options, on_line, {}).has_value());
  CHECK(lines == std::vector<std::string>{R"({"a":1})", R"({"b":2})"});
  CHECK(server.requests().at(0).target == row.target);
  CHECK(server.requests().at(0).timeout == 0ms);
  CHECK(server.requests().at(0).idle_timeout == 90s);
}

TEST_CASE("a watch hands on what its reader or the server says is wrong") {
  FakeTransport server;
  server.answer(test::body("{}\n"));
  server.answer(test::body(R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})", 403));
  Client client(server.connect());
  auto const refuse = [](std::string_view) -> k8s::Result<void> {
    return k8s::Error{.kind = ErrorKind::api, .message = "server: expired", .code = 410, .reason = "Expired"};
  };
  auto const expired = client.watch(claims, {}, refuse, {}).error();
  CHECK(expired.gone());
  CHECK(expired.message == "watch persistentvolumeclaims: server: expired");
  CHECK(client.watch(claims, {}, refuse, {}).error().forbidden());
}
