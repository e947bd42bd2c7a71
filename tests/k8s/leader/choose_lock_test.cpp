#include "k8s/leader/choose_lock.hpp"

#include <map>
#include <random>

#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using k8s::LockKind;
using test::MemoryApiServer;

namespace {

k8s::LockChoice choose(MemoryApiServer& server) {
  k8s::Client client(server.connect());
  return k8s::choose_lock(client, "team", {}).value();
}

}  // namespace

TEST_CASE("the lock is a Lease where that is allowed, else Endpoints, else none") {
  struct Row {
    std::vector<std::pair<std::string, std::string>> forbidden;  // verb, resource
    LockKind kind;
    bool may_follow;
    bool may_see_forerunner;
  };
  std::vector<Row> const table{
      {{}, LockKind::lease, true, true},
      {{{"watch", "leases"}}, LockKind::lease, false, true},
      {{{"get", "endpoints"}}, LockKind::lease, true, false},
      {{{"update", "leases"}}, LockKind::endpoints, true, false},
      {{{"create", "leases"}, {"watch", "endpoints"}}, LockKind::endpoints, false, false},
      {{{"get", "leases"}, {"patch", "endpoints"}}, LockKind::none, false, false},
  };
  for (auto const& row : table) {
    INFO("row " << &row - table.data());
    MemoryApiServer server;
    for (auto const& [verb, resource] : row.forbidden) server.forbid(verb, resource);
    auto const choice = choose(server);
    CHECK(choice.kind == row.kind);
    CHECK(choice.may_follow == row.may_follow);
    CHECK(choice.may_see_forerunner == row.may_see_forerunner);
  }
}

TEST_CASE("with a third of all requests failing the choice is made after a few tries, and no answer is asked twice") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    MemoryApiServer server;
    std::mt19937 random(seed);
    std::map<std::string, int> answered;
    server.on_request(
        [&](auto moment, std::size_t, k8s::Request const& request) -> std::optional<MemoryApiServer::Answer> {
          if (moment == MemoryApiServer::Moment::after) return std::nullopt;
          if (random() % 3 == 0) return k8s::make_error(k8s::ErrorKind::transport, "connection reset");
          ++answered[request.body];
          return std::nullopt;
        });
    k8s::Client client(server.connect());
    k8s::LockChooser chooser("team");
    int tries = 1;
    auto choice = chooser.choose(client, {});
    for (; choice.has_error() && tries < 20; ++tries) choice = chooser.choose(client, {});
    REQUIRE(choice.has_value());
    CHECK(choice->kind == LockKind::lease);
    CHECK(answered.size() == 8);
    for (auto const& [question, times] : answered) CHECK(times == 1);
  }
}

TEST_CASE("once a choice was made, the next one rests on new answers") {
  MemoryApiServer server;
  server.forbid("get", "leases");
  server.forbid("create", "endpoints");
  k8s::Client client(server.connect());
  k8s::LockChooser chooser("team");
  CHECK(chooser.choose(client, {})->kind == LockKind::none);
  server.allow("get", "leases");
  CHECK(chooser.choose(client, {})->kind == LockKind::lease);
}
