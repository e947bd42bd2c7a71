#include "provisioner/controller/permission_watch.hpp"

#include <map>
#include <random>
#include <thread>

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

using Moment = test::MemoryApiServer::Moment;
using Answer = std::optional<test::MemoryApiServer::Answer>;

struct Watching {
  test::MemoryApiServer server;
  FakeClock clock;
  LogBook book;
  SharedSettings settings;
  PermissionWatch watch;
  k8s::Client client{server.connect()};
  int widened = 0;
  std::map<std::string, int> answered;  // reviews by their body, /version by its path

  explicit Watching(Binding binding = Binding::direct)
      : settings(Settings{std::string(our_name), Binding::direct, permissions_until_answered(), {}, {}}),
        watch(binding, settings, clock, book.log(), 1) {
    fail([] { return false; });
  }

  // From now on a request fails where `when` says so. Those that do not are counted.
  void fail(std::function<bool()> const& when,
            test::MemoryApiServer::Answer const& as = k8s::make_error(k8s::ErrorKind::transport, "connection reset")) {
    server.on_request([this, when, as](Moment moment, std::size_t, k8s::Request const& request) -> Answer {
      if (moment == Moment::after) return std::nullopt;
      if (when()) return as;
      ++answered[request.body.empty() ? request.target : request.body];
      return std::nullopt;
    });
  }

  void ask() {
    auto const due = watch.ask_what_is_due(client, {}, [this] { ++widened; });
    CHECK(due > clock.steady());
  }
  void pass(std::chrono::milliseconds time) { clock.advance(time); }
  [[nodiscard]] Permissions permissions() const { return settings.current().permissions; }
};

constexpr auto claim_status = &Permissions::patch_claim_status;

}  // namespace

TEST_CASE("when all is allowed, one round is enough to serve") {
  Watching watching;
  CHECK_FALSE(watching.watch.may_serve());
  watching.ask();
  CHECK(watching.watch.may_serve());
  CHECK(watching.widened == 0);  // nothing was left undone
  CHECK(watching.permissions() == Permissions{});
  CHECK(watching.answered.size() == permission_needs(Binding::direct).size());
}

TEST_CASE(
    "with up to a third of all requests failing, serving begins after a few rounds, and no answer is asked twice") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    for (unsigned const percent : {15U, 30U}) {
      INFO("seed " << seed << ", " << percent << " %");
      Watching watching(Binding::eager);
      std::mt19937 random(seed);
      watching.fail([&] { return random() % 100 < percent; });
      int rounds = 0;
      for (; !watching.watch.may_serve() && rounds < 30; ++rounds) {
        watching.ask();
        watching.pass(350ms);
      }
      CHECK(watching.watch.may_serve());
      CHECK(rounds <= 15);  // by the bound of five seconds, if not before
      for (int more = 0; more < 30; ++more) {
        watching.ask();
        watching.pass(2s);
      }
      CHECK(watching.answered.size() == permission_needs(Binding::eager).size() + 1);
      for (auto const& [question, times] : watching.answered) CHECK(times == 1);
      CHECK(watching.permissions() == Permissions{});
      CHECK(watching.settings.current().binding == Binding::eager);
    }
  }
}

TEST_CASE("an API server that answers nothing does not hold up serving for long") {
  Watching watching(Binding::eager);
  watching.fail([] { return true; });
  watching.ask();
  CHECK_FALSE(watching.watch.may_serve());
  watching.pass(longest_start);
  CHECK(watching.watch.may_serve());
  // What is not known counts as granted, but for what could make a volume stick.
  CHECK(watching.permissions() == permissions_until_answered());
  CHECK(watching.permissions() == Permissions{.patch_volumes = false});
  CHECK(watching.settings.current().binding == Binding::direct);
  // Once it answers, what was left undone is looked at again.
  watching.fail([] { return false; });
  watching.pass(1s);
  watching.ask();
  CHECK(watching.widened == 1);
  CHECK(watching.permissions() == Permissions{});
  CHECK(watching.settings.current().binding == Binding::eager);
}

TEST_CASE("the time that the first questions take counts: one that hangs does not hold up serving for longer") {
  Watching watching;
  watching.server.on_request([&](Moment moment, std::size_t number, k8s::Request const&) -> Answer {
    if (moment == Moment::after || number > 1) return std::nullopt;
    CHECK_FALSE(watching.watch.may_serve());
    watching.pass(longest_start);
    CHECK(watching.watch.may_serve());
    return std::nullopt;
  });
  watching.ask();
}

TEST_CASE("what is answered in the very round in which serving began is used for what was left undone until then") {
  Watching watching;
  watching.server.on_request([&](Moment moment, std::size_t number, k8s::Request const&) -> Answer {
    if (moment == Moment::before && number == 1) watching.pass(longest_start);
    return std::nullopt;
  });
  watching.ask();
  CHECK(watching.permissions() == Permissions{});
  CHECK(watching.widened == 1);
}

TEST_CASE("a server that does not let us ask is no reason to wait") {
  Watching watching;
  watching.fail([] { return true; }, test::failure(403, "Forbidden", "no reviews"));
  watching.ask();
  CHECK(watching.watch.may_serve());
  CHECK(watching.permissions() == permissions_until_answered());
  CHECK(watching.watch.ask_about(claim_status, watching.client, {}) == Ruling::cannot_ask);
  CHECK(watching.permissions().patch_claim_status);
  CHECK(watching.book.count("asking what is allowed") == 1);
}

TEST_CASE("a permission that is taken away or granted later is noticed within minutes, used, and logged once") {
  Watching watching;
  watching.ask();
  watching.server.forbid("patch", "persistentvolumeclaims/status");
  for (int i = 0; i < 3; ++i) {
    watching.pass(review_every + review_every / 5);
    watching.ask();
    CHECK(watching.permissions() == Permissions{.patch_claim_status = false});
  }
  CHECK(watching.widened == 0);
  watching.server.allow("patch", "persistentvolumeclaims/status");
  for (int i = 0; i < 3; ++i) {
    watching.pass(review_every + review_every / 5);
    watching.ask();
    CHECK(watching.permissions() == Permissions{});
  }
  CHECK(watching.widened == 1);
  CHECK(watching.book.count("permission is missing: patch persistentvolumeclaims/status") == 1);
  CHECK(watching.book.count("permission is granted now: patch persistentvolumeclaims/status") == 1);
}

TEST_CASE("a refused request withdraws a permission only if the review says no") {
  Watching watching;
  watching.ask();
  watching.pass(quiet_after_review);
  CHECK(watching.watch.ask_about(claim_status, watching.client, {}) == Ruling::about_object);
  CHECK(watching.permissions().patch_claim_status);
  watching.server.forbid("patch", "persistentvolumeclaims/status");
  watching.pass(quiet_after_review);
  CHECK(watching.watch.ask_about(claim_status, watching.client, {}) == Ruling::missing);
  CHECK(watching.permissions() == Permissions{.patch_claim_status = false});
}

TEST_CASE("a thousand refused requests, from many threads, ask for one review") {
  Watching watching;
  watching.ask();
  watching.pass(quiet_after_review);
  watching.answered.clear();
  watching.server.on_request({});
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      k8s::Client client(watching.server.connect());
      for (int j = 0; j < 125; ++j) {
        auto const ruling = watching.watch.ask_about(claim_status, client, {});
        if (ruling != Ruling::about_object && ruling != Ruling::unknown) std::terminate();
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(watching.server.requests() == 1);
}

TEST_CASE("a review that fails leaves the permission as it was, and is not repeated for each refused request") {
  Watching watching;
  watching.ask();
  watching.pass(quiet_after_review);
  watching.fail([] { return true; });
  for (int i = 0; i < 100; ++i) CHECK(watching.watch.ask_about(claim_status, watching.client, {}) == Ruling::unknown);
  CHECK(watching.server.requests() == 1);
  CHECK(watching.permissions().patch_claim_status);
}

TEST_CASE("eager binding waits for a server's version that is new enough") {
  struct Row {
    std::string version;
    Binding binding;
  };
  std::vector<Row> const table{{R"({"major":"1","minor":"19"})", Binding::direct},
                               {R"({"major":"1","minor":"20"})", Binding::eager},
                               {R"({"major":"2","minor":"0"})", Binding::eager},
                               {"no JSON", Binding::direct}};
  for (auto const& row : table) {
    INFO(row.version);
    Watching watching(Binding::eager);
    watching.server.on_request([&](Moment, std::size_t, k8s::Request const& request) -> Answer {
      if (request.target != "/version") return std::nullopt;
      return k8s::Response{200, row.version, {}};
    });
    watching.ask();
    CHECK(watching.settings.current().binding == row.binding);
  }
}
