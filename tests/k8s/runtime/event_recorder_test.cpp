#include <thread>

#include "k8s/base/mutex.hpp"
#include "k8s/runtime/event_recorder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

using k8s::EventRecorder;
using k8s::EventType;
using k8s::Method;
using test::Answer;
using test::FakeTransport;
using namespace std::chrono_literals;

namespace {

constexpr auto stored = R"({"kind":"Event"})";

std::string status(int code, std::string const& reason, std::string const& message) {
  return R"({"kind":"Status","code":)" + std::to_string(code) + R"(,"reason":")" + reason + R"(","message":")" +
         message + R"("})";
}

/// Log lines, readable while others write.
class Lines {
 public:
  k8s::Log log{k8s::LogLevel::info, k8s::LogFormat::text, [this](std::string_view line) {
                 k8s::MutexLock const lock(mutex_);
                 lines_.emplace_back(line);
               }};
  /// Until there is a line, or for 20 s.
  void wait_for_one() const {
    auto const deadline = std::chrono::steady_clock::now() + 20s;
    while (all().empty() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
  }
  [[nodiscard]] std::vector<std::string> all() const {
    k8s::MutexLock const lock(mutex_);
    return lines_;
  }

 private:
  mutable k8s::Mutex mutex_;
  std::vector<std::string> lines_ GUARDED_BY(mutex_);
};

k8s::RecorderOptions options() {
  k8s::RecorderOptions out;
  out.component = "tester";
  out.host = "node-1";
  out.retry = {.first = 1ms, .most = 1ms};
  return out;
}

void record(EventRecorder& recorder, std::string const& message) {
  recorder.record({"v1", "PersistentVolumeClaim", "team-a", "web", "u", ""}, EventType::warning, "Failed", message);
}

bool has(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an event is posted, its repeat patched") {
  Lines lines;
  FakeTransport server;
  {
    EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
    server.answer(test::body(stored, 201));
    record(recorder, "no space");
    REQUIRE(server.wait_for_requests(1));
    record(recorder, "no space");
    server.answer(test::body(stored));
    REQUIRE(server.wait_for_requests(2));
  }
  auto const requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].method == Method::post);
  CHECK(requests[0].target == "/api/v1/namespaces/team-a/events");
  CHECK(has(requests[0].body, "no space"));
  CHECK(requests[1].method == Method::patch);
  CHECK(has(requests[1].target, "/api/v1/namespaces/team-a/events/web."));
  CHECK(requests[1].content_type == "application/merge-patch+json");
  CHECK(has(requests[1].body, R"("count":2)"));
  CHECK(lines.all().empty());
}

TEST_CASE("answers of the server decide what becomes of an event") {
  struct Row {
    std::string what;
    Answer first;
    std::size_t requests;
    std::size_t log_lines;
  };
  auto const row = GENERATE(values<Row>(
      {{"a POST that was replayed by the connection", test::body(status(409, "AlreadyExists", "x"), 409), 1, 0},
       {"a namespace that is gone", test::body(status(404, "NotFound", "namespaces not found"), 404), 1, 0},
       {"a namespace that is going",
        test::body(status(403, "Forbidden",
                          "unable to create new content in namespace team-a because it "
                          "is being terminated"),
                   403),
        1, 0},
       {"no permission", test::body(status(403, "Forbidden", "cannot create events"), 403), 1, 1},
       {"too many requests", test::body(status(429, "TooManyRequests", "later"), 429), 2, 2},
       {"a broken connection", test::broken(), 2, 2}}));
  CAPTURE(row.what);
  Lines lines;
  FakeTransport server;
  server.answer(row.first);
  {
    EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
    record(recorder, "no space");
    REQUIRE(server.wait_for_requests(row.requests));
    if (row.requests > 1) server.answer(test::body(stored, 201));
  }
  CHECK(server.requests().size() == row.requests);
  CHECK(lines.all().size() == row.log_lines);
}

TEST_CASE("a failure that stays is given up after some attempts, and logged once") {
  Lines lines;
  FakeTransport server([](k8s::Request const&) { return test::body(status(503, "", "down"), 503); });
  EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
  record(recorder, "a");
  record(recorder, "b");
  REQUIRE(server.wait_for_requests(10));
  CHECK(lines.all().size() == 1);
}

TEST_CASE("of a server's wish for a pause one minute is obeyed") {
  Lines lines;
  auto busy = test::body(status(429, "TooManyRequests", "come back tomorrow"), 429);
  busy.retry_after = 24h;
  FakeTransport server([busy](k8s::Request const&) { return busy; });
  {
    EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
    record(recorder, "no space");
    lines.wait_for_one();
  }
  REQUIRE(lines.all().size() == 1);
  CHECK(has(lines.all()[0], R"(retry_in="60.0s")"));
}

TEST_CASE("recording never waits for the server, and the end waits a second at most") {
  Lines lines;
  FakeTransport server;  // answers nothing
  {
    EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
    for (int i = 0; i < 5'000; ++i) {
      recorder.record({"v1", "PersistentVolume", "", "pvc-" + std::to_string(i), "u", ""}, EventType::normal, "R", "m");
    }
  }
  CHECK(server.requests().size() == 1);
}

TEST_CASE("what is pending at the end is still written") {
  Lines lines;
  FakeTransport server([](k8s::Request const&) { return test::body(stored, 201); });
  {
    EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
    for (int i = 0; i < 20; ++i) record(recorder, std::to_string(i));
  }
  CHECK(server.requests().size() == 20);
}

TEST_CASE("dropped events are counted in one line of the log") {
  Lines lines;
  FakeTransport server;
  auto setting = options();
  setting.max_pending = 2;
  {
    EventRecorder recorder(server, setting, k8s::system_clock(), lines.log);
    record(recorder, "0");
    REQUIRE(server.wait_for_requests(1));
    for (int i = 1; i < 6; ++i) record(recorder, std::to_string(i));
    for (int i = 0; i < 3; ++i) server.answer(test::body(stored, 201));
  }
  CHECK(server.requests().size() == 3);
  REQUIRE(lines.all().size() == 1);
  CHECK(has(lines.all()[0], "3"));
}

TEST_CASE("an event that was put off is written when its time has come") {
  Lines lines;
  FakeTransport server;
  EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
  server.answer(test::body(stored, 201));
  recorder.record_later(1ms, {"v1", "PersistentVolumeClaim", "team-a", "web", "u", ""}, EventType::normal, "Begun",
                        "it begins");
  REQUIRE(server.wait_for_requests(1));
  CHECK(has(server.requests()[0].body, "it begins"));
}

TEST_CASE("an event that was put off is not written when another one of its object comes before") {
  Lines lines;
  FakeTransport server;
  {
    EventRecorder recorder(server, options(), k8s::system_clock(), lines.log);
    server.answer(test::body(stored, 201));
    recorder.record_later(1h, {"v1", "PersistentVolumeClaim", "team-a", "web", "u", ""}, EventType::normal, "Begun",
                          "it begins");
    record(recorder, "no space");
    REQUIRE(server.wait_for_requests(1));
  }
  REQUIRE(server.requests().size() == 1);
  CHECK(has(server.requests()[0].body, "no space"));
}
