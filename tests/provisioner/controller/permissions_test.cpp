#include "provisioner/controller/permissions.hpp"

#include <algorithm>

#include "provisioner/controller/shared_settings.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

PermissionReport ask(test::MemoryApiServer& server, Binding binding = Binding::direct) {
  k8s::Client client(server.connect());
  return ask_permissions(client, binding, {}).value();
}

std::vector<std::string> asked(Binding binding) {
  std::vector<std::string> questions;
  for (auto const& need : permission_needs(binding)) questions.push_back(to_string(need.question));
  return questions;
}

}  // namespace

TEST_CASE("what is allowed is granted") {
  test::MemoryApiServer server;
  auto const report = ask(server);
  CHECK(report.missing.empty());
  CHECK(report.granted == Permissions{});
}

TEST_CASE("each missing permission takes its own feature away, and is named with its effect") {
  struct Row {
    std::string verb;
    std::string resource;
    bool Permissions::*feature;
  };
  std::vector<Row> const table{
      {"patch", "persistentvolumes", &Permissions::patch_volumes},
      {"patch", "persistentvolumes/status", &Permissions::patch_volume_status},
      {"patch", "persistentvolumeclaims", &Permissions::patch_claims},
      {"patch", "persistentvolumeclaims/status", &Permissions::patch_claim_status},
      {"get", "namespaces", &Permissions::get_namespaces},
      {"get", "storageclasses", &Permissions::get_classes},
  };
  for (auto const& row : table) {
    INFO(row.verb << " " << row.resource);
    test::MemoryApiServer server;
    server.forbid(row.verb, row.resource);
    auto const report = ask(server);
    REQUIRE(report.missing.size() == 1);
    CHECK(to_string(report.missing.front().question).starts_with(row.verb + " " + row.resource));
    CHECK_FALSE(report.missing.front().without.empty());
    Permissions expected;
    expected.*row.feature = false;
    CHECK(report.granted == expected);
  }
}

TEST_CASE("what nothing works without is missing, but takes no feature away") {
  test::MemoryApiServer server;
  server.forbid("create", "persistentvolumes");
  auto const report = ask(server);
  REQUIRE(report.missing.size() == 1);
  CHECK(report.missing.front().feature == nullptr);
  CHECK(report.granted == Permissions{});
}

TEST_CASE("what binding needs is asked for only where the program binds") {
  for (auto const* question :
       {"patch persistentvolumes/status", "patch persistentvolumeclaims", "patch persistentvolumeclaims/status"}) {
    INFO(question);
    auto const has = [&](Binding binding) {
      auto const all = asked(binding);
      return std::find(all.begin(), all.end(), question) != all.end();
    };
    CHECK(has(Binding::direct));
    CHECK(has(Binding::eager));
    CHECK_FALSE(has(Binding::controller));
  }
}

TEST_CASE("a group is part of a question's text") {
  CHECK(to_string(k8s::AccessQuestion{"list", "storage.k8s.io", "storageclasses", {}, {}}) ==
        "list storageclasses.storage.k8s.io");
}

TEST_CASE("an API server that cannot be asked is an error, not a missing permission") {
  test::FakeTransport transport;
  transport.answer(test::broken());
  k8s::Client client(transport.connect());
  CHECK(ask_permissions(client, Binding::direct, {}).has_error());
  CHECK(transport.requests().size() == 1);
}

TEST_CASE("settings say whether setting them changed anything") {
  SharedSettings settings{Settings{}};
  CHECK(settings.set(&Permissions::patch_claims, false));
  CHECK_FALSE(settings.set(&Permissions::patch_claims, false));
  CHECK_FALSE(settings.current().permissions.patch_claims);
  CHECK(settings.current().permissions.patch_volumes);
  CHECK(settings.set(Binding::eager));
  CHECK_FALSE(settings.set(Binding::eager));
}
