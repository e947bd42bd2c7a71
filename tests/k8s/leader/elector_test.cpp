#include "k8s/leader/elector.hpp"

#include <atomic>
#include <thread>

#include "k8s/base/mutex.hpp"
#include "k8s/leader/choose_lock.hpp"
#include "k8s/leader/lock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using k8s::Lease;
using test::MemoryApiServer;
using namespace std::chrono_literals;

namespace {

k8s::ObjectName const lock_at{"team", "example.com-disk"};

template <class Condition>
bool becomes(Condition condition) {
  auto const deadline = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

// One process that takes part.
struct Replica {
  Replica(MemoryApiServer& server, std::string const& identity, bool start_now = true)
      : log(k8s::LogLevel::debug, k8s::LogFormat::text,
            [this](std::string_view line) {
              k8s::MutexLock const lock(mutex);
              text += line;
            }),
        elector(server, {"team", "example.com-disk", identity, {1'000ms, 600ms, 100ms}}, term, k8s::system_clock(),
                log) {
    if (start_now) start();
  }
  void start() {
    thread = std::jthread([this](std::stop_token stop) {
      elector.run({.elected = [this](auto const&) { elected = true; }, .lost = [this] { lost = true; }}, stop);
    });
  }
  void release() {
    thread = {};
    elector.release();
  }
  [[nodiscard]] std::size_t said(std::string_view part) {
    k8s::MutexLock const lock(mutex);
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
  }

  k8s::Mutex mutex;
  std::string text GUARDED_BY(mutex);
  k8s::Log log;
  k8s::Term term{k8s::system_clock()};
  std::atomic<bool> elected = false;
  std::atomic<bool> lost = false;
  k8s::Elector elector;
  std::jthread thread;  // the last: it uses the others
};

std::string holder(MemoryApiServer const& server) {
  auto const lease = server.find<Lease>(lock_at);
  return lease ? lease->record.holder : "no lease";
}

k8s::Endpoints older_lock(std::string const& holder, int renewal = 0) {
  k8s::Endpoints endpoints;
  endpoints.meta.name = lock_at.name;
  endpoints.meta.name_space = lock_at.name_space;
  endpoints.meta.annotations[std::string(k8s::leader_annotation)] =
      k8s::write(k8s::LeaderRecord{holder, 1, "then", "renewal " + std::to_string(renewal), 3});
  return endpoints;
}

k8s::LeaderRecord older_record(MemoryApiServer const& server) {
  auto const endpoints = server.find<k8s::Endpoints>(lock_at);
  REQUIRE(endpoints);
  return *k8s::read<k8s::LeaderRecord>(endpoints->meta.annotations.at(std::string(k8s::leader_annotation)));
}

void forbid_leases(MemoryApiServer& server) {
  for (auto const* verb : {"get", "create", "update", "watch"}) server.forbid(verb, "leases");
}

}  // namespace

TEST_CASE("the first takes the lease and keeps it, the second takes over as soon as it is released") {
  MemoryApiServer server;
  Replica one(server, "one");
  CHECK(becomes([&] { return one.elected && one.term.holds(); }));
  Replica two(server, "two");
  CHECK(becomes([&] { return two.said("standing by") == 1; }));
  auto const renewed = server.find<Lease>(lock_at)->record.renew_time;
  CHECK(becomes([&] { return server.find<Lease>(lock_at)->record.renew_time != renewed; }));
  CHECK(holder(server) == "one");
  CHECK_FALSE(two.elected);
  CHECK_FALSE(two.term.holds());

  one.release();
  CHECK_FALSE(one.term.holds());
  CHECK(becomes([&] { return two.elected && two.term.holds(); }));
  CHECK(holder(server) == "two");
  CHECK(server.find<Lease>(lock_at)->record.transitions == 1);
  CHECK_FALSE(one.lost);
  two.release();
  CHECK(holder(server).empty());
}

TEST_CASE("the second takes over from one that fell silent, with and without leave to watch the lease") {
  for (bool const may_watch : {true, false}) {
    MemoryApiServer server;
    if (!may_watch) server.forbid("watch", "leases");
    std::optional<Replica> one(std::in_place, server, "one");
    CHECK(becomes([&] { return one->elected.load(); }));
    Replica two(server, "two");
    CHECK(becomes([&] { return two.said("standing by") == 1; }));
    one.reset();  // without release
    CHECK(holder(server) == "one");
    CHECK(becomes([&] { return two.elected.load(); }));
    CHECK(holder(server) == "two");
  }
}

TEST_CASE("a leader whose lease somebody else has taken loses it, and its term ends") {
  MemoryApiServer server;
  Replica one(server, "one");
  CHECK(becomes([&] { return one.elected.load(); }));
  server.patch<Lease>(lock_at, R"({"spec":{"holderIdentity":"thief"}})");
  CHECK(becomes([&] { return one.lost.load(); }));
  CHECK_FALSE(one.term.holds());
  CHECK(one.said("thief has taken it") == 1);
  one.release();
  CHECK(holder(server) == "thief");
}

TEST_CASE("a leader that cannot renew loses its lease; one whose lease was deleted writes it anew") {
  MemoryApiServer server;
  Replica one(server, "one");
  CHECK(becomes([&] { return one.elected.load(); }));
  server.remove<Lease>(lock_at);
  CHECK(becomes([&] { return holder(server) == "one"; }));
  CHECK_FALSE(one.lost);
  server.on_request([](auto, auto, auto const&) { return test::failure(500, "InternalError", "no"); });
  CHECK(becomes([&] { return one.lost.load(); }));
  CHECK_FALSE(one.term.holds());
}

TEST_CASE("nobody leads while an older program holds the lock on Endpoints; a dead one is cleared away") {
  MemoryApiServer server;
  server.put(older_lock("older", 0));
  std::atomic<int> looks = 0;
  server.on_request([&](auto moment, auto, k8s::Request const& request) -> std::optional<MemoryApiServer::Answer> {
    bool const look = request.method == k8s::Method::get && request.target.find("endpoints") != std::string::npos;
    if (look && moment == MemoryApiServer::Moment::before) ++looks;
    return std::nullopt;
  });
  Replica one(server, "one");
  {
    int renewal = 0;
    std::jthread const older([&](std::stop_token stop) {
      while (!stop.stop_requested()) {
        auto const annotations = older_lock("older", ++renewal).meta.annotations;
        server.patch<k8s::Endpoints>(lock_at, k8s::MergePatch().metadata({}, annotations).text());
        std::this_thread::sleep_for(10ms);
      }
    });
    CHECK(becomes([&] { return looks > 20; }));  // one each 100 ms, a lease being 1 s
    CHECK_FALSE(one.elected);
    CHECK(one.said("an older program holds the lock") == 1);
  }
  CHECK(becomes([&] { return one.elected.load(); }));
  CHECK(becomes([&] { return older_record(server).holder.empty(); }));
}

TEST_CASE("without leave for leases the lock on Endpoints is held, and said so once") {
  MemoryApiServer server;
  forbid_leases(server);
  server.put(older_lock(""));
  Replica one(server, "one");
  CHECK(becomes([&] { return one.elected && one.term.holds(); }));
  CHECK(older_record(server).holder == "one");
  CHECK(one.said("permission is missing: get, create and update leases") == 1);
  Replica two(server, "two");
  CHECK(becomes([&] { return two.said("standing by") == 1; }));
  one.release();
  CHECK(becomes([&] { return two.elected.load(); }));
  CHECK(older_record(server).holder == "two");
  CHECK(older_record(server).transitions > 1);
  CHECK_FALSE(server.find<Lease>(lock_at));
}

TEST_CASE("without leave for any lock nobody leads until it is given") {
  MemoryApiServer server;
  forbid_leases(server);
  server.forbid("get", "endpoints");
  Replica one(server, "one");
  CHECK(becomes([&] { return one.said("no permission for a lock in namespace team") == 1; }));
  CHECK_FALSE(one.elected);
  for (auto const* verb : {"get", "create", "update"}) server.allow(verb, "leases");
  CHECK(becomes([&] { return one.elected.load(); }));
  CHECK(one.said("no permission for a lock") == 1);
}

TEST_CASE("a lock that can be read but not written is told once, and that it works again only when it was written") {
  MemoryApiServer server;
  std::atomic<int> refused = 0;
  server.on_request(
      [&](auto moment, std::size_t, k8s::Request const& request) -> std::optional<MemoryApiServer::Answer> {
        bool const creates = request.method == k8s::Method::post && request.target.ends_with("/leases");
        if (moment == MemoryApiServer::Moment::after || !creates || refused == 3) return std::nullopt;
        ++refused;
        return test::failure(404, "NotFound", "namespaces \"team\" not found");
      });
  Replica one(server, "one");
  CHECK(becomes([&] { return one.elected.load(); }));
  CHECK(refused == 3);
  CHECK(one.said("taking the lock failed") == 1);
  CHECK(one.said("works again") == 1);
}

TEST_CASE("one that may not look at Endpoints leads by its lease alone") {
  MemoryApiServer server;
  server.forbid("get", "endpoints");
  server.put(older_lock("older"));
  Replica one(server, "one");
  CHECK(becomes([&] { return one.elected.load(); }));
}

TEST_CASE("an elector that waits, or was never started, ends at once") {
  MemoryApiServer server;
  Replica one(server, "one");
  CHECK(becomes([&] { return one.elected.load(); }));
  Replica two(server, "two");
  CHECK(becomes([&] { return two.said("standing by") == 1; }));
  two.release();
  Replica three(server, "three", false);
  three.release();
  CHECK(holder(server) == "one");
}

TEST_CASE("a lock is called as what it is for, with `-` for what no name may hold") {
  CHECK(k8s::lock_name("example.com/disk") == "example.com-disk");
  CHECK(k8s::lock_name("fuseim.pri/ifs") == "fuseim.pri-ifs");
  CHECK(k8s::lock_name("Example.com/My_Disk") == "example.com-my-disk");
  CHECK(k8s::lock_name(std::string(300, 'a')).size() == 253);
}
