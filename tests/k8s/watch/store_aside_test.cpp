#include "k8s/model/claim.hpp"
#include "k8s/watch/store.hpp"
#include "tests/support/catch.hpp"

using k8s::Aside;
using k8s::Claim;
using k8s::Store;
using k8s::Unreadable;

namespace {

Claim claim(std::string const& name, std::string const& uid, std::string const& version) {
  Claim out;
  out.meta.name = name;
  out.meta.name_space = "ns";
  out.meta.uid = uid;
  out.meta.resource_version = version;
  return out;
}
Unreadable unreadable(std::string const& name, std::string const& uid, std::string const& version = "9") {
  return {{"ns", name, uid, version}, "why"};
}

/// A store, and all that it said.
struct Told {
  Store<Claim> store;
  std::vector<std::string> said;

  Told() {
    store.on_change([this](k8s::Change<Claim> const& change) {
      auto const& object = change.after ? change.after : change.before;
      said.push_back((change.before ? (change.after ? "~" : "-") : "+") + object->meta.uid);
    });
    store.on_set_aside([this](Unreadable const& object, Aside now) {
      auto const* word = now == Aside::began ? "aside " : now == Aside::readable ? "back " : "gone ";
      said.push_back(word + object.identity.uid);
    });
  }
  std::vector<std::string> take() { return std::exchange(said, {}); }
};

using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("an object that cannot be read exists, by key and uid, though nobody has its content") {
  Told it;
  it.store.set_aside(unreadable("a", "U1"));
  CHECK(it.store.unreadable("ns/a")->why == "why");
  CHECK(it.store.unreadable_uid("U1"));
  CHECK(it.store.unreadable_count() == 1);
  CHECK(it.store.get("ns/a") == nullptr);
  it.store.set_aside(unreadable("a", "U1", "10"));
  CHECK(it.take() == Said{"aside U1"});
}

TEST_CASE("what was read last of an object stays when it cannot be read any more") {
  Told it;
  it.store.apply(claim("a", "U1", "1"));
  it.store.set_aside(unreadable("a", "U1"));
  REQUIRE(it.store.get("ns/a"));
  CHECK(it.store.get("ns/a")->meta.resource_version == "1");
  CHECK(it.take() == Said{"+U1", "aside U1"});
  it.store.apply(claim("a", "U1", "10"));
  CHECK_FALSE(it.store.unreadable("ns/a"));
  CHECK(it.take() == Said{"back U1", "~U1"});
}

TEST_CASE("its end is told, whether it was ever read or not") {
  Told it;
  it.store.apply(claim("a", "U1", "1"));
  it.store.set_aside(unreadable("a", "U1"));
  it.store.set_aside(unreadable("b", "U2"));
  it.take();
  it.store.erase("ns/a");
  it.store.erase("ns/b");
  CHECK(it.take() == Said{"-U1", "gone U1", "gone U2"});
  CHECK(it.store.unreadable_count() == 0);
}

TEST_CASE("another object of the same name ends the one before, whichever of them can be read") {
  Told it;
  it.store.apply(claim("a", "U1", "1"));
  it.store.set_aside(unreadable("a", "U2"));
  CHECK(it.store.get("ns/a") == nullptr);
  it.store.set_aside(unreadable("a", "U3"));
  it.store.apply(claim("a", "U4", "20"));
  CHECK(it.take() == Said{"+U1", "-U1", "aside U2", "gone U2", "aside U3", "+U4", "gone U3"});
}

TEST_CASE("a relist keeps what it cannot read, and ends what it does not hold") {
  Told it;
  it.store.apply(claim("stays", "U1", "1"));
  it.store.apply(claim("spoiled", "U2", "2"));
  it.store.set_aside(unreadable("mended", "U3"));
  it.store.set_aside(unreadable("gone", "U4"));
  it.store.set_aside(unreadable("still", "U5"));
  it.take();
  it.store.begin_replace();
  it.store.stage(claim("stays", "U1", "1"));
  it.store.stage_aside(unreadable("spoiled", "U2"));
  it.store.stage(claim("mended", "U3", "11"));
  it.store.stage_aside(unreadable("still", "U5"));
  it.store.stage_aside(unreadable("went meanwhile", "U6"));
  it.store.unstage("ns/went meanwhile");
  CHECK(it.take().empty());
  CHECK(it.store.unreadable("ns/gone"));
  it.store.commit_replace();
  CHECK(it.take() == Said{"back U3", "+U3", "gone U4", "aside U2"});
  CHECK(it.store.get("ns/spoiled")->meta.resource_version == "2");
  CHECK(it.store.unreadable("ns/still"));
  CHECK(it.store.unreadable_count() == 2);
}

TEST_CASE("a relist takes another object of the name for another") {
  Told it;
  it.store.apply(claim("a", "U1", "1"));
  it.store.set_aside(unreadable("b", "U2"));
  it.take();
  it.store.begin_replace();
  it.store.stage_aside(unreadable("a", "U3"));
  it.store.stage(claim("b", "U4", "9"));
  it.store.commit_replace();
  CHECK(it.store.get("ns/a") == nullptr);
  auto said = it.take();
  std::sort(said.begin(), said.begin() + 2);
  CHECK(said == Said{"+U4", "-U1", "gone U2", "aside U3"});
}

TEST_CASE("a relist that is abandoned changes nothing") {
  Told it;
  it.store.set_aside(unreadable("a", "U1"));
  it.take();
  it.store.begin_replace();
  it.store.stage_aside(unreadable("b", "U2"));
  it.store.abandon_replace();
  CHECK(it.store.unreadable("ns/a"));
  CHECK_FALSE(it.store.unreadable("ns/b"));
  CHECK(it.take().empty());
}

TEST_CASE("an object that is as it was when it was read is told all the same when it can be read again") {
  Told it;
  it.store.apply(claim("a", "U1", "1"));
  it.store.set_aside(unreadable("a", "U1"));
  it.take();
  it.store.begin_replace();
  it.store.stage(claim("a", "U1", "1"));
  it.store.commit_replace();
  CHECK(it.take() == Said{"back U1", "~U1"});
}
