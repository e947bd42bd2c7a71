#include "provisioner/controller/namespace_uids.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

struct Place {
  FakeClock clock;
  ClusterView view{clock};
  test::MemoryApiServer server;
  k8s::Client client{server.connect()};
  NamespaceUids uids{view};

  void make(std::string const& name, std::string const& uid) {
    k8s::Namespace name_space;
    name_space.meta.name = name;
    name_space.meta.uid = uid;
    server.put(name_space);
    server.on_request({});
  }
  /// On the server, and seen by the watch.
  k8s::Claim put(k8s::Claim const& claim) {
    auto made = server.put(claim);
    view.claims().apply(made);
    return made;
  }
  k8s::Result<std::optional<std::string>> of(k8s::Claim const& claim) {
    auto const found = uids.of(claim, client, {});
    if (found.has_error()) return found.error();
    return *found ? std::optional((*found)->uid) : std::nullopt;
  }
};

}  // namespace

TEST_CASE("a namespace's uid is asked for once while a claim of it exists") {
  Place place;
  place.make("team-a", "N1");
  auto const web = place.put(pending_claim("web", "U1"));
  auto const db = place.put(pending_claim("db", "U2"));
  place.server.on_request({});
  CHECK(**place.of(web) == "N1");
  auto const asked = place.server.requests();
  CHECK(**place.of(db) == "N1");
  CHECK(place.server.requests() == asked);
}

TEST_CASE("namespaces are told apart") {
  Place place;
  place.make("team-a", "N1");
  place.make("team-b", "N2");
  auto const one = place.put(pending_claim("web", "U1"));
  auto const other = place.put(pending_claim("web", "U2", "1", "team-b"));
  CHECK(**place.of(one) == "N1");
  CHECK(**place.of(other) == "N2");
}

TEST_CASE("once the claim that vouched for it is gone, a namespace is asked for anew: it may be another") {
  Place place;
  place.make("team-a", "N1");
  auto const web = place.put(pending_claim("web", "U1"));
  REQUIRE(**place.of(web) == "N1");
  place.server.remove<k8s::Claim>({"team-a", "web"});
  place.server.remove<k8s::Namespace>({{}, "team-a"});
  place.make("team-a", "N2");
  place.view.claims().erase("team-a/web");
  CHECK(**place.of(place.put(pending_claim("web", "U2", "2"))) == "N2");
}

TEST_CASE("a claim that is gone, though its watch still shows it, is not of the namespace that is there now") {
  Place place;
  place.make("team-a", "N1");
  auto const web = place.put(pending_claim("web", "U1"));
  place.server.remove<k8s::Claim>({"team-a", "web"});
  place.server.remove<k8s::Namespace>({{}, "team-a"});
  place.make("team-a", "N2");
  CHECK_FALSE(place.of(web)->has_value());
  auto const next = place.server.put(pending_claim("web", "U2"));  // not seen by the watch yet
  CHECK_FALSE(place.of(web)->has_value());
  CHECK(**place.of(next) == "N2");
}

TEST_CASE("a namespace that cannot be read is an error, and is asked for again") {
  Place place;
  place.server.forbid("get", "namespaces");
  auto const web = place.put(pending_claim("web", "U1"));
  CHECK(place.of(web).error().forbidden());
  place.server.allow("get", "namespaces");
  CHECK(place.of(web).error().not_found());
  place.make("team-a", "N1");
  CHECK(**place.of(web) == "N1");
}
