#include "k8s/watch/store.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "k8s/model/claim.hpp"
#include "tests/support/catch.hpp"

using k8s::Change;
using k8s::Claim;
using k8s::Store;

namespace {

Claim claim(std::string name, std::string version, std::string uid = {}, std::string volume = {}) {
  Claim out;
  out.meta.name_space = "ns";
  out.meta.uid = uid.empty() ? "uid-" + name : std::move(uid);
  out.meta.name = std::move(name);
  out.meta.resource_version = std::move(version);
  out.volume_name = std::move(volume);
  return out;
}

std::string text(std::shared_ptr<Claim const> const& object) {
  return object ? object->meta.name + ":" + object->meta.uid + "@" + object->meta.resource_version : "-";
}

/// A store whose changes are written down, "before>after".
struct Watched {
  Watched() {
    store.on_change(
        [this](Change<Claim> const& change) { changes.push_back(text(change.before) + ">" + text(change.after)); });
    by_volume = store.add_index([](Claim const& each) { return each.volume_name; });
  }
  std::vector<std::string> take() {
    auto out = std::exchange(changes, {});
    std::sort(out.begin(), out.end());
    return out;
  }
  Store<Claim> store;
  Store<Claim>::Index by_volume = 0;
  std::vector<std::string> changes;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("listeners hear of additions, changes and deletions") {
  Watched it;
  it.store.apply(claim("a", "1"));
  it.store.apply(claim("a", "2"));
  it.store.erase("ns/a");
  it.store.erase("ns/a");
  CHECK(it.changes == Lines{"->a:uid-a@1", "a:uid-a@1>a:uid-a@2", "a:uid-a@2>-"});
  CHECK(it.store.size() == 0);
}

TEST_CASE("the same once more is no change") {
  Watched it;
  it.store.apply(claim("a", "1"));
  (void)it.take();
  it.store.apply(claim("a", "1"));
  CHECK(it.take().empty());
}

TEST_CASE("other contents of the same resourceVersion are a change: etcd was restored") {
  Watched it;
  it.store.apply(claim("a", "5", "", "v1"));
  (void)it.take();
  SECTION("in a relist") {
    it.store.begin_replace();
    it.store.stage(claim("a", "5", "", "v2"));
    it.store.commit_replace();
  }
  SECTION("in an event") {
    it.store.apply(claim("a", "5", "", "v2"));
  }
  CHECK(it.changes == Lines{"a:uid-a@5>a:uid-a@5"});
  CHECK(it.store.get("ns/a")->volume_name == "v2");
  CHECK(it.store.find(it.by_volume, "v1").empty());
}

TEST_CASE("a change is visible before listeners hear of it") {
  Store<Claim> store;
  std::string seen;
  store.on_change([&](Change<Claim> const&) { seen = text(store.get("ns/a")); });
  store.apply(claim("a", "1"));
  CHECK(seen == "a:uid-a@1");
  store.erase("ns/a");
  CHECK(seen == "-");
}

TEST_CASE("a relist reports differences only") {
  Watched it;
  it.store.apply(claim("same", "1"));
  it.store.apply(claim("changed", "1"));
  it.store.apply(claim("gone", "1"));
  (void)it.take();
  auto const before = *it.store.get("ns/same");
  it.store.begin_replace();
  it.store.stage(claim("same", "1"));
  it.store.stage(claim("changed", "2"));
  it.store.stage(claim("new", "3"));
  it.store.stage(claim("came and went", "4"));
  it.store.unstage("ns/came and went");
  CHECK(it.take().empty());
  CHECK(it.store.get("ns/gone"));
  CHECK_FALSE(it.store.get("ns/new"));
  it.store.commit_replace();
  CHECK(it.take() == Lines{"->new:uid-new@3", "changed:uid-changed@1>changed:uid-changed@2", "gone:uid-gone@1>-"});
  CHECK(it.store.size() == 3);
  CHECK(*it.store.get("ns/same") == before);
}

TEST_CASE("a name that is another object now is a deletion and then an addition") {
  Watched it;
  it.store.apply(claim("a", "1", "old"));
  (void)it.take();
  SECTION("in a relist") {
    it.store.begin_replace();
    it.store.stage(claim("a", "9", "new"));
    it.store.commit_replace();
  }
  SECTION("in an event") {
    it.store.apply(claim("a", "9", "new"));
  }
  CHECK(it.changes == Lines{"a:old@1>-", "->a:new@9"});
  CHECK(it.store.get("ns/a")->meta.uid == "new");
}

TEST_CASE("a store is synced by its first whole list, and ever after") {
  Watched it;
  it.store.apply(claim("a", "1"));
  CHECK_FALSE(it.store.synced());
  it.store.begin_replace();
  it.store.stage(claim("b", "1"));
  it.store.abandon_replace();
  it.store.commit_replace();
  CHECK_FALSE(it.store.synced());
  CHECK(it.store.size() == 1);
  it.store.begin_replace();
  it.store.commit_replace();
  CHECK(it.store.synced());
  it.store.begin_replace();
  CHECK(it.store.synced());
}

TEST_CASE("what is staged is forgotten by a new beginning") {
  Watched it;
  it.store.begin_replace();
  it.store.stage(claim("a", "1"));
  it.store.begin_replace();
  it.store.stage(claim("b", "1"));
  it.store.commit_replace();
  CHECK(it.take() == Lines{"->b:uid-b@1"});
}

TEST_CASE("indexes follow every change") {
  Watched it;
  auto const names = [&](std::string_view volume) {
    Lines out;
    for (auto const& each : it.store.find(it.by_volume, volume)) out.push_back(each->meta.name);
    std::sort(out.begin(), out.end());
    return out;
  };
  it.store.apply(claim("a", "1", "", "v1"));
  it.store.apply(claim("b", "1", "", "v1"));
  it.store.apply(claim("c", "1"));
  CHECK(names("v1") == Lines{"a", "b"});
  CHECK(names("").empty());
  it.store.apply(claim("a", "2", "", "v2"));
  CHECK(names("v1") == Lines{"b"});
  CHECK(names("v2") == Lines{"a"});
  it.store.erase("ns/b");
  CHECK(names("v1").empty());
  it.store.begin_replace();
  it.store.stage(claim("a", "2", "", "v2"));
  it.store.stage(claim("d", "5", "", "v1"));
  it.store.stage(claim("e", "5", "", "v1"));
  it.store.unstage("ns/e");
  it.store.commit_replace();
  CHECK(names("v1") == Lines{"d"});
  CHECK(names("v2") == Lines{"a"});
  it.store.apply(claim("a", "3"));
  CHECK(names("v2").empty());
  CHECK(it.store.size() == 2);
  CHECK(it.store.contains(it.by_volume, "v1"));
  CHECK_FALSE(it.store.contains(it.by_volume, "v2"));
}

TEST_CASE("readers beside the writer see whole copies only") {
  Store<Claim> store;
  auto const index = store.add_index([](Claim const& each) { return each.volume_name; });
  constexpr std::size_t objects = 20;
  std::atomic<int> torn = 0;
  auto const fill = [&](int version) {
    store.begin_replace();
    for (std::size_t i = 0; i < objects; ++i) {
      store.stage(claim(std::to_string(i), std::to_string(version), "", "v" + std::to_string(version % 2)));
    }
    store.commit_replace();
  };
  fill(0);
  {
    std::jthread const reader([&](std::stop_token stop) {
      while (!stop.stop_requested()) {
        std::vector<Store<Claim>::Pointer> all;
        store.for_each([&](auto const& each) { all.push_back(each); });
        auto const same = [&](auto const& each) {
          return each->meta.resource_version == all[0]->meta.resource_version;
        };
        if (all.size() != objects || !std::all_of(all.begin(), all.end(), same)) ++torn;
        auto const found = store.find(index, "v0").size();
        if (found != 0 && found != objects) ++torn;
      }
    });
    for (int version = 1; version < 200; ++version) fill(version);
  }
  CHECK(torn == 0);
}

TEST_CASE("a store is synced only when its listeners know of the whole first list") {
  Store<Claim> store;
  std::size_t told = 0;
  bool early = false;
  store.on_change([&](Change<Claim> const&) {
    ++told;
    early = early || store.synced();
  });
  store.begin_replace();
  store.stage(claim("a", "1"));
  store.stage(claim("b", "2"));
  store.commit_replace();
  CHECK(told == 2);
  CHECK_FALSE(early);
  CHECK(store.synced());
}
