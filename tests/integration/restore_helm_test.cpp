// What the program is for: an application is uninstalled and installed again, and finds its data.
#include "tests/integration/support/helm.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

// Claims of volumeClaimTemplates are made, and as the chart's StatefulSet wishes deleted, by its controller; here by
// hand.
std::vector<std::string> const replicas{"data-app-db-0", "data-app-db-1"};
ClaimSpec const from_template{.storage = "2Mi", .access_modes = {"ReadWriteOnce"}};

std::vector<Pair> install(Scene& scene, Helm& helm) {
  helm.run("install app '" + Helm::chart("app") + "' --set storageClass=" + scene.class_name());
  std::vector<Pair> pairs;
  for (auto const& name : replicas) scene.make_claim(name, from_template);
  for (auto const& name : replicas) pairs.push_back(scene.await_bound(name));
  pairs.push_back(scene.await_bound("app-web"));
  return pairs;
}

void uninstall(Scene& scene, Helm& helm) {
  helm.run("uninstall app --wait");
  for (auto const& name : replicas) scene.remove_claim(name);
  for (auto const& name : replicas) scene.await_no_claim(name);
}

TEST_CASE("Data is back by itself after helm uninstall and helm install") {
  Scene scene;
  Helm helm(scene);
  scene.make_class(restoring());
  scene.start();
  auto pairs = install(scene, helm);
  std::vector<std::string> tokens;
  for (auto const& pair : pairs) tokens.push_back(put_token(scene, pair));
  for (int round = 0; round < 3; ++round) {
    INFO("round " << round);
    uninstall(scene, helm);
    // Once at rest in between, else at once.
    if (round == 0) {
      for (auto const& pair : pairs) scene.await_no_volume(pair.volume.meta.name);
      for (std::size_t i = 0; i < pairs.size(); ++i)
        CHECK(scene.exported().read(archive_of(pairs[i]) + "/token") == tokens[i]);
    }
    auto const back = install(scene, helm);
    for (std::size_t i = 0; i < back.size(); ++i) {
      CHECK(back[i].volume.meta.name != pairs[i].volume.meta.name);
      CHECK(token_of(scene, back[i]) == tokens[i]);
      scene.await_event(back[i].claim.meta.name, "VolumeRestored", "Restored archive " + archive_of(pairs[i]) + " of ");
    }
    pairs = back;
  }
  CHECK(scene.exported().names() == std::set<std::string>{scene.name_space()});
  helm.run("uninstall app --wait");
  scene.stop();
}

TEST_CASE("What the StatefulSet of an uninstalled chart keeps stays Bound and as it is") {
  Scene scene;
  Helm helm(scene);
  scene.make_class(restoring());
  scene.start();
  auto const pairs = install(scene, helm);
  for (auto const& pair : pairs) put_token(scene, pair);
  helm.run("uninstall app --wait");
  scene.await_no_volume(pairs.back().volume.meta.name);
  helm.run("install app '" + Helm::chart("app") + "' --set storageClass=" + scene.class_name());
  auto const web = scene.await_bound("app-web");
  CHECK(token_of(scene, web) == pairs.back().claim.meta.uid);
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    auto const kept = scene.await_bound(replicas[i]);
    CHECK(kept.volume.meta.uid == pairs[i].volume.meta.uid);
    CHECK(token_of(scene, kept) == kept.claim.meta.uid);
  }
  helm.run("uninstall app --wait");
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
