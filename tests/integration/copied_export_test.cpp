// An export that was copied without what begins with a dot, one that is empty, and one whose server is called
// otherwise.
#include <filesystem>

#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

namespace fs = std::filesystem;

constexpr auto marker = ".nfs-subdir-provisioner/export.json";

struct Told {
  Ended ended;
  std::string said;
};

Told run(Scene const& scene, std::vector<std::string> const& arguments) {
  Program program(arguments, scene.environment("direct"), scene.exported().outside("verb.log"));
  auto const ended = program.wait();
  return {ended, program.log()};
}

TEST_CASE("An export that was copied without its marker is told to a waiting claim and comes back by adoption") {
  Scene scene;
  scene.make_class();
  scene.start();
  auto const web = scene.bound_claim("web");
  auto const directory = scene.directory(web.volume);
  scene.exported().write(directory + "/token", "precious");
  scene.stop();
  auto const id = scene.exported().read(marker);
  fs::remove_all(scene.exported().at(".nfs-subdir-provisioner"));

  auto const checked = run(scene, {"check"});
  INFO(checked.said);
  CHECK(checked.ended == Ended{1, 0});
  CHECK(checked.said.find("export adopt") != std::string::npos);
  scene.launch().wait_until_said("its marker is missing");
  scene.make_claim("late");
  scene.await_event("late", "WaitingForExport", "export adopt");
  CHECK_FALSE(scene.exported().has(marker));

  auto const planned = run(scene, {"export", "adopt"});
  INFO(planned.said);
  CHECK(planned.ended == Ended{0, 0});
  CHECK_FALSE(scene.exported().has(marker));
  CHECK(run(scene, {"export", "adopt", "--yes"}).ended == Ended{0, 0});
  CHECK(scene.exported().read(marker) == id);
  scene.await_bound("late");
  scene.remove_and_await(web);
  CHECK_FALSE(scene.exported().has(directory));
  scene.stop();
  CHECK(run(scene, {"check"}).ended == Ended{0, 0});
}

TEST_CASE("Volumes of an export whose server is called otherwise by now are released all the same") {
  Scene scene;
  scene.make_class();
  scene.start();
  auto const web = scene.bound_claim("web");
  auto const directory = scene.directory(web.volume);
  scene.exported().write(directory + "/token", "precious");
  scene.stop();
  scene.start("direct", {{"NFS_SERVER", "192.0.2.77"}});
  scene.remove_and_await(web);
  CHECK_FALSE(scene.exported().has(directory));
  auto const archive = "archived-" + scene.name_space() + "-web-" + web.volume.meta.name;
  CHECK(scene.exported().read(archive + "/token") == "precious");
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
