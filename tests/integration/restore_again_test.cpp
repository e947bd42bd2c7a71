// A claim comes back under its name: soon or late, often, and while nobody serves it.
#include <map>

#include "tests/integration/support/gate.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

constexpr int rounds = 20;

void remove_and_make(Scene& scene, std::string const& name) {
  scene.remove_claim(name);
  scene.await_no_claim(name);
  scene.make_claim(name);
}

// One volume, one directory, one token; no archive, record, intent or trash.
void check_only_this_is_left(Scene& scene, Pair const& pair, std::string const& token) {
  CHECK(token_of(scene, pair) == token);
  auto const& exported = scene.exported();
  CHECK(all_tokens(exported).size() == 1);
  eventually("one volume alone", [&] { return scene.volumes().size() == 1; });
  CHECK(exported.names() == std::set<std::string>{scene.name_space()});
  CHECK(exported.names_in(scene.name_space()) == std::set<std::string>{pair.claim.meta.name});
  eventually("no intent and no record", [&] {
    return exported.names_in(exported.own("creating")).empty() &&
           exported.names_in(".nfs-subdir-provisioner/archives").empty();
  });
  eventually("the trash empty", [&] { return exported.names_in(exported.own("trash")).empty(); });
}

TEST_CASE("Three claims of a StatefulSet scaled down and up again have each their own data") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  std::vector<std::string> const names{"data-db-0", "data-db-1", "data-db-2"};
  std::map<std::string, std::string> tokens;
  for (auto const& name : names) tokens[name] = put_token(scene, scene.bound_claim(name));
  for (auto const& order : {std::vector<std::string>{"data-db-2"}, {"data-db-2", "data-db-1"}, names}) {
    std::vector<Pair> gone;
    for (auto const& name : order) gone.push_back(scene.await_bound(name));
    for (auto const& name : order) scene.remove_claim(name);
    for (auto const& pair : gone) scene.await_no_volume(pair.volume.meta.name);
    for (auto const& pair : gone)
      CHECK(scene.exported().read(archive_of(pair) + "/token") == tokens[pair.claim.meta.name]);
    for (auto const& name : order) scene.make_claim(name);
    for (auto const& name : names) CHECK(token_of(scene, scene.await_bound(name)) == tokens[name]);
  }
  CHECK(all_tokens(scene.exported()).size() == names.size());
  CHECK(scene.exported().names() == std::set<std::string>{scene.name_space()});
  scene.stop();
}

TEST_CASE("A claim deleted and made again twenty times has its data each time") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const token = put_token(scene, scene.bound_claim("web"));
  for (int round = 0; round < rounds; ++round) {
    INFO("round " << round);
    remove_and_make(scene, "web");
    REQUIRE(token_of(scene, scene.await_bound("web")) == token);
  }
  check_only_this_is_left(scene, scene.await_bound("web"), token);
  scene.stop();
}

TEST_CASE("A claim deleted and made again twenty times without a pause has its data in the end") {
  Scene scene;
  scene.make_class(restoring());
  scene.start("eager");
  auto const token = put_token(scene, scene.bound_claim("web"));
  for (int round = 0; round < rounds; ++round) {
    remove_and_make(scene, "web");
    CHECK(all_tokens(scene.exported()).size() <= 1);  // a walk beside a rename may miss it
  }
  check_only_this_is_left(scene, scene.await_bound("web"), token);
  scene.stop();
}

TEST_CASE("A claim deleted and made again while the program is down has its data when it is back") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const token = put_token(scene, scene.bound_claim("web"));
  scene.stop();
  for (int round = 0; round < rounds; ++round) remove_and_make(scene, "web");
  CHECK(all_tokens(scene.exported()).contains(token));
  scene.start("eager");
  auto const back = scene.await_bound("web");
  check_only_this_is_left(scene, back, token);
  // Gone while the program is down, made once it is back.
  scene.program().kill();
  scene.remove_claim("web");
  scene.await_no_claim("web");
  scene.start();
  scene.await_no_volume(back.volume.meta.name);
  CHECK(scene.exported().read(archive_of(back) + "/token") == token);
  check_only_this_is_left(scene, scene.bound_claim("web"), token);
  scene.stop();
}

TEST_CASE("A claim deleted and made again while the program cannot reach the API server has its data afterwards") {
  Scene scene;
  scene.make_class(restoring());
  Gate gate;
  auto const kubeconfig = scene.exported().outside("gate.kubeconfig");
  gate.write_kubeconfig(kubeconfig);
  gate.open();
  scene.start("direct", {{"KUBECONFIG", kubeconfig}});
  auto const token = put_token(scene, scene.bound_claim("web"));
  gate.shut();
  for (int round = 0; round < rounds; ++round) remove_and_make(scene, "web");
  CHECK(all_tokens(scene.exported()).contains(token));
  gate.open();
  check_only_this_is_left(scene, scene.await_bound("web"), token);
  scene.stop();
}

TEST_CASE("Claims deleted and made again while the API server is down and comes back have their data", "[serial]") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  std::map<std::string, std::string> tokens;
  for (auto const* const name : {"one", "two", "three"}) tokens[name] = put_token(scene, scene.bound_claim(name));
  // The API server goes while the releases are under way.
  for (auto const& [name, token] : tokens) scene.remove_claim(name);
  cluster_command("stop", "kube-apiserver");
  CHECK(all_tokens(scene.exported()).size() == tokens.size());
  cluster_command("start", "kube-apiserver");
  eventually("the API server", [&] {
    try {
      return scene.cluster().get_json("/version").IsObject();
    } catch (std::runtime_error const&) {
      return false;
    }
  });
  for (auto const& [name, token] : tokens) scene.await_no_claim(name);
  for (auto const& [name, token] : tokens) scene.make_claim(name);
  for (auto const& [name, token] : tokens) CHECK(token_of(scene, scene.await_bound(name)) == token);
  CHECK(all_tokens(scene.exported()).size() == tokens.size());
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
