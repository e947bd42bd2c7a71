#include "provisioner/app/namespace_uids.hpp"

#include "tests/provisioner/app/app_fixtures.hpp"
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
  k8s::Result<std::string> of(k8s::Claim const& claim) { return uids.of(claim, client, {}); }
};

}  // namespace

TEST_CASE("a namespace's uid is asked for once while a claim of it exists") {
  Place place;
  place.make("team-a", "N1");
  place.view.claims().apply(pending_claim("web", "U1"));
  place.view.claims().apply(pending_claim("db", "U2"));
  CHECK(*place.of(pending_claim("web", "U1")) == "N1");
  CHECK(*place.of(pending_claim("db", "U2")) == "N1");
  CHECK(place.server.requests() == 1);
}

TEST_CASE("namespaces are told apart") {
  Place place;
  place.make("team-a", "N1");
  place.make("team-b", "N2");
  place.view.claims().apply(pending_claim("web", "U1"));
  CHECK(*place.of(pending_claim("web", "U1")) == "N1");
  CHECK(*place.of(pending_claim("web", "U2", "1", "team-b")) == "N2");
}

TEST_CASE("once the claim that vouched for it is gone, a namespace is asked for anew: it may be another") {
  Place place;
  place.make("team-a", "N1");
  place.view.claims().apply(pending_claim("web", "U1"));
  REQUIRE(*place.of(pending_claim("web", "U1")) == "N1");
  place.server.remove<k8s::Namespace>({{}, "team-a"});
  place.make("team-a", "N2");
  place.view.claims().erase("team-a/web");
  place.view.claims().apply(pending_claim("web", "U2", "2"));
  CHECK(*place.of(pending_claim("web", "U2", "2")) == "N2");
}

TEST_CASE("a namespace that cannot be read is an error, and is asked for again") {
  Place place;
  place.server.forbid("get", "namespaces");
  place.view.claims().apply(pending_claim("web", "U1"));
  CHECK(place.of(pending_claim("web", "U1")).error().forbidden());
  place.server.allow("get", "namespaces");
  CHECK(place.of(pending_claim("web", "U1")).error().not_found());
  place.make("team-a", "N1");
  CHECK(*place.of(pending_claim("web", "U1")) == "N1");
}
