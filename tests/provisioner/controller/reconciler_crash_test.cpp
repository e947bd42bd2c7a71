#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;

namespace {

// All is as docs/behaviour.md wants it, and nothing goes on any more.
void check_served(Stage& stage, Binding binding = Binding::direct) {
  Program program(stage, binding);
  REQUIRE(program.work());
  if (binding == Binding::controller) {
    stage.controller_manager();
    REQUIRE(program.work());
  }
  auto const claim = stage.claim("web");
  REQUIRE(claim);
  CHECK(is_bound(*claim));
  CHECK(claim->volume_name == "pvc-U1");
  CHECK(claim->status_capacity == "1Gi");
  auto const volumes = stage.server.all<k8s::Volume>();
  REQUIRE(volumes.size() == 1);
  CHECK(volumes.front().phase == "Bound");
  CHECK(stage.directories() == std::vector<std::string>{"team-a", "team-a/web"});
  CHECK_FALSE(stage.has_intents());
  stage.server.on_request({});
  REQUIRE(program.work());
  (void)program.reconcile("pvc-U1");
  CHECK(stage.server.requests() == 0);
}

// A parent that could not be removed at the first try is left: it is empty and in nobody's way.
void check_released(Stage& stage, bool parent_may_stay = false) {
  Program program(stage);
  stage.controller_manager();
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(stage.server.all<k8s::Volume>().empty());
  auto left = stage.directories();
  if (parent_may_stay) std::erase(left, "team-a");
  CHECK(left == std::vector<std::string>{"archived-team-a-web-pvc-U1", "archived-team-a-web-pvc-U1/data"});
  CHECK_FALSE(stage.has_intents());
}

test::MemoryApiServer::Answer connection_lost() {
  return k8s::make_error(k8s::ErrorKind::transport, "connection reset");
}

// How many requests one undisturbed life makes for a claim.
std::size_t requests_to_serve(Binding binding) {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage, binding);
  stage.server.on_request({});
  REQUIRE(program.work());
  return stage.server.requests();
}

// A Bound claim with data, whose claim is deleted now.
void serve_and_remove(Stage& stage) {
  stage.put_claim("web", "U1");
  {
    Program program(stage);
    REQUIRE(program.work());
  }
  stage.files.put_file("team-a/web/data", "precious");
  stage.remove_claim("web");
  stage.controller_manager();
}

struct Blow {
  std::string what;
  std::function<std::optional<test::MemoryApiServer::Answer>()> strike;
};

std::vector<Blow> const& blows() {
  static std::vector<Blow> const all{
      {"the connection is lost", [] { return connection_lost(); }},
      {"HTTP 500", [] { return test::failure(500, "InternalError", "etcd is asleep"); }},
      {"HTTP 429", [] { return test::failure(429, "TooManyRequests", "slow down"); }},
      {"a conflict", [] { return test::failure(409, "Conflict", "modified"); }},
      {"the program dies", []() -> std::optional<test::MemoryApiServer::Answer> { throw Death{}; }},
  };
  return all;
}

test::MemoryApiServer::Hook strike_at(std::size_t number, Moment moment, Blow const& blow) {
  return [=](Moment now, std::size_t at, k8s::Request const&) -> std::optional<test::MemoryApiServer::Answer> {
    if (now != moment || at != number) return std::nullopt;
    return blow.strike();
  };
}

template <class Serve>
void die_or_live(Serve serve) {
  try {
    serve();
  } catch (Death const&) {
  } catch (Crash const&) {
  }
}

}  // namespace

TEST_CASE("whatever happens at whichever request, the claim is Bound in the end, to one volume") {
  for (auto const binding : {Binding::direct, Binding::controller}) {
    auto const count = requests_to_serve(binding);
    REQUIRE(count >= 2);
    for (std::size_t number = 1; number <= count; ++number) {
      for (auto const moment : {Moment::before, Moment::after}) {
        for (auto const& blow : blows()) {
          INFO("request " << number << (moment == Moment::before ? ", before it: " : ", after it: ") << blow.what);
          Stage stage;
          stage.put_claim("web", "U1");
          die_or_live([&] {
            Program program(stage, binding);
            stage.server.on_request(strike_at(number, moment, blow));
            bool const settled = program.work();
            CHECK(settled);
          });
          stage.server.on_request({});
          check_served(stage, binding);
        }
      }
    }
  }
}

TEST_CASE("the program outlives whatever happens at a request without a new start") {
  auto const count = requests_to_serve(Binding::direct);
  for (std::size_t number = 1; number <= count; ++number) {
    for (auto const moment : {Moment::before, Moment::after}) {
      for (auto const& blow : blows()) {
        if (blow.what == "the program dies") continue;
        INFO("request " << number << (moment == Moment::before ? ", before it: " : ", after it: ") << blow.what);
        Stage stage;
        stage.put_claim("web", "U1");
        Program program(stage);
        stage.server.on_request(strike_at(number, moment, blow));
        REQUIRE(program.work());
        INFO(program.log().text());
        CHECK(is_bound(*stage.claim("web")));
        CHECK_FALSE(stage.has_intents());
      }
    }
  }
}

TEST_CASE("whatever happens to the export, the claim is Bound in the end and nothing is left over") {
  std::size_t effects = 0;
  {
    Stage stage;
    Program program(stage);
    stage.put_claim("web", "U1");
    program.faults().fail_at(1000, FaultyFileSystem::Moment::before, StorageFault::io);
    REQUIRE(program.work());
    effects = program.faults().effects();
  }
  REQUIRE(effects > 3);
  for (std::size_t at = 1; at <= effects; ++at) {
    for (auto const moment : {FaultyFileSystem::Moment::before, FaultyFileSystem::Moment::after}) {
      for (bool const dies : {true, false}) {
        INFO("effect " << at << (moment == FaultyFileSystem::Moment::before ? " before" : " after")
                       << (dies ? ", dies" : ", fails"));
        Stage stage;
        stage.put_claim("web", "U1");
        die_or_live([&] {
          Program program(stage);
          if (dies)
            program.faults().crash_at(at, moment);
          else
            program.faults().fail_at(at, moment, StorageFault::io);
          bool const settled = program.work();
          CHECK(settled);
        });
        check_served(stage);
      }
    }
  }
}

TEST_CASE("whatever happens while a volume is released, its data is archived once and the volume goes") {
  std::size_t count = 0;
  {
    Stage stage;
    serve_and_remove(stage);
    Program program(stage);
    stage.server.on_request({});
    REQUIRE(program.work());
    count = stage.server.requests();
  }
  REQUIRE(count == 3);  // the volume is read, deleted, and freed of its finalizer
  for (std::size_t number = 1; number <= count; ++number) {
    for (auto const moment : {Moment::before, Moment::after}) {
      for (auto const& blow : blows()) {
        INFO("request " << number << (moment == Moment::before ? ", before it: " : ", after it: ") << blow.what);
        Stage stage;
        serve_and_remove(stage);
        die_or_live([&] {
          Program program(stage);
          stage.server.on_request(strike_at(number, moment, blow));
          bool const settled = program.work();
          CHECK(settled);
        });
        stage.server.on_request({});
        check_released(stage);
      }
    }
  }
}

TEST_CASE("whatever happens to the export while a volume is released, its data is archived once and the volume goes") {
  for (std::size_t at = 1; at <= 12; ++at) {
    for (auto const moment : {FaultyFileSystem::Moment::before, FaultyFileSystem::Moment::after}) {
      for (bool const dies : {true, false}) {
        INFO("effect " << at << (dies ? ", dies" : ", fails"));
        Stage stage;
        serve_and_remove(stage);
        die_or_live([&] {
          Program program(stage);
          if (dies)
            program.faults().crash_at(at, moment);
          else
            program.faults().fail_at(at, moment, StorageFault::io);
          bool const settled = program.work();
          CHECK(settled);
        });
        check_released(stage, !dies);
      }
    }
  }
}

TEST_CASE("a claim that is deleted at any moment of its provisioning leaves no volume and no directory") {
  for (auto const binding : {Binding::direct, Binding::controller}) {
    auto const count = requests_to_serve(binding);
    for (std::size_t number = 1; number <= count; ++number) {
      for (auto const moment : {Moment::before, Moment::after}) {
        for (bool const dies : {true, false}) {
          INFO("request " << number << (moment == Moment::before ? " before" : " after") << (dies ? ", dies" : ""));
          Stage stage;
          stage.put_claim("web", "U1");
          die_or_live([&] {
            Program program(stage, binding);
            stage.server.on_request(
                [&](Moment now, std::size_t at, k8s::Request const&) -> std::optional<test::MemoryApiServer::Answer> {
                  if (now != moment || at != number) return std::nullopt;
                  stage.remove_claim("web");
                  if (dies) throw Death{};
                  return std::nullopt;
                });
            bool const settled = program.work();
            CHECK(settled);
          });
          stage.server.on_request({});
          stage.controller_manager();
          Program program(stage, binding);
          REQUIRE(program.work());
          stage.controller_manager();
          REQUIRE(program.work());
          INFO(program.log().text());
          CHECK(stage.server.all<k8s::Volume>().empty());
          // Bound with its intent settled, it counts as used; it is empty, and leaves no archive.
          CHECK(stage.directories().empty());
          CHECK_FALSE(stage.has_intents());
        }
      }
    }
  }
}
