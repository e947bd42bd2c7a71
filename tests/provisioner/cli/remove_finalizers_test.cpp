#include "provisioner/cli/remove_finalizers.hpp"

#include <sstream>

#include "k8s/leader/lock.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

/// Each wait is over at once; what others do meanwhile is done then.
class SteppingClock final : public k8s::Clock {
 public:
  std::function<void()> meanwhile = [] {};
  [[nodiscard]] k8s::SteadyTime steady() const override { return now_; }
  [[nodiscard]] k8s::WallTime wall() const override { return {}; }
  bool wait_until(k8s::SteadyTime time, std::stop_token) const override {
    now_ = time;
    meanwhile();
    return true;
  }
  [[nodiscard]] std::chrono::seconds passed() const {
    return std::chrono::duration_cast<std::chrono::seconds>(now_ - k8s::SteadyTime());
  }

 private:
  mutable k8s::SteadyTime now_;
};

/// A cluster with volumes whose program is gone: one is in use, one hangs, two are of others.
struct Left {
  test::MemoryApiServer server;
  SteppingClock clock;
  std::string out;
  std::string error;

  Left() {
    put("pvc-1", "/data/nfs/team-a/web", our_name);
    put("pvc-2", "/data/nfs/team-a/db", our_name);
    put("pvc-3", "/data/nfs/team-b/web", "csi.example.com");
    server.remove<k8s::Volume>({{}, "pvc-2"});  // it stays for its finalizers
  }
  void put(std::string const& name, std::string const& path_on_server, std::string_view provisioner) {
    auto volume = volume_at(name, path_on_server, "U");
    volume.meta.uid = "uid-at-" + path_on_server;
    volume.meta.annotations["pv.kubernetes.io/provisioned-by"] = provisioner;
    volume.meta.finalizers = {"kubernetes.io/pv-protection", std::string(names::finalizer)};
    server.put(volume);
    server.patch<k8s::Volume>({{}, name}, R"({"status":{"phase":"Bound"}})", "status");
  }
  int remove(RemovalArguments const& arguments) {
    std::istringstream in;
    std::ostringstream said, complained;
    k8s::Client client(server.connect());
    int const status =
        remove_finalizers(arguments, std::string(our_name), client, clock, {in, said, complained, false});
    out = said.str();
    error = complained.str();
    return status;
  }
  /// The finalizers of a volume; "gone" if there is none of this name.
  [[nodiscard]] std::string finalizers(std::string const& name) const {
    auto const volume = server.find<k8s::Volume>({{}, name});
    if (!volume) return "gone";
    std::string all;
    for (auto const& each : volume->meta.finalizers) all += (all.empty() ? "" : " ") + each;
    return all;
  }
  void put_lease(std::string const& name_space = "storage", std::string const& name = "example.com-nfs") {
    k8s::Lease lease;
    lease.meta.name_space = name_space;
    lease.meta.name = name;
    lease.record.holder = "pod-1";
    lease.record.lease_seconds = 15;
    server.put(lease);
  }
  void renew_lease() {
    server.patch<k8s::Lease>({"storage", "example.com-nfs"}, R"({"spec":{"renewTime":"2026-01-01T00:00:02Z"}})");
  }
};

constexpr auto both = "kubernetes.io/pv-protection external-provisioner.volume.kubernetes.io/finalizer";
constexpr auto others = "kubernetes.io/pv-protection";

}  // namespace

TEST_CASE("which volumes carry the finalizer is shown, and nothing is changed without yes") {
  Left left;
  auto const before = left.server.version();
  CHECK(left.remove({}) == 0);
  for (auto const* part :
       {"pvc-1", "Bound", "team-a/of-pvc-1", "nfs.example:/data/nfs/team-a/web", "pvc-2", "Terminating",
        "2 volumes of provisioner example.com/nfs carry the finalizer", "To do it: the same with --yes."}) {
    CHECK(contains(left.out, part));
  }
  CHECK_FALSE(contains(left.out, "pvc-3"));
  CHECK(left.server.version() == before);
}

TEST_CASE("with yes our finalizer goes, and no other one") {
  Left left;
  CHECK(left.remove({.yes = true}) == 0);
  CHECK(left.finalizers("pvc-1") == others);
  CHECK(left.finalizers("pvc-2") == others);
  CHECK(left.finalizers("pvc-3") == both);
  CHECK(contains(left.out, "2 of 2 done."));
  CHECK(left.clock.passed() == 0s);
  CHECK(left.remove({.yes = true}) == 0);
  CHECK(contains(left.out, "No volume of provisioner example.com/nfs carries its finalizer."));
}

TEST_CASE("of several volumes only those go that are named") {
  Left left;
  CHECK(left.remove({.names = {"pvc-2"}, .yes = true}) == 0);
  CHECK(contains(left.out, "1 volume of provisioner example.com/nfs carries the finalizer"));
  CHECK(left.finalizers("pvc-1") == both);
  CHECK(left.finalizers("pvc-2") == others);
  CHECK(left.remove({.names = {"pvc-3"}, .yes = true}) == 1);
  CHECK(contains(left.error, "of another provisioner"));
  CHECK(left.finalizers("pvc-3") == both);
}

TEST_CASE("while a program leads nothing is done, in whichever namespace and by whichever lock, unless it is forced") {
  Left left;
  std::string lock;
  SECTION("a Lease") {
    left.put_lease();
    left.clock.meanwhile = [&] { left.renew_lease(); };
    lock = "pod-1 holds Lease storage/example.com-nfs";
  }
  SECTION("the lock of upstream's rights") {
    k8s::Endpoints endpoints;
    endpoints.meta.name_space = "storage";
    endpoints.meta.name = "example.com-nfs";
    endpoints.meta.annotations.emplace(k8s::leader_annotation, R"({"holderIdentity":"pod-1","renewTime":"a"})");
    left.server.put(endpoints);
    left.clock.meanwhile = [&] {
      left.server.patch<k8s::Endpoints>({"storage", "example.com-nfs"},
                                        R"({"metadata":{"annotations":{"control-plane.alpha.kubernetes.io/leader":)"
                                        R"("{\"holderIdentity\":\"pod-1\",\"renewTime\":\"b\"}"}}})");
    };
    lock = "pod-1 holds Endpoints storage/example.com-nfs";
  }
  SECTION("one that begins only now") {
    left.put_lease("another");
    left.clock.meanwhile = [&, once = true]() mutable {
      if (std::exchange(once, false)) left.put_lease();
    };
    lock = "pod-1 holds Lease storage/example.com-nfs";
  }
  CHECK(left.remove({.yes = true}) == 1);
  CHECK(contains(left.error, lock));
  CHECK(left.finalizers("pvc-1") == both);
  CHECK(left.finalizers("pvc-2") == both);
  CHECK(left.remove({.yes = true, .force = true}) == 0);
  CHECK(left.finalizers("pvc-1") == others);
}

TEST_CASE("a lock that stands still for as long as its holder may be silent is of one that is gone") {
  Left left;
  left.put_lease();
  SECTION("15 seconds") {
    CHECK(left.remove({.yes = true}) == 0);
    CHECK(left.clock.passed() >= 15s);
  }
  SECTION("or as long as it says, within reason") {
    auto const [says, waits] = GENERATE(table<int, int>({{60, 60}, {1'000'000, 120}}));
    left.server.patch<k8s::Lease>({"storage", "example.com-nfs"},
                                  R"({"spec":{"leaseDurationSeconds":)" + std::to_string(says) + "}}");
    CHECK(left.remove({.yes = true}) == 0);
    CHECK(left.clock.passed() >= std::chrono::seconds(waits));
    CHECK(left.clock.passed() < std::chrono::seconds(waits + 3));
  }
  CHECK(contains(left.error, "Lease storage/example.com-nfs is held"));
  CHECK(left.finalizers("pvc-1") == others);
}

TEST_CASE("a lock of another name, or one that nobody holds, keeps nobody waiting") {
  Left left;
  left.put_lease("storage", "example.com-another");
  left.put_lease();
  left.server.patch<k8s::Lease>({"storage", "example.com-nfs"}, R"({"spec":{"holderIdentity":""}})");
  CHECK(left.remove({.yes = true}) == 0);
  CHECK(left.clock.passed() == 0s);
}

TEST_CASE("a right that is missing is named, and nothing is done; to look for a leader is not needed by force") {
  auto const [verb, resource, named, forced] = GENERATE(table<std::string, std::string, std::string, int>({
      {"list", "persistentvolumes", "may not list persistentvolumes", 1},
      {"patch", "persistentvolumes", "may not patch persistentvolumes", 1},
      {"list", "leases", "may not list leases.coordination.k8s.io", 0},
      {"list", "endpoints", "may not list endpoints", 0},
  }));
  Left left;
  left.server.forbid(verb, resource);
  CHECK(left.remove({.yes = true}) == 1);
  CHECK(contains(left.error, named));
  CHECK(left.finalizers("pvc-1") == both);
  CHECK(left.remove({.yes = true, .force = true}) == forced);
  CHECK((left.finalizers("pvc-1") == others) == (forced == 0));
}

TEST_CASE("a volume that changes meanwhile is looked at anew, and left alone if it is another one by then") {
  Left left;
  bool const replaced = GENERATE(false, true);
  bool once = true;
  left.server.on_request(
      [&](auto moment, auto, k8s::Request const& request) -> std::optional<test::MemoryApiServer::Answer> {
        bool const patches = request.method == k8s::Method::patch && request.target.ends_with("pvc-1");
        if (moment != test::MemoryApiServer::Moment::before || !patches || !std::exchange(once, false)) return {};
        if (replaced) {
          left.server.patch<k8s::Volume>({{}, "pvc-1"}, R"({"metadata":{"finalizers":null}})");
          left.server.remove<k8s::Volume>({{}, "pvc-1"});
          left.put("pvc-1", "/data/nfs/team-a/another", our_name);
        } else {
          left.server.patch<k8s::Volume>({{}, "pvc-1"}, R"({"metadata":{"labels":{"a":"b"}}})");
        }
        return {};
      });
  int const status = left.remove({.names = {"pvc-1"}, .yes = true});
  INFO(left.error);
  CHECK(status == 0);
  // A uid that is another one is answered 422, and nothing was changed.
  CHECK(left.finalizers("pvc-1") == (replaced ? both : others));
}

TEST_CASE("one that cannot be patched holds up no other, and is told of") {
  Left left;
  left.server.on_request(
      [](auto moment, auto, k8s::Request const& request) -> std::optional<test::MemoryApiServer::Answer> {
        bool const patches = request.method == k8s::Method::patch && request.target.ends_with("pvc-1");
        if (moment != test::MemoryApiServer::Moment::before || !patches) return {};
        return test::MemoryApiServer::Answer(test::failure(500, "InternalError", "etcd is away"));
      });
  CHECK(left.remove({.yes = true}) == 1);
  CHECK(contains(left.error, "etcd is away"));
  CHECK(contains(left.out, "1 of 2 done."));
  CHECK(left.finalizers("pvc-2") == others);
}
