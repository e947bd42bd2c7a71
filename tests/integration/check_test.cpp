// The verb `check`: what is wrong is named, and decides how it ends.
#include <set>
#include <sstream>

#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

struct Checked {
  Ended ended;
  std::string said;
};

Checked check(Scene const& scene, Program::Environment change = {}) {
  change.merge(scene.environment("direct"));
  Program program({"check"}, change, scene.log_file());
  auto const ended = program.wait();
  return {ended, program.log()};
}

bool contains(std::string const& text, std::string const& part) {
  return text.find(part) != std::string::npos;
}

// The first word of each line but the last.
std::set<std::string> verdicts(std::string const& text) {
  std::set<std::string> words;
  std::istringstream lines(text.substr(0, text.rfind('\n', text.size() - 2) + 1));
  for (std::string line; std::getline(lines, line);) words.insert(line.substr(0, line.find(' ')));
  return words;
}

TEST_CASE("A check of what is ready to serve ends with 0 and leaves nothing on the export") {
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "archive"}}});
  auto const checked = check(scene);
  INFO(checked.said);
  CHECK(checked.ended == Ended{0, 0});
  CHECK(contains(checked.said, "Ready to serve"));
  CHECK(contains(checked.said, "class " + scene.class_name()));
  auto found = verdicts(checked.said);
  found.erase("note");  // the test's export is a directory of this machine
  CHECK(found == std::set<std::string>{"ok"});
  CHECK(scene.exported().names_in("").empty());
}

TEST_CASE("A check ends with 1 and names what is wrong") {
  Scene scene;
  scene.make_class({.parameters = {{"onDelet", "archive"}}});
  struct Wrong {
    Program::Environment change;
    std::vector<std::string> says;
  };
  auto const absent = scene.exported().outside("absent").string();
  std::vector<Wrong> const all{
      {{}, {"class " + scene.class_name(), "onDelet"}},
      {{{"MOUNT_DIR", absent}}, {absent, "MOUNT_DIR"}},
      {{{"KUBECONFIG", cluster_directory() + "/nobody.kubeconfig"}},
       {"may not list persistentvolumeclaims", "may not create persistentvolumes"}},
      {{{"KUBECONFIG", absent}}, {absent}},
  };
  for (auto const& wrong : all) {
    auto const checked = check(scene, wrong.change);
    INFO(checked.said);
    CHECK(checked.ended == Ended{1, 0});
    CHECK(verdicts(checked.said).contains("FAIL"));
    CHECK(contains(checked.said, "Not ready to serve: "));
    for (auto const& part : wrong.says) CHECK(contains(checked.said, part));
  }
}

}  // namespace
}  // namespace nfs::test
