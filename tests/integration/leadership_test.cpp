// Several replicas: one acts, and there is never a second one.
#include <signal.h>

#include <sys/stat.h>

#include <map>

#include "k8s/leader/choose_lock.hpp"
#include "k8s/leader/lock.hpp"
#include "tests/integration/support/gate.hpp"
#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/upstream_rights.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using std::chrono::steady_clock;

constexpr auto serving = "INFO  serving";
constexpr auto standing_by = "INFO  standing by";

// Shorter than by default, so that nobody waits: 3/2/0.4 s.
Program::Environment settings(Scene const& scene, Program::Environment more = {}) {
  Program::Environment all{{"ENABLE_LEADER_ELECTION", "true"}, {"POD_NAMESPACE", scene.name_space()},
                           {"HTTP_ADDRESS", any_port},         {"LEASE_DURATION", "3s"},
                           {"RENEW_DEADLINE", "2s"},           {"RETRY_PERIOD", "400ms"}};
  more.merge(all);
  more.merge(scene.environment("direct"));
  return more;
}

std::unique_ptr<Program> start(Scene& scene, std::string const& name, Program::Environment more = {}) {
  return std::make_unique<Program>(std::vector<std::string>{}, settings(scene, std::move(more)),
                                   scene.exported().outside(name + ".log"));
}

std::unique_ptr<Program> start_leader(Scene& scene, std::string const& name, Program::Environment more = {}) {
  auto program = start(scene, name, std::move(more));
  program->wait_until_said(serving);
  return program;
}

std::unique_ptr<Program> start_standby(Scene& scene, std::string const& name, Program::Environment more = {}) {
  auto program = start(scene, name, std::move(more));
  program->wait_until_said(standing_by);
  return program;
}

k8s::ObjectName lock_of(Scene const& scene) {
  return {scene.name_space(), k8s::lock_name(scene.provisioner())};
}

double leads(Program& program) {
  return metric(program, "leader_election_master_status");
}

// To claims and volumes: no other method binds them.
double changes_made(Program& program) {
  return metric(program, "rest_client_requests_total", "method=\"PATCH\"");
}

std::string holder(Scene& scene) {
  auto const lease = scene.cluster().get<k8s::Lease>(lock_of(scene));
  return lease ? lease->record.holder : "no lease";
}

double seconds_since(steady_clock::time_point since) {
  return std::chrono::duration<double>(steady_clock::now() - since).count();
}

// Everything that the program could have changed: names, inodes and times on the export; versions of volumes, claims
// and Events on the server.
struct World {
  std::map<std::string, std::string> things;
  bool operator==(World const&) const = default;
};

World look(Scene& scene) {
  World world;
  namespace fs = std::filesystem;
  for (auto const& entry : fs::recursive_directory_iterator(scene.exported().root())) {
    struct stat info {};
    ::lstat(entry.path().c_str(), &info);
    world.things[entry.path()] = std::to_string(info.st_ino) + " " + std::to_string(info.st_ctim.tv_sec) + "." +
                                 std::to_string(info.st_ctim.tv_nsec);
  }
  for (auto const& volume : scene.volumes())
    world.things["volume " + volume.meta.name] = volume.meta.uid + " " + volume.meta.resource_version;
  for (auto const& claim : scene.cluster().claims(scene.name_space()))
    world.things["claim " + claim.meta.name] = claim.meta.uid + " " + claim.meta.resource_version;
  auto const events = scene.cluster().get_json("/api/v1/namespaces/" + scene.name_space() + "/events");
  for (auto const& event : events["items"].GetArray())
    world.things["event " + text_at(event, "/metadata/name")] = text_at(event, "/metadata/resourceVersion");
  return world;
}

// When nothing has changed any more over several looks.
World look_when_quiet(Scene& scene) {
  World last;
  int same = 0;
  eventually("quiet", [&] {
    auto now = look(scene);
    same = now == last ? same + 1 : 0;
    last = std::move(now);
    return same >= 25;
  });
  return last;
}

TEST_CASE("Of two replicas one acts and the other takes over at once when it is told to end") {
  Scene scene;
  scene.make_class();
  auto one = start_leader(scene, "one");
  auto two = start_standby(scene, "two");
  auto const early = scene.bound_claim("early");
  CHECK(changes_made(*one) > 0.0);
  CHECK(changes_made(*two) == 0.0);
  auto const told = steady_clock::now();
  one->signal(SIGTERM);
  two->wait_until_said(serving);
  auto const served = seconds_since(told);
  CHECK(one->wait() == Ended{0, 0});
  CHECK(one->said("leadership released"));
  scene.bound_claim("later");
  WARN("SIGTERM: the other one serves after " << served << " s");
  scene.remove_and_await(early);
  CHECK(two->terminate() == Ended{0, 0});
  CHECK(holder(scene).empty());
}

TEST_CASE("A leader that was killed is replaced when its lease has run out") {
  Scene scene;
  scene.make_class();
  auto one = start_leader(scene, "one");
  auto two = start_standby(scene, "two");
  auto const before = holder(scene);
  auto const killed = steady_clock::now();
  one->kill();
  scene.make_claim("web");
  two->wait_until_said(serving);
  WARN("SIGKILL, lease 3 s: the other one serves after " << seconds_since(killed) << " s");
  scene.await_bound("web");
  CHECK(holder(scene) != before);
  CHECK(two->terminate() == Ended{0, 0});
}

TEST_CASE("A leader that stood still for longer than its lease does nothing more and ends with 1") {
  Scene scene;
  scene.make_class();
  auto one = start_leader(scene, "one");
  auto two = start_standby(scene, "two");
  // Stopped in the midst of work: its queue is full, its workers are between two effects.
  for (int i = 0; i < 60; ++i) scene.make_claim("claim-" + std::to_string(i));
  eventually("some volumes", [&] { return scene.volumes().size() >= 10; });
  one->signal(SIGSTOP);
  WARN("stopped with " << scene.volumes().size() << " of 60 volumes made");
  two->wait_until_said(serving);
  for (int i = 0; i < 60; ++i) scene.await_bound("claim-" + std::to_string(i));
  for (int i = 0; i < 30; ++i) scene.remove_and_await(scene.await_bound("claim-" + std::to_string(i)));
  auto const before = look_when_quiet(scene);
  one->signal(SIGCONT);
  CHECK(one->wait() == Ended{1, 0});
  CHECK(one->said("leadership lost"));
  CHECK(look(scene) == before);
  CHECK(look_when_quiet(scene) == before);
  CHECK(scene.volumes().size() == 30);
  CHECK(two->terminate() == Ended{0, 0});
}

TEST_CASE("A leader that is cut off from the API server ends with 1 and the other one takes over") {
  Scene scene;
  scene.make_class();
  Gate gate;
  auto const kubeconfig = scene.exported().outside("gate.kubeconfig");
  gate.write_kubeconfig(kubeconfig);
  gate.open();
  auto one = start_leader(scene, "one", {{"KUBECONFIG", kubeconfig}});
  auto two = start_standby(scene, "two");
  gate.shut();
  CHECK(one->wait() == Ended{1, 0});
  CHECK(one->said("leadership lost"));
  scene.bound_claim("web");
  CHECK(two->terminate() == Ended{0, 0});
}

TEST_CASE("Replicas are replaced one by one while claims come and go") {
  Scene scene;
  scene.make_class();
  std::vector<std::unique_ptr<Program>> replicas;
  replicas.push_back(start_leader(scene, "r0"));
  replicas.push_back(start_standby(scene, "r1"));
  int claims = 0;
  double longest = 0;
  auto const serve = [&] {
    auto const asked = steady_clock::now();
    auto const pair = scene.bound_claim("claim-" + std::to_string(claims++));
    longest = std::max(longest, seconds_since(asked));
    if (claims % 3 == 0) scene.remove_and_await(pair);
  };
  for (int i = 2; i < 6; ++i) {
    serve();
    replicas.push_back(start_standby(scene, "r" + std::to_string(i)));
    replicas[static_cast<std::size_t>(i) - 2]->signal(SIGTERM);
    serve();
    CHECK(replicas[static_cast<std::size_t>(i) - 2]->wait() == Ended{0, 0});
    serve();
  }
  WARN("rolling update: the longest wait for a claim to be Bound was " << longest << " s");
  CHECK(scene.volumes().size() == 8);
  for (auto& each : replicas)
    if (each->running()) CHECK(each->terminate() == Ended{0, 0});
}

TEST_CASE("While upstream's program holds its lock nothing is done, and its lock is cleared once it is dead") {
  Scene scene;
  scene.make_class();
  auto renew = [&, renewals = 0]() mutable {
    k8s::LeaderRecord const record{"upstream_1", 3, "2024-01-01T00:00:00Z", std::to_string(++renewals), 4};
    k8s::Endpoints lock;
    lock.meta.name_space = lock_of(scene).name_space;
    lock.meta.name = lock_of(scene).name;
    lock.meta.annotations = {{std::string(k8s::leader_annotation), k8s::write(record)}};
    if (renewals == 1) return void(scene.cluster().create(lock));
    scene.cluster().patch<k8s::Endpoints>(lock_of(scene), k8s::MergePatch().metadata({}, lock.meta.annotations).text());
  };
  renew();
  auto one = start(scene, "one");
  scene.make_claim("web");
  auto const began = steady_clock::now();
  eventually("two leases' time, in which it said that it waits", [&] {
    renew();
    return seconds_since(began) > 6 && one->said("an older program holds the lock on Endpoints");
  });
  CHECK(one->said("upstream_1"));
  CHECK(leads(*one) == 0.0);
  CHECK(scene.volumes().empty());
  CHECK(scene.exported().names_in("").empty());
  auto const died = steady_clock::now();
  scene.await_bound("web");
  WARN("upstream's lock, lease 3 s: bound " << seconds_since(died) << " s after its last renewal");
  CHECK(leads(*one) == 1.0);
  auto const cleared = scene.cluster().get<k8s::Endpoints>(lock_of(scene));
  REQUIRE(cleared);
  CHECK(k8s::read<k8s::LeaderRecord>(*k8s::find(cleared->meta.annotations, k8s::leader_annotation))
            .value()
            .holder.empty());
  CHECK(one->terminate() == Ended{0, 0});
}

TEST_CASE("Under the rights of upstream's chart the replicas hold upstream's lock") {
  Scene scene;
  UpstreamRights const rights(scene);
  scene.make_class();
  Program::Environment const as_upstream{{"KUBECONFIG", UpstreamRights::kubeconfig()}};
  auto one = start_leader(scene, "one", as_upstream);
  CHECK(one->said("permission is missing: get, create and update leases"));
  auto two = start_standby(scene, "two", as_upstream);
  scene.bound_claim("first");
  auto const told = steady_clock::now();
  one->signal(SIGTERM);
  two->wait_until_said(serving);
  WARN("SIGTERM under upstream's rights: the other one serves after " << seconds_since(told) << " s");
  CHECK(one->wait() == Ended{0, 0});
  scene.bound_claim("second");
  CHECK_FALSE(scene.cluster().get<k8s::Lease>(lock_of(scene)));
  CHECK(scene.cluster().get<k8s::Endpoints>(lock_of(scene)));
  CHECK(two->terminate() == Ended{0, 0});
}

TEST_CASE("Without leave for any lock nothing is done and it is said why") {
  Scene scene;
  scene.make_class();
  auto one = start(scene, "one", {{"KUBECONFIG", cluster_directory() + "/nobody.kubeconfig"}});
  one->wait_until_said("no permission for a lock in namespace " + scene.name_space());
  CHECK(leads(*one) == 0.0);
  CHECK(scene.exported().names_in("").empty());
  CHECK(one->terminate() == Ended{0, 0});
}

}  // namespace
}  // namespace nfs::test
