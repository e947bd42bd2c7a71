// The program is killed again and again while claims come and go: nothing is lost, nothing is left over.
#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/size.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

// Claims come, get a token of their own into their directory once they are Bound, and some go again.
class Tenant {
 public:
  Tenant(Scene& scene, std::uint32_t seed) : scene_(scene), random_(seed) {}

  void step() {
    auto const choice = random_() % 3;
    if (live_.size() < 5 || choice == 0) {
      create();
    } else if (choice == 1 && !tokens_.empty()) {
      remove();
    } else {
      put_tokens();
    }
  }

  void put_tokens() {
    for (auto const& claim : scene_.cluster().claims(scene_.name_space())) {
      if (claim.phase != "Bound" || claim.meta.deleting() || tokens_.contains(claim.meta.name)) continue;
      auto const volume = scene_.cluster().get<k8s::Volume>({{}, claim.volume_name});
      if (!volume) throw std::runtime_error{"claim " + claim.meta.name + " is Bound to no volume"};
      scene_.exported().write(scene_.directory(*volume) + "/token", claim.meta.uid);
      tokens_[claim.meta.name] = claim.meta.uid;
      written_.insert(claim.meta.uid);
    }
  }

  [[nodiscard]] std::set<std::string> const& live() const { return live_; }  ///< names
  [[nodiscard]] bool all_have_tokens() const { return tokens_.size() == live_.size(); }
  [[nodiscard]] std::set<std::string> const& written() const { return written_; }  ///< tokens, ever

 private:
  void create() {
    auto const name = "claim-" + std::to_string(next_++);
    scene_.make_claim(name);
    live_.insert(name);
  }

  void remove() {
    auto victim = tokens_.begin();
    std::advance(victim, static_cast<std::ptrdiff_t>(random_() % tokens_.size()));
    scene_.remove_claim(victim->first);
    live_.erase(victim->first);
    tokens_.erase(victim);
  }

  Scene& scene_;
  std::mt19937 random_;
  int next_ = 0;
  std::set<std::string> live_;
  std::map<std::string, std::string> tokens_;  ///< of live claims: name -> token
  std::set<std::string> written_;
};

void await_rest(Scene& scene, Tenant& tenant) {
  // One that was Bound may be called Lost for a moment (docs/behaviour.md#binding), and gets its token after that.
  eventually("each claim Bound, with its token", [&] {
    tenant.put_tokens();
    return tenant.all_have_tokens();
  });
  eventually("a volume for each live claim and no other", [&] {
    auto const volumes = scene.volumes();
    return volumes.size() == tenant.live().size() &&
           std::all_of(volumes.begin(), volumes.end(), [](auto const& volume) { return volume.phase == "Bound"; });
  });
  eventually("trash and intents gone", [&] {
    return scene.exported().names_in(scene.exported().own("trash")).empty() &&
           scene.exported().names_in(scene.exported().own("creating")).empty();
  });
}

void check_everything_accounted_for(Scene& scene, Tenant const& tenant) {
  auto const& exported = scene.exported();
  std::set<std::string> tokens;
  std::set<std::string> directories;
  for (auto const& name : tenant.live()) {
    auto const pair = scene.await_bound(name);
    auto const directory = scene.directory(pair.volume);
    INFO("claim " << name << ", volume " << pair.volume.meta.name << ", directory " << directory);
    directories.insert(directory);
    CHECK(exported.read(directory + "/token") == pair.claim.meta.uid);
    tokens.insert(pair.claim.meta.uid);
  }
  for (auto const& record : exported.names_in(".nfs-subdir-provisioner/archives")) {
    INFO(record);
    auto const document = parse_json(*exported.read(".nfs-subdir-provisioner/archives/" + record));
    auto const directory = text_at(document, "/archivedPath");
    directories.insert(directory);
    CHECK(exported.has(directory));
    if (auto const token = exported.read(directory + "/token")) {
      CHECK(*token == text_at(document, "/claimUid"));
      tokens.insert(*token);
    }
  }
  CHECK(directories == exported.names());
  for (auto const& token : tenant.written()) {
    INFO(token);
    CHECK(tokens.contains(token));
  }
}

void killed_again_and_again(std::string const& binding) {
  int const kills = size_from("KILLS", 5, 20);
  auto const seed = static_cast<std::uint32_t>(size_from("SEED", 4711, 4711));
  WARN("SEED=" << seed << " KILLS=" << kills);
  std::mt19937 random(seed);
  Scene scene;
  scene.make_class();
  Tenant tenant(scene, seed + 1);
  for (int i = 0; i < kills; ++i) {
    scene.launch(binding);
    // The moment is one of the program's own: it dies as it says the n-th line, whatever that is about.
    auto const lines = 20 + random() % 150;
    eventually("the program to be at work", [&] {
      tenant.step();
      auto const log = scene.program().log();
      return static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n')) > lines;
    });
    scene.program().kill();
    CHECK(sanitizer_report(scene.program().log()).empty());
    for (int steps = 0; steps < 5; ++steps) tenant.step();
  }
  scene.start(binding);
  await_rest(scene, tenant);
  check_everything_accounted_for(scene, tenant);
  scene.stop();
}

TEST_CASE("Killed again and again the program loses nothing and leaves nothing over when it binds directly", "[soak]") {
  killed_again_and_again("direct");
}

TEST_CASE("Killed again and again the program loses nothing and leaves nothing over when it binds eagerly", "[soak]") {
  killed_again_and_again("eager");
}

}  // namespace
}  // namespace nfs::test
