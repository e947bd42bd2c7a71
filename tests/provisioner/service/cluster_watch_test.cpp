#include "provisioner/service/cluster_watch.hpp"

#include <thread>

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Watches {
  test::MemoryApiServer server;
  LogBook log;
  ClusterView view{k8s::system_clock()};
  std::atomic<int> lists_afresh = 0;
  ClusterWatch watch{server,
                     view,
                     std::string(our_name),
                     k8s::system_clock(),
                     log.log(),
                     {.on_list_afresh = [this] { ++lists_afresh; }}};
  std::vector<std::jthread> threads;

  void start() {
    for (auto const one : {&ClusterWatch::watch_classes, &ClusterWatch::watch_claims, &ClusterWatch::watch_volumes})
      threads.emplace_back([this, one](std::stop_token stop) { (watch.*one)(std::move(stop)); });
  }
  template <class Condition>
  [[nodiscard]] static bool becomes(Condition condition) {
    auto const deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
};

}  // namespace

TEST_CASE("a standby's copies are kept, and are not complete; who leads lists the volumes anew") {
  Watches watches;
  watches.server.put(our_class());
  watches.server.put(pending_claim("web", "U1"));
  watches.start();
  CHECK(Watches::becomes([&] { return watches.view.synced(); }));
  watches.server.put(volume_at("pvc-U1", "/data/nfs/a", "U1"));
  CHECK(Watches::becomes([&] { return watches.view.volumes().size() == 1; }));
  CHECK_FALSE(watches.watch.complete());
  watches.watch.lead();
  CHECK(Watches::becomes([&] { return watches.watch.complete(); }));
  CHECK(watches.view.claims().size() == 1);
}

TEST_CASE("a list after a watch that was cut is told of: all is to be looked at") {
  Watches watches;
  watches.server.end_watches_when_told();  // long before their time
  watches.start();
  CHECK(Watches::becomes([&] { return watches.view.synced(); }));
  watches.server.put(pending_claim("web", "U1"));
  CHECK(Watches::becomes([&] { return watches.lists_afresh > 0; }));
}

TEST_CASE("of objects only what is needed is kept") {
  Watches watches;
  auto other = our_class();
  other.provisioner = "example.com/other";
  watches.server.put(other);
  auto claim = pending_claim("web", "U1");
  claim.meta.labels["app"] = "parts";
  watches.server.put(claim);
  auto volume = volume_at("pvc-U1", "/data/nfs/a", "U1");
  volume.meta.annotations["example.com/note"] = "long";
  watches.server.put(volume);
  watches.start();
  CHECK(Watches::becomes([&] { return watches.view.synced(); }));
  CHECK(watches.view.classes().get(other.meta.name)->parameters.empty());
  CHECK(watches.view.claims().get("team-a/web")->meta.labels.empty());
  CHECK_FALSE(watches.view.volumes().get("pvc-U1")->meta.annotations.contains("example.com/note"));
}

TEST_CASE("each copy tells how it is, with the objects that cannot be read") {
  Watches watches;
  watches.server.put(pending_claim("web", "U1"));
  watches.server.spoil<k8s::Claim>({"team-a", "web"}, R"({"spec":{"accessModes":"all of them"}})");
  watches.start();
  CHECK(Watches::becomes([&] { return watches.view.synced(); }));
  auto const status = watches.watch.status();
  REQUIRE(status.size() == 3);
  CHECK(status[0].kind == "persistentvolumeclaims");
  CHECK(status[0].unreadable == 1);
  CHECK(status[0].trouble.empty());
  CHECK(status[1].kind == "persistentvolumes");
  CHECK(status[1].unreadable == 0);
  CHECK(status[2].kind == "storageclasses");
}

TEST_CASE("a standby that is stopped ends, and so does one that leads") {
  auto const leads = GENERATE(false, true);
  Watches watches;
  if (leads) watches.watch.lead();
  watches.start();
  CHECK(Watches::becomes([&] { return watches.view.synced(); }));
  for (auto& thread : watches.threads) thread.request_stop();
  for (auto& thread : watches.threads) thread.join();
  CHECK(watches.watch.complete() == leads);
}
