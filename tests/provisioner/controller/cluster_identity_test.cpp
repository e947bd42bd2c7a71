#include "provisioner/controller/cluster_identity.hpp"

#include <future>

#include "provisioner/controller/starting_settings.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Asking {
  test::MemoryApiServer server;
  FakeClock clock;
  LogBook log;
  SharedSettings settings{starting_settings(std::string(our_name), Binding::direct)};
  PermissionWatch permissions{Binding::direct, settings, clock, log.log()};
  k8s::Client client{server.connect()};

  Asking() {
    k8s::Namespace system;
    system.meta.name = "kube-system";
    system.meta.uid = "the-uid";
    server.put(system);
  }
  Cluster identify(ClusterChoice const& choice) {
    return identify_cluster(choice, permissions, client, clock, log.log(), {});
  }
};

}  // namespace

TEST_CASE("a cluster is known by the uid of its namespace kube-system") {
  Asking asking;
  CHECK(asking.identify({.name = "prod", .stand_in = "ca-1"}) == Cluster{"the-uid", "prod"});
}

TEST_CASE("an id that an administrator chose is asked of nobody") {
  Asking asking;
  asking.server.on_request({});
  CHECK(asking.identify({.id = "chosen", .stand_in = "ca-1"}) == Cluster{"chosen"});
  CHECK(asking.server.requests() == 0);
}

TEST_CASE("where namespaces may not be read the stand-in is used, and no request is refused") {
  Asking asking;
  asking.server.forbid("get", "namespaces");
  asking.server.on_request({});
  CHECK(asking.identify({.stand_in = "ca-1"}) == Cluster{"ca-1"});
  CHECK(asking.server.requests() == 1);  // the review
  CHECK(asking.log.count("known on the export by its CA") == 1);
}

TEST_CASE("a failure is no reason for the stand-in: it is asked again") {
  Asking asking;
  int failures = 0;
  asking.server.on_request([&](auto, std::size_t, auto const&) -> std::optional<test::MemoryApiServer::Answer> {
    if (++failures > 4) return std::nullopt;
    return test::MemoryApiServer::Answer(k8s::make_error(k8s::ErrorKind::transport, "reset"));
  });
  auto identified = std::async(std::launch::async, [&] { return asking.identify({.stand_in = "ca-1"}); });
  while (identified.wait_for(1ms) != std::future_status::ready) asking.clock.advance(1s);
  CHECK(identified.get() == Cluster{"the-uid"});
  CHECK(asking.log.count("cannot ask which cluster this is") >= 1);
}
