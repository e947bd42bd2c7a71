// A wrong deletion is not final at once: what is deleted rests in the trash, and comes back by hand.
#include <filesystem>

#include "tests/integration/support/tokens.hpp"
#include "tests/integration/support/verb.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

/// With less than a tenth free, nothing rests.
bool has_room(Scene const& scene) {
  auto const space = std::filesystem::space(scene.exported().root());
  return space.available >= space.capacity / 10;
}

TEST_CASE("What is deleted rests in the trash and comes back by hand") {
  Scene scene;
  if (!has_room(scene)) {
    WARN("SKIPPED: less than a tenth of this machine's disk is free, so that nothing rests in the trash");
    return;
  }
  scene.make_class(restoring({{"onDelete", "delete"}}));
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  auto const path = scene.directory(first.volume);
  auto const name = first.volume.meta.name;
  scene.remove_and_await(first);
  auto const resting = scene.exported().own("resting");
  CHECK_FALSE(scene.exported().has(path));
  CHECK(scene.exported().read(resting + "/" + name + "/token") == token);
  CHECK(scene.exported().has(resting + "/" + name + ".json"));

  // The claim comes back and begins empty; what was deleted is not given to it, nor put over it.
  auto const second = scene.bound_claim("web");
  CHECK(scene.directory(second.volume) == path);
  CHECK(scene.exported().names_in(path).empty());
  auto said = run_verb(scene, {"trash", "list"});
  INFO(said.text);
  CHECK(said.ended == Ended{0, 0});
  CHECK(said.text.find(name) != std::string::npos);
  CHECK(said.text.find(scene.name_space() + "/web") != std::string::npos);
  said = run_verb(scene, {"trash", "restore", name});
  CHECK(said.ended == Ended{1, 0});
  CHECK(said.text.find("something stands there already") != std::string::npos);
  said = run_verb(scene, {"trash", "restore", name, "--to", scene.name_space() + "/web-before"});
  CHECK(said.ended == Ended{0, 0});
  CHECK(scene.exported().read(scene.name_space() + "/web-before/token") == token);
  CHECK(scene.exported().names_in(resting).empty());

  // A claim whose path leads there has it.
  auto const back = scene.bound_claim("web-before");
  CHECK(token_of(scene, back) == token);
  scene.stop();
}

TEST_CASE("What has rested in the trash is removed, and what a person purges goes at once") {
  Scene scene;
  scene.make_class(restoring({{"onDelete", "delete"}, {"trashRetention", "2s"}}));
  scene.make_class(restoring({{"onDelete", "delete"}, {"trashRetention", "7d"}}), scene.unique("long"));
  scene.start();
  auto const soon = scene.bound_claim("soon");
  auto const late = scene.bound_claim("late", {.class_name = scene.unique("long")});
  auto const token = put_token(scene, soon);
  auto const kept = put_token(scene, late);
  scene.remove_and_await(soon);
  scene.remove_and_await(late);
  eventually("what has rested removed", [&] { return !all_tokens(scene.exported()).contains(token); });
  if (has_room(scene)) {
    CHECK(all_tokens(scene.exported()).contains(kept));
    auto const said = run_verb(scene, {"trash", "purge", late.volume.meta.name, "--yes"});
    INFO(said.text);
    CHECK(said.ended == Ended{0, 0});
    CHECK_FALSE(all_tokens(scene.exported()).contains(kept));
  }
  eventually("nothing of them left", [&] {
    return scene.exported().names_in(scene.exported().own("resting")).empty() &&
           scene.exported().names_in(scene.exported().own("trash")).empty();
  });
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
