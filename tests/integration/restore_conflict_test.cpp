// Something is in the way of the data: another claim, a file, a directory, the end of its retention.
#include <filesystem>

#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

namespace fs = std::filesystem;

std::string const restore_from = "nfs-subdir-provisioner.io/restore-from";

TEST_CASE("Of two claims that fight for one path each has only its own data") {
  Scene scene;
  scene.make_class(restoring({{"pathPattern", "common/data"}}));
  scene.start();
  auto const one = scene.bound_claim("one");
  auto const token_of_one = put_token(scene, one);
  scene.make_claim("two");
  scene.await_event("two", "ProvisioningFailed", "common/data");
  scene.remove_claim("one");
  auto const two = scene.await_bound("two");
  CHECK(scene.exported().names_in("common/data").empty());
  auto const token_of_two = put_token(scene, two);
  CHECK(scene.exported().read(archive_of(one) + "/token") == token_of_one);
  scene.remove_and_await(two);
  // Both at once, again and again: one of them wins, with its own data.
  for (int round = 0; round < 5; ++round) {
    scene.make_claim("one");
    scene.make_claim("two");
    auto const winner = *eventually("a winner", [&]() -> std::optional<std::string> {
      for (auto const* const name : {"one", "two"})
        if (scene.claim(name)->phase == "Bound") return name;
      return std::nullopt;
    });
    std::string const loser = winner == "one" ? "two" : "one";
    auto const won = scene.await_bound(winner);
    CHECK(token_of(scene, won) == (winner == "one" ? token_of_one : token_of_two));
    auto const lost = scene.claim(loser);
    await_line(scene, *lost, "refused");
    CHECK(scene.claim(loser)->phase == "Pending");
    CHECK(all_tokens(scene.exported()).size() == 2);
    scene.remove_claim(loser);
    scene.await_no_claim(loser);
    scene.remove_and_await(won);
  }
  scene.stop();
}

struct Obstacle {
  std::string name;
  std::function<void(ExportDir const&, std::string const& path)> put;
  std::function<bool(ExportDir const&, std::string const& path)> unharmed;
  k8s::StringMap annotations;
};

std::vector<Obstacle> obstacles() {
  auto const kept = [](ExportDir const& exported, std::string const& path) { return exported.read(path) == "kept"; };
  return {{"a plain file", [](auto const& exported, auto const& path) { exported.write(path, "kept"); }, kept, {}},
          {"a plain file, asked for",
           [](auto const& exported, auto const& path) { exported.write(path, "kept"); },
           kept,
           {{restore_from, "latest"}}},
          {"a symbolic link",
           [](auto const& exported, auto const& path) { fs::create_directory_symlink("/", exported.at(path)); },
           [](auto const& exported, auto const& path) { return fs::is_symlink(exported.at(path)); },
           {}},
          {"a directory with data, asked for",
           [](auto const& exported, auto const& path) {
             exported.make(path);
             exported.write(path + "/file", "kept");
           },
           [](auto const& exported, auto const& path) { return exported.read(path + "/file") == "kept"; },
           {{restore_from, "latest"}}}};
}

TEST_CASE("What stands where data is to come back to is kept and so is the data until it is cleared away") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  for (auto const& obstacle : obstacles()) {
    INFO(obstacle.name);
    auto const first = scene.bound_claim("web");
    auto const token = put_token(scene, first);
    auto const path = scene.directory(first.volume);
    scene.remove_and_await(first);
    scene.exported().make(scene.name_space());
    obstacle.put(scene.exported(), path);
    auto const claim = scene.make_claim("web", {.annotations = obstacle.annotations});
    await_line(scene, claim, "failed; to be tried again");
    scene.await_event("web", "ProvisioningFailed", "stands there");
    CHECK(scene.claim("web")->phase == "Pending");
    CHECK(scene.volumes().empty());
    CHECK(obstacle.unharmed(scene.exported(), path));
    CHECK(scene.exported().read(archive_of(first) + "/token") == token);
    fs::remove_all(scene.exported().at(path));
    auto const back = scene.await_bound("web");
    CHECK(token_of(scene, back) == token);
    scene.remove_and_await(back);
    fs::remove_all(scene.exported().at(archive_of(back)));
    fs::remove(scene.exported().at(record_of(back)));
  }
  scene.stop();
}

TEST_CASE("A directory that stands at the path comes before an archive that nobody asked for") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  scene.remove_and_await(first);
  auto const path = scene.name_space() + "/web";
  scene.exported().make(path);
  scene.exported().write(path + "/file", "by hand");
  auto const adopted = scene.bound_claim("web");
  CHECK(scene.exported().read(path + "/file") == "by hand");
  CHECK(scene.exported().read(archive_of(first) + "/token") == token);
  CHECK_FALSE(token_of(scene, adopted));
  scene.stop();
}

// The service prunes from time to time: a volume whose archive has gone shows that it has looked.
void await_pruning(Scene& scene) {
  auto const bait = scene.bound_claim("bait");
  put_token(scene, bait);
  scene.remove_and_await(bait);
  eventually("the bait pruned", [&] { return !scene.exported().has(archive_of(bait)); });
}

TEST_CASE("Data that came back is not pruned though its archive's retention has ended") {
  Scene scene;
  scene.make_class(restoring({{"archiveRetention", "1s"}}));
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  scene.remove_claim("web");
  scene.await_no_claim("web");
  auto const back = scene.bound_claim("web");
  CHECK(token_of(scene, back) == token);
  await_pruning(scene);
  CHECK(token_of(scene, back) == token);
  CHECK(all_tokens(scene.exported()).contains(token));
  scene.stop();
}

TEST_CASE("An archive that is pruned while a claim asks for it refuses the claim") {
  Scene scene;
  scene.make_class(restoring({{"archiveRetention", "1s"}}));
  scene.start();
  auto const first = scene.bound_claim("web");
  put_token(scene, first);
  auto const path = scene.directory(first.volume);
  scene.remove_and_await(first);
  // It cannot come back yet, and its time ends.
  scene.exported().make(path);
  scene.exported().write(path + "/file", "in the way");
  auto const claim = scene.make_claim("web", {.annotations = {{restore_from, first.volume.meta.name}}});
  await_line(scene, claim, "failed; to be tried again");
  eventually("the archive pruned", [&] { return !scene.exported().has(archive_of(first)); });
  eventually("its record gone", [&] { return !scene.exported().has(record_of(first)); });
  fs::remove_all(scene.exported().at(path));
  scene.await_event("web", "ProvisioningFailed", "there is no such archive of this claim");
  CHECK(scene.claim("web")->phase == "Pending");
  CHECK(scene.volumes().empty());
  CHECK_FALSE(scene.exported().has(path));
  // Without the wish it is a claim like any other.
  scene.remove_claim("web");
  scene.await_no_claim("web");
  CHECK(scene.exported().names_in(scene.directory(scene.bound_claim("web").volume)).empty());
  scene.stop();
}

TEST_CASE("An archive that is pruned rests in the trash, and is removed when it has rested") {
  Scene scene;
  scene.make_class(restoring({{"archiveRetention", "1s"}, {"trashRetention", "3s"}}));
  scene.start();
  auto const pair = scene.bound_claim("web");
  auto const token = put_token(scene, pair);
  scene.remove_and_await(pair);
  auto const resting = scene.exported().own("resting") + "/" + pair.volume.meta.name;
  eventually("the archive pruned", [&] { return !scene.exported().has(archive_of(pair)); });
  // It rests for three seconds, and is looked at every ten.
  CHECK(scene.exported().read(resting + "/token") == token);
  eventually("its tree removed", [&] { return !all_tokens(scene.exported()).contains(token); });
  eventually("nothing of it left", [&] { return scene.exported().names_in(scene.exported().own("resting")).empty(); });
  scene.stop();
}

TEST_CASE("Pruning takes what has a record and its time behind it and nothing else") {
  Scene scene;
  scene.make_class(restoring());
  scene.make_class(restoring({{"archiveRetention", "1s"}, {"trashRetention", "0"}}), scene.unique("short"));
  scene.make_class(restoring({{"archiveRetention", "1d"}}), scene.unique("long"));
  scene.make_class(restoring({{"archiveRetention", "1s"}, {"onDelete", "retain"}}), scene.unique("in-place"));
  scene.exported().make("archived-" + scene.name_space() + "-old-pvc-1");
  scene.exported().write("archived-" + scene.name_space() + "-old-pvc-1/token", "upstream's");
  scene.start();
  auto const archived = [&](std::string const& name, std::string const& class_name) {
    auto pair = scene.bound_claim(name, {.class_name = class_name});
    put_token(scene, pair);
    scene.remove_and_await(pair);
    return pair;
  };
  auto const forever = archived("forever", {});
  auto const later = archived("later", scene.unique("long"));
  auto const in_place = archived("in-place", scene.unique("in-place"));
  auto const due = archived("due", scene.unique("short"));
  eventually("the one pruned", [&] { return !scene.exported().has(archive_of(due)); });
  eventually("its tree removed", [&] { return !all_tokens(scene.exported()).contains(due.claim.meta.uid); });
  CHECK_FALSE(scene.exported().has(record_of(due)));
  CHECK(scene.exported().read(archive_of(forever) + "/token") == forever.claim.meta.uid);
  CHECK(scene.exported().read(archive_of(later) + "/token") == later.claim.meta.uid);
  CHECK(token_of(scene, in_place) == in_place.claim.meta.uid);
  CHECK(all_tokens(scene.exported()).contains("upstream's"));
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
