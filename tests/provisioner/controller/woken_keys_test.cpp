#include "provisioner/controller/woken_keys.hpp"

#include <set>
#include <string>

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

struct Scene : WiredExport {
  k8s::StorageClass other_class = our_class();

  Scene() {
    other_class.meta.name = "others";
    other_class.provisioner = "example.com/other";
    auto of_other = pending_claim("other", "U3");
    of_other.storage_class_name = "others";
    auto bound = pending_claim("bound", "U4");
    bound.phase = "Bound";
    fill(view.classes(), {our_class(), other_class});
    fill(view.claims(), {pending_claim("web", "U2"), pending_claim("db", "U1", "1", "team-b"), of_other, bound});
    fill(view.volumes(), {volume_at("pvc-U4", "/data/nfs/a", "U4"), volume_at("by-hand", "/data/nfs/b")});
  }
  // `waiter` waits for `volume` from now on.
  void wait(std::string const& waiter, std::string const& volume) {
    (void)ledger.decide(waiter, 0, Decided::Volume::none, [&](auto const&) {
      return Wait{Reason::directory_soon_free, volume};
    });
  }
};

template <class T>
k8s::Change<T> change(std::optional<T> before, std::optional<T> after) {
  k8s::Change<T> made;
  if (before) made.before = std::make_shared<T const>(std::move(*before));
  if (after) made.after = std::make_shared<T const>(std::move(*after));
  return made;
}

}  // namespace

TEST_CASE("a claim that comes, changes or goes wakes its own key") {
  Scene scene;
  auto const claim = pending_claim("web", "U2");
  auto const key = Keys{{"pvc-U2", "team-a"}};
  CHECK(scene.keys.by(change<k8s::Claim>({}, claim)) == key);
  CHECK(scene.keys.by(change<k8s::Claim>(claim, claim)) == key);
  CHECK(scene.keys.by(change<k8s::Claim>(claim, {})) == key);
}

TEST_CASE("a claim wakes every volume that names it, and the one that it names") {
  Scene scene;
  auto given = volume_at("pvc-U8", "/data/nfs/c", "U9");
  auto promised = volume_at("promised", "/data/nfs/d", "U9");
  auto of_earlier = volume_at("of-earlier", "/data/nfs/e", "U7");
  for (auto* volume : {&given, &promised, &of_earlier}) volume->claim_ref->name = "app";
  promised.claim_ref->uid.clear();
  fill(scene.view.volumes(), {given, promised, of_earlier, volume_at("by-hand", "/data/nfs/b", "U1")});
  auto claim = pending_claim("app", "U9");
  auto const names_of = [&](k8s::Claim const& of) {
    std::set<std::string> names;
    for (auto const& key : scene.keys.by(change<k8s::Claim>(of, {}))) names.insert(key.name);
    return names;
  };
  CHECK(names_of(claim) == std::set<std::string>{"pvc-U9", "pvc-U8", "promised"});
  claim.volume_name = "pvc-U8";
  CHECK(names_of(claim) == std::set<std::string>{"pvc-U9", "pvc-U8", "promised"});
  claim.volume_name = "by-hand";
  CHECK(names_of(claim) == std::set<std::string>{"pvc-U9", "pvc-U8", "promised", "by-hand"});
  auto foreign = volume_at("foreign", "/data/nfs/f", "U9");
  foreign.claim_ref->name = "app";
  foreign.meta.annotations.clear();
  scene.view.volumes().apply(foreign);  // another provisioner's are nobody's to look at here
  claim.volume_name = "not-there";
  CHECK(names_of(claim) == std::set<std::string>{"pvc-U9", "pvc-U8", "promised"});
}

TEST_CASE("a volume that comes or changes wakes its own key") {
  Scene scene;
  auto const volume = volume_at("pvc-U4", "/data/nfs/a", "U4");
  auto released = volume;
  released.phase = "Released";
  CHECK(scene.keys.by(change<k8s::Volume>({}, volume)) == Keys{{"pvc-U4", "team-a"}});
  CHECK(scene.keys.by(change<k8s::Volume>(volume, released)) == Keys{{"pvc-U4", "team-a"}});
}

TEST_CASE("a volume that goes wakes who waits for it, each in the namespace of its own claim") {
  Scene scene;
  auto const volume = volume_at("pvc-U4", "/data/nfs/a", "U4");
  (void)scene.keys.by(change<k8s::Volume>({}, volume));
  scene.wait("pvc-U1", "pvc-U4");
  scene.wait("pvc-U2", "pvc-U4");
  auto const keys = scene.keys.by(change<k8s::Volume>(volume, {}));
  CHECK(std::ranges::count(keys, Key{"pvc-U1", "team-b"}) == 1);
  CHECK(std::ranges::count(keys, Key{"pvc-U2", "team-a"}) == 1);
}

TEST_CASE("a class that comes, changes or goes wakes the claims of that class that are not bound, and no others") {
  Scene scene;
  auto const ours = Keys{{"pvc-U1", "team-b"}, {"pvc-U2", "team-a"}};
  CHECK(scene.keys.by(change<k8s::StorageClass>({}, our_class())) == ours);
  CHECK(scene.keys.by(change<k8s::StorageClass>(our_class(), our_class())) == ours);
  CHECK(scene.keys.by(change<k8s::StorageClass>(our_class(), {})) == ours);
  CHECK(scene.keys.by(change<k8s::StorageClass>({}, scene.other_class)) == Keys{{"pvc-U3", "team-a"}});
}

TEST_CASE("a claim that cannot be read wakes the key that its uid says") {
  Scene scene;
  CHECK(scene.keys.by_unreadable_claim({"team-c", "web", "U9", "7"}) == Keys{{"pvc-U9", "team-c"}});
}

TEST_CASE("a volume that cannot be read wakes its key, and when it is gone also who waits for it") {
  Scene scene;
  CHECK(scene.keys.by_unreadable_volume("unread", k8s::Aside::began) == Keys{{"unread", ""}});
  scene.wait("pvc-U1", "unread");
  CHECK(scene.keys.by_unreadable_volume("unread", k8s::Aside::readable) == Keys{{"unread", ""}});
  auto const gone = scene.keys.by_unreadable_volume("unread", k8s::Aside::gone);
  CHECK(gone == Keys{{"pvc-U1", "team-b"}, {"unread", ""}});
}

TEST_CASE("a class that cannot be read wakes its claims that are not bound, then its volumes") {
  Scene scene;
  CHECK(scene.keys.by_unreadable_class("volumen-tipo-ivan") ==
        Keys{{"pvc-U1", "team-b"}, {"pvc-U2", "team-a"}, {"by-hand", ""}, {"pvc-U4", "team-a"}});
  CHECK(scene.keys.by_unreadable_class("none").empty());
}

TEST_CASE("who begins looks at all claims, then at all volumes") {
  Scene scene;
  CHECK(scene.keys.all() == Keys{{"pvc-U1", "team-b"},
                                 {"pvc-U2", "team-a"},
                                 {"pvc-U3", "team-a"},
                                 {"pvc-U4", "team-a"},
                                 {"by-hand", ""},
                                 {"pvc-U4", "team-a"}});
}

TEST_CASE("who begins does not look at what is at rest") {
  Scene scene;
  auto claim = pending_claim("web", "U2");
  auto volume = volume_at("pvc-U2", "/data/nfs/c", "U2");
  volume.claim_ref->name = "web";
  volume.claim_ref->name_space = claim.meta.name_space;
  volume.meta.uid = "PV-2";
  volume.meta.annotations.insert_or_assign(std::string(names::volume_uid), "PV-2");
  volume.meta.finalizers = {std::string(names::finalizer)};
  volume.phase = "Bound";
  claim.volume_name = "pvc-U2";
  claim.phase = "Bound";
  claim.status_capacity = claim.requested_storage;
  claim.meta.annotations.insert_or_assign(std::string(names::bind_completed), "yes");
  claim.meta.annotations.insert_or_assign(std::string(names::bound_by_controller), "yes");
  fill(scene.view.claims(), {claim});
  fill(scene.view.volumes(), {volume});
  CHECK(scene.keys.all().empty());
  SECTION("unless what was begun for it is not settled: etcd was restored meanwhile") {
    scene.ledger.intent_written("pvc-U2", {0, path("c")});
    CHECK(scene.keys.all() == Keys{{"pvc-U2", "team-a"}, {"pvc-U2", "team-a"}});
    scene.ledger.intent_gone("pvc-U2");
    CHECK(scene.keys.all().empty());
  }
  claim.requested_storage = "900Gi";
  fill(scene.view.claims(), {claim});
  CHECK(scene.keys.all() == Keys{{"pvc-U2", "team-a"}, {"pvc-U2", "team-a"}});
}

TEST_CASE("who waits for archives is among the claims of our classes that are not bound") {
  Scene scene;
  CHECK(scene.keys.unbound() == Keys{{"pvc-U1", "team-b"}, {"pvc-U2", "team-a"}});
}
