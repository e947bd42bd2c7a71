#include "k8s/watch/reflector.hpp"

#include <thread>

#include "k8s/base/mutex.hpp"
#include "k8s/model/claim.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

using k8s::Claim;
using k8s::Store;
using test::Answer;
using test::FakeTransport;
using namespace std::chrono_literals;

namespace {

std::string object(std::string const& name, std::string const& version) {
  return R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"namespace":"ns","name":")" + name +
         R"(","uid":"uid-)" + name + R"(","resourceVersion":")" + version + R"(","labels":{"a":"b"}}})";
}
std::string line(std::string const& type, std::string const& json) {
  return R"({"type":")" + type + R"(","object":)" + json + "}\n";
}
std::string bookmark(std::string const& version, bool end = false) {
  auto const annotations = end ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "";
  return line("BOOKMARK", R"({"kind":"PersistentVolumeClaim","metadata":{"resourceVersion":")" + version + "\"" +
                              annotations + "}}");
}
std::string status(int code, std::string const& reason) {
  return R"({"kind":"Status","code":)" + std::to_string(code) + R"(,"reason":")" + reason + R"(","message":"no"})";
}
std::string page(std::string const& items, std::string const& version, std::string const& more = {}) {
  return R"({"metadata":{"resourceVersion":")" + version + R"(","continue":")" + more + R"("},"items":[)" + items +
         "]}";
}

/// A reflector on its thread, what its store said, and what it logged.
class Running {
 public:
  explicit Running(FakeTransport& server) : server_(server) {
    store.on_change([this](k8s::Change<Claim> const& change) {
      auto const& object = change.after ? change.after : change.before;
      note((change.before ? (change.after ? "~" : "-") : "+") + object->meta.name);
    });
    options.backoff = {.first = 1ms, .most = 2ms};
  }

  void start() {
    thread_ = std::jthread([this](std::stop_token stop) {
      k8s::run_reflector<Claim>(server_, store, options, k8s::system_clock(), log, stop,
                                [](Claim& each) { each.meta.labels.clear(); });
    });
  }

  void note(std::string change) {
    k8s::MutexLock const lock(mutex_);
    changes_.push_back(std::move(change));
    changed_.notify_all();
  }

  bool wait_for_changes(std::size_t count) {
    k8s::MutexLock const lock(mutex_);
    return changed_.wait_for(mutex_, 20s, [&]() REQUIRES(mutex_) { return changes_.size() >= count; });
  }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  std::vector<std::string> changes() {
    k8s::MutexLock const lock(mutex_);
    return changes_;
  }
  std::vector<std::string> lines() {
    k8s::MutexLock const lock(mutex_);
    return lines_;
  }

  Store<Claim> store;
  k8s::ReflectorOptions options;
  k8s::Log log{k8s::LogLevel::info, k8s::LogFormat::text, [this](std::string_view text) {
                 k8s::MutexLock const lock(mutex_);
                 lines_.emplace_back(text);
               }};

 private:
  FakeTransport& server_;
  k8s::Mutex mutex_;
  k8s::Condition changed_;
  std::vector<std::string> changes_ GUARDED_BY(mutex_);
  std::vector<std::string> lines_ GUARDED_BY(mutex_);
  std::jthread thread_;
};

using Lines = std::vector<std::string>;

bool has(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("initial events fill the store, and the watch goes on from there") {
  FakeTransport server;
  server.answer(
      Answer{.chunks = {line("ADDED", object("a", "1")) + line("ADDED", object("b", "2")), bookmark("5", true),
                        line("MODIFIED", object("a", "6")) + line("DELETED", object("b", "7"))},
             .hang = true});
  Running it(server);
  it.start();
  REQUIRE(it.wait_for_changes(4));
  it.stop();
  auto changes = it.changes();
  std::sort(changes.begin(), changes.begin() + 2);
  CHECK(changes == Lines{"+a", "+b", "~a", "-b"});
  CHECK(it.store.synced());
  CHECK(it.store.get("ns/a")->meta.labels.empty());
  CHECK(it.lines().empty());
  REQUIRE(server.requests().size() == 1);
  CHECK(has(server.requests()[0].target, "sendInitialEvents=true"));
}

TEST_CASE("pages fill the store where initial events are unknown, and an ended watch is resumed") {
  FakeTransport server;
  server.answer(test::body(status(422, "Invalid"), 422));
  server.answer(test::body(page(object("a", "1"), "9", "more")));
  server.answer(test::body(page(object("b", "2"), "9")));
  server.answer(test::body(line("ADDED", object("c", "10"))));
  server.answer(Answer{.chunks = {bookmark("11")}, .hang = true});
  Running it(server);
  it.options.watch_timeout = 1s;  // as far as can be told, the server has kept it
  it.start();
  REQUIRE(server.wait_for_requests(5));
  it.stop();
  CHECK(it.store.size() == 3);
  auto const requests = server.requests();
  CHECK(has(requests[1].target, "?limit=500"));
  CHECK(has(requests[2].target, "continue=more"));
  CHECK(has(requests[3].target, "resourceVersion=9"));
  CHECK(has(requests[4].target, "resourceVersion=10"));
  CHECK(it.lines().empty());
}

TEST_CASE("an expired resourceVersion, by status or by event, is followed by a relist whose differences are reported") {
  auto const by_event = GENERATE(true, false);
  FakeTransport server;
  server.answer(test::body(line("ADDED", object("a", "1")) + line("ADDED", object("b", "1")) + bookmark("2", true)));
  server.answer(by_event ? test::body(line("ERROR", status(410, "Expired"))) : test::body(status(410, "Expired"), 410));
  server.answer(
      Answer{.chunks = {line("ADDED", object("b", "1")) + line("ADDED", object("c", "8")), bookmark("9", true)},
             .hang = true});
  Running it(server);
  it.options.watch_timeout = 1s;
  it.start();
  REQUIRE(it.wait_for_changes(4));
  it.stop();
  auto changes = it.changes();
  std::sort(changes.begin(), changes.begin() + 2);
  CHECK(changes == Lines{"+a", "+b", "-a", "+c"});
  CHECK(it.lines().empty());
}

TEST_CASE("a relist that breaks off leaves the copy as it was") {
  FakeTransport server;
  server.answer(test::body(line("ADDED", object("a", "1")) + bookmark("2", true)));
  server.answer(test::body(status(410, "Expired"), 410));
  server.answer(Answer{.chunks = {line("ADDED", object("z", "8"))},
                       .error = k8s::make_error(k8s::ErrorKind::transport, "reset")});
  server.answer(Answer{.chunks = {page(object("y", "9"), "9").substr(0, 60)}});
  Running it(server);
  it.start();
  REQUIRE(server.wait_for_requests(5));
  CHECK(it.store.size() == 1);
  it.stop();
  CHECK(it.store.size() == 1);
  CHECK(it.store.synced());
  CHECK(it.changes() == Lines{"+a"});
}

TEST_CASE("each failure is logged once, and the recovery") {
  FakeTransport server;
  for (int i = 0; i < 5; ++i) server.answer(test::body(status(403, "Forbidden"), 403));
  server.answer(Answer{.chunks = {bookmark("9", true)}, .hang = true});
  Running it(server);
  it.start();
  REQUIRE(server.wait_for_requests(6));
  auto const deadline = std::chrono::steady_clock::now() + 20s;
  while (it.lines().size() < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  it.stop();
  auto const lines = it.lines();
  REQUIRE(lines.size() == 2);
  CHECK(has(lines[0], "watch persistentvolumeclaims: forbidden"));
  CHECK(has(lines[1], "works again"));
}

TEST_CASE("an object that cannot be read is set aside, and the rest of the list and of the watch goes on") {
  auto const deep = R"({"metadata":{"namespace":"ns","name":"b","uid":"uid-b","resourceVersion":"2"},"spec":5})";
  bool const paged = GENERATE(true, false);
  CAPTURE(paged);
  FakeTransport server;
  if (paged) {
    server.answer(test::body(status(422, "Invalid"), 422));
    server.answer(test::body(page(object("a", "1") + "," + deep + "," + object("c", "3"), "9")));
    server.answer(Answer{.chunks = {line("MODIFIED", object("a", "10")) + line("DELETED", deep)}, .hang = true});
  } else {
    server.answer(
        Answer{.chunks = {line("ADDED", object("a", "1")) + line("ADDED", deep) + line("ADDED", object("c", "3")),
                          bookmark("9", true), line("MODIFIED", object("a", "10")), line("DELETED", deep)},
               .hang = true});
  }
  Running it(server);
  it.store.on_set_aside([&](k8s::Unreadable const& each, k8s::Aside now) {
    it.note((now == k8s::Aside::began ? "aside " : "gone ") + each.identity.name);
  });
  it.start();
  REQUIRE(it.wait_for_changes(5));
  it.stop();
  auto changes = it.changes();
  std::sort(changes.begin(), changes.begin() + 2);
  CHECK(changes == Lines{"+a", "+c", "aside b", "~a", "gone b"});
}

TEST_CASE("an object over 8 MiB is set aside by the beginning of its text") {
  auto const large = R"({"metadata":{"namespace":"ns","name":"b","uid":"uid-b","resourceVersion":"2","labels":{"a":")" +
                     std::string(9U << 20, 'x') + R"("}}})";
  bool const paged = GENERATE(true, false);
  CAPTURE(paged);
  FakeTransport server;
  if (paged) {
    server.answer(test::body(status(422, "Invalid"), 422));
    server.answer(test::body(page(large + "," + object("a", "1"), "9")));
  } else {
    server.answer(test::body(line("ADDED", large) + line("ADDED", object("a", "1")) + bookmark("9", true)));
  }
  Running it(server);
  it.start();
  REQUIRE(it.wait_for_changes(1));
  it.stop();
  CHECK(it.changes() == Lines{"+a"});
  REQUIRE(it.store.unreadable("ns/b"));
  CHECK(it.store.unreadable("ns/b")->why == "it is too large");
}

TEST_CASE("what comes and what fails is told to who looks after the health of a watch") {
  FakeTransport server;
  server.answer(test::body(line("ADDED", object("a", "1")) + bookmark("2", true)));
  for (int i = 0; i < 2; ++i) server.answer(test::body(status(403, "Forbidden"), 403));
  Running it(server);
  k8s::WatchHealth health(k8s::system_clock());
  it.options.health = &health;
  it.start();
  REQUIRE(server.wait_for_requests(4));
  CHECK(has(health.read().failure, "forbidden"));
  server.answer(Answer{.chunks = {bookmark("3")}, .hang = true});
  auto const deadline = std::chrono::steady_clock::now() + 20s;
  while (!health.read().failure.empty() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(health.read().failure.empty());
  it.stop();
}

TEST_CASE("the server is asked to end a watch before the watch counts as silent") {
  k8s::ReflectorOptions const options;
  CHECK(options.watch_timeout < options.idle_timeout);
  FakeTransport server;
  Running it(server);
  it.start();
  REQUIRE(server.wait_for_requests(1));
  it.stop();
  CHECK(has(server.requests()[0].target, "timeoutSeconds=60"));
  CHECK(server.requests()[0].idle_timeout == 90s);
}

TEST_CASE("an object that cannot be identified stops the progress: it is not taken for one that is gone") {
  FakeTransport server;
  server.answer(test::body(line("ADDED", object("a", "1")) + bookmark("2", true)));
  for (int i = 0; i < 2; ++i) {
    server.answer(test::body(line("MODIFIED", R"({"metadata":{"namespace":7,"name":"a","resourceVersion":"3"}})")));
  }
  Running it(server);
  it.options.watch_timeout = 1s;
  it.start();
  REQUIRE(server.wait_for_requests(4));
  it.stop();
  CHECK(has(server.requests()[3].target, "resourceVersion=2"));
  CHECK(it.store.get("ns/a")->meta.resource_version == "1");
  CHECK(it.lines().size() == 1);
}

TEST_CASE("stop ends a reflector that waits for the server or for its back-off") {
  FakeTransport silent;
  Running waits(silent);
  waits.start();
  REQUIRE(silent.wait_for_requests(1));
  waits.stop();

  auto broken = test::body(status(429, "TooManyRequests"), 429);
  broken.retry_after = 1h;
  FakeTransport busy;
  busy.answer(broken);
  Running pauses(busy);
  pauses.start();
  REQUIRE(busy.wait_for_requests(1));
  pauses.stop();
  CHECK(busy.requests().size() == 1);
}
