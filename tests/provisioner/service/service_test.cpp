#include "provisioner/service/service.hpp"

#include <fcntl.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "k8s/base/mutex.hpp"
#include "provisioner/controller/permissions.hpp"
#include "provisioner/storage/files/descriptor.hpp"
#include "tests/provisioner/support/running_service.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;
using Moment = test::MemoryApiServer::Moment;
using Answer = std::optional<test::MemoryApiServer::Answer>;

namespace {

/// A file that cannot be opened by others, as after an error of the server: what it says cannot be told. Until
/// release(), or for 45 s (fcntl(2), F_SETLEASE).
class LeasedFile {
 public:
  explicit LeasedFile(std::string const& path)
      : path_(path), file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    ::signal(SIGIO, SIG_IGN);  // others would like to open it
    REQUIRE(::fcntl(file_.get(), F_SETLEASE, F_WRLCK) == 0);
  }
  /// It is gone.
  void release() const {
    std::filesystem::remove(path_);
    REQUIRE(::fcntl(file_.get(), F_SETLEASE, F_UNLCK) == 0);
  }

 private:
  std::string path_;
  Descriptor file_;
};

}  // namespace

TEST_CASE("the service serves what is there when it starts and what comes later, and releases what goes") {
  Running running;
  running.server.put(pending_claim("early", "U0"));
  running.start();
  CHECK(running.becomes([&] { return running.bound("early"); }));
  for (int i = 1; i <= 20; ++i) running.server.put(pending_claim("web-" + std::to_string(i), "U" + std::to_string(i)));
  CHECK(running.becomes([&] {
    for (int i = 1; i <= 20; ++i)
      if (!running.bound("web-" + std::to_string(i))) return false;
    return true;
  }));
  CHECK(running.stands("team-a/web-20"));

  running.server.remove<k8s::Claim>({"team-a", "early"});
  running.server.patch<k8s::Volume>({{}, "pvc-U0"}, R"({"status":{"phase":"Released"}})", "status");
  CHECK(running.becomes([&] { return !running.server.find<k8s::Volume>({{}, "pvc-U0"}); }));
  CHECK_FALSE(running.stands("team-a/early"));
  CHECK(running.service->stop(20s));
  INFO(running.book.text());
  CHECK(running.book.count("ERROR") == 0);
  running.book.log().error("what an error looks like");
  CHECK(running.book.count("ERROR") == 1);
}

TEST_CASE("a claim made again under its name is served as soon as its forerunner's volume has gone") {
  Running running;
  running.server.put(pending_claim("web", "U1"));
  running.start();
  CHECK(running.becomes([&] { return running.bound("web"); }));
  running.server.remove<k8s::Claim>({"team-a", "web"});
  running.server.put(pending_claim("web", "U2"));
  CHECK(running.becomes([&] { return running.bound("web"); }));
  CHECK(running.service->stop(20s));
  INFO(running.book.text());
  CHECK_FALSE(running.server.find<k8s::Volume>({{}, "pvc-U1"}));
  CHECK(running.stands("team-a/web"));
}

TEST_CASE("an export with volumes but without its marker is not touched") {
  Running running;
  auto volume = volume_at("pvc-U9", "/data/nfs/team-a/old", "U9");
  volume.meta.annotations["nfs-subdir-provisioner.io/export-id"] = "SOME-OTHER-EXPORT";
  running.server.put(volume);
  running.server.put(pending_claim("web", "U1"));
  running.start();
  CHECK(running.becomes([&] { return running.book.count("the export cannot be used") == 1; }));
  CHECK(running.service->stop(20s));
  CHECK(std::filesystem::is_empty(running.directory.path()));
  CHECK_FALSE(running.bound("web"));
}

TEST_CASE("what is not allowed is said at the start, and done without") {
  Running running;
  for (auto const* resource :
       {"persistentvolumes", "persistentvolumes/status", "persistentvolumeclaims", "persistentvolumeclaims/status"})
    running.server.forbid("patch", resource);
  running.server.put(pending_claim("web", "U1"));
  running.start();
  CHECK(running.becomes([&] { return running.server.find<k8s::Volume>({{}, "pvc-U1"}).has_value(); }));
  CHECK(running.service->stop(20s));
  CHECK(running.server.find<k8s::Volume>({{}, "pvc-U1"})->meta.finalizers.empty());
  CHECK(running.book.count("permission is missing") == 4);
}

TEST_CASE("a permission that is missing for one object alone is no reason to leave others") {
  Running running;
  running.server.on_request([](auto moment, std::size_t, k8s::Request const& request) -> Answer {
    bool const bad = request.method == k8s::Method::patch && contains(request.target, "/persistentvolumeclaims/bad");
    if (moment == Moment::after || !bad) return std::nullopt;
    return test::failure(403, "Forbidden", "denied by a policy");
  });
  running.server.put(pending_claim("bad", "U1"));
  running.start();
  CHECK(running.becomes([&] { return running.told("ProvisioningFailed", "denied by a policy") == 1; }));
  running.server.put(pending_claim("good", "U2"));
  CHECK(running.becomes([&] { return running.bound("good"); }));
  CHECK(running.service->stop(20s));
}

TEST_CASE("questions about what is allowed that fail hold up nobody, and those that were answered are not repeated") {
  for (auto const binding : {Binding::direct, Binding::eager}) {
    Running running;
    k8s::Mutex mutex;
    std::mt19937 random(20260101);
    std::map<std::string, int> answered;
    running.server.on_request([&](auto moment, std::size_t, k8s::Request const& request) -> Answer {
      k8s::MutexLock const lock(mutex);
      if (moment == Moment::after) return std::nullopt;
      bool const review = contains(request.target, "/selfsubjectaccessreviews");
      bool const question = review || request.target == "/version";
      if (question && random() % 100 < 30) return test::failure(500, "InternalError", "no leader");
      if (review) ++answered[request.body];
      return std::nullopt;
    });
    running.server.put(pending_claim("web", "U1"));
    running.start(binding);
    CHECK(running.becomes([&] { return running.bound("web"); }));
    CHECK(running.becomes([&] {
      k8s::MutexLock const lock(mutex);
      return answered.size() == permission_needs(binding).size();
    }));
    CHECK(running.service->stop(20s));
    for (auto const& [question, times] : answered) CHECK(times == 1);
  }
}

TEST_CASE("a claim that waits for an export that was never usable is told why and what to do, and that it goes on") {
  Running running;
  running.mount += "/late";
  running.server.put(pending_claim("web", "U1"));
  running.start();
  CHECK(running.becomes([&] { return running.told("WaitingForExport", "Mount the export") == 1; }));
  CHECK_FALSE(running.bound("web"));
  std::filesystem::create_directory(running.mount);
  CHECK(running.becomes([&] { return running.bound("web"); }));
  CHECK(running.becomes([&] { return running.told("ExportUsable", "") == 1; }));
  CHECK(running.service->stop(20s));
}

TEST_CASE("one that stands by tells no claim anything") {
  Running running;
  running.mount += "/late";
  running.server.put(pending_claim("web", "U1"));
  running.stand_by();
  CHECK(running.becomes([&] { return running.book.count("first list is in") == 3; }));
  CHECK(running.service->stop(20s));
  CHECK(running.server.all<k8s::Event>().empty());
}

TEST_CASE("the service tells how it is: ready when it serves, volumes by class and phase, archives, what it counted") {
  Running running;
  running.server.put(pending_claim("web", "U1"));
  running.server.put(pending_claim("db", "U2"));
  running.start();
  CHECK(running.becomes([&] { return is_ready(running.service->status()); }));
  CHECK(running.becomes([&] { return running.bound("web") && running.bound("db"); }));
  auto const counts = [&] { return running.service->status().classes.at(0); };
  CHECK(running.becomes([&] { return counts().volumes[2] == 2 && counts().waiting_claims == 0; }));
  CHECK(counts().name == "volumen-tipo-ivan");
  auto const report = running.service->status();
  CHECK(report.leading);
  CHECK(report.lease == "example.com-nfs");
  REQUIRE(report.exports.size() == 1);
  REQUIRE(report.exports[0].space);
  CHECK(report.exports[0].space->total_bytes > 0);
  CHECK(report.recent_errors.empty());

  std::ofstream(running.mount + "/team-a/web/token") << "precious";
  running.server.remove<k8s::Claim>({"team-a", "web"});
  running.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"status":{"phase":"Released"}})", "status");
  CHECK(running.becomes([&] { return running.service->status().exports[0].archives == 1; }));
  CHECK(running.becomes([&] { return counts().volumes[2] == 1; }));
  // Counted when the worker is done, which is after the watch has shown that the volume is gone.
  CHECK(running.becomes([&] {
    return contains(running.metrics->text(running.service->status()),
                    "controller_persistentvolume_delete_total{class=\"volumen-tipo-ivan\"} 1\n");
  }));
  auto const text = running.metrics->text(running.service->status());
  INFO(text);
  CHECK(contains(text, "provision_total{class=\"volumen-tipo-ivan\",source=\"\"} 2\n"));
  CHECK(running.service->stop(20s));
}

TEST_CASE("an export that cannot be used is told of, and its reason") {
  Running running;
  std::filesystem::create_directories(running.directory.path() + "/.nfs-subdir-provisioner");
  auto volume = volume_at("pvc-U9", "/data/nfs/team-a/old", "U9");
  volume.meta.annotations["nfs-subdir-provisioner.io/export-id"] = "SOME-OTHER-EXPORT";
  running.server.put(volume);
  running.start();
  CHECK(running.becomes([&] { return contains(running.service->status().exports[0].trouble, "marker"); }));
  CHECK_FALSE(is_ready(running.service->status()));
  CHECK(running.service->stop(20s));
}

TEST_CASE("a claim that is refused is counted, and told of without its name") {
  Running running;
  auto claim = pending_claim("secret-name", "U1");
  claim.volume_mode = "Block";
  running.server.put(claim);
  running.start();
  CHECK(running.becomes([&] { return !running.service->status().recent_errors.empty(); }));
  auto const page = status_page(running.service->status());
  CHECK(contains(page, "refused"));
  CHECK_FALSE(contains(page, "secret-name"));
  CHECK_FALSE(contains(page, "team-a"));
  CHECK(running.service->stop(20s));
}

TEST_CASE("a service that stands by touches nothing; when it leads it begins with all that there is") {
  Running running;
  running.server.put(pending_claim("web", "U1"));
  running.stand_by();
  CHECK(running.becomes([&] { return running.book.count("first list is in") == 3; }));
  running.server.put(pending_claim("late", "U2"));
  CHECK_FALSE(running.service->leading());
  CHECK(std::filesystem::is_empty(running.directory.path()));
  CHECK(running.server.all<k8s::Volume>().empty());
  running.lead();
  CHECK(running.service->leading());
  CHECK(running.becomes([&] { return running.bound("web") && running.bound("late"); }));
  CHECK(running.service->stop(20s));
}

TEST_CASE("who begins to lead reads what its forerunner left on the export meanwhile") {
  Running running;
  running.stand_by();
  CHECK(running.becomes([&] { return running.book.count("first list is in") == 3; }));
  // Another process died between directory and volume, and the claim has gone since.
  auto const files = open_file_system(running.directory.path());
  VolumeStore forerunner(*files, nfs::own_cluster);
  REQUIRE(forerunner.identify({}).has_value());
  REQUIRE(forerunner
              .create({.volume = "pvc-U1",
                       .claim_namespace = "team-a",
                       .claim_name = "web",
                       .claim_uid = "U1",
                       .path = path("team-a/web"),
                       .mode = 0777,
                       .uid = {},
                       .gid = {}})
              .has_value());
  running.lead();
  CHECK(running.becomes([&] { return !running.stands("team-a/web"); }));
  CHECK(running.becomes([&] { return !running.stands(".nfs-subdir-provisioner/clusters/cluster-a/creating/pvc-U1"); }));
  CHECK(running.service->stop(20s));
}

TEST_CASE("a service whose term has ended changes nothing more, on the export or on the API server") {
  Running running;
  running.start();
  running.server.put(pending_claim("web", "U1"));
  CHECK(running.becomes([&] { return running.bound("web"); }));
  CHECK(running.becomes([&] { return !running.stands(".nfs-subdir-provisioner/clusters/cluster-a/creating/pvc-U1"); }));
  running.term.end();
  CHECK_FALSE(running.service->leading());
  running.server.put(pending_claim("late", "U2"));
  running.server.remove<k8s::Claim>({"team-a", "web"});
  running.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"status":{"phase":"Released"}})", "status");
  CHECK(running.becomes([&] { return running.book.count("does not lead") > 1; }));
  CHECK(running.service->stop(20s));
  CHECK(running.stands("team-a/web"));
  CHECK_FALSE(running.stands("team-a/late"));
  CHECK_FALSE(running.stands(".nfs-subdir-provisioner/clusters/cluster-a/creating/pvc-U2"));
  CHECK(running.server.find<k8s::Volume>({{}, "pvc-U1"}));
  CHECK_FALSE(running.server.find<k8s::Volume>({{}, "pvc-U2"}));
}

TEST_CASE("claims are served before the archives are known; those that want data back wait, and have it then") {
  Running running;
  auto restoring = our_class();
  restoring.meta.name = "restoring";
  restoring.meta.uid = "uid-of-restoring";
  restoring.parameters["onCreate"] = "restore";
  running.server.put(restoring);
  {
    auto const files = open_file_system(running.directory.path());
    VolumeStore forerunner(*files, nfs::own_cluster);
    REQUIRE(forerunner.identify({}).has_value());
    REQUIRE(files->make_directory("team-a", 0755).has_value());
    REQUIRE(files->make_directory("team-a/web", 0755).has_value());
    REQUIRE(files->write_file("team-a/web/token", "precious").has_value());
    ArchiveRecord record;
    record.volume = "pvc-U0";
    record.claim_namespace = "team-a";
    record.claim_name = "web";
    record.namespace_uid = "NS-UID";
    record.storage_class = "restoring";
    record.original_path = "team-a/web";
    record.archived_path = "archived-team-a-web-pvc-U0";
    record.time = "2026-01-01T00:00:00Z";
    record.on_delete = "archive";
    REQUIRE(forerunner.archive(record).has_value());
  }
  LeasedFile const unreadable(running.directory.path() + "/.nfs-subdir-provisioner/archives/pvc-U9.json");
  auto wants_back = pending_claim("web", "U1");
  wants_back.storage_class_name = "restoring";
  running.server.put(wants_back);
  running.server.put(pending_claim("db", "U2"));
  running.start();
  CHECK(running.becomes([&] { return running.book.count("the archives cannot be read") == 1; }));
  CHECK(running.becomes([&] { return running.bound("db"); }));
  CHECK(running.becomes([&] { return running.book.count("the archives on the export cannot be read") > 0; }));
  CHECK_FALSE(running.bound("web"));
  CHECK_FALSE(running.stands("team-a/web"));
  CHECK_FALSE(running.service->status().exports[0].archives_unknown.empty());
  CHECK(is_ready(running.service->status()));

  unreadable.release();
  CHECK(running.becomes([&] { return running.bound("web"); }));
  CHECK(running.stands("team-a/web/token"));
  CHECK(running.service->status().exports[0].archives_unknown.empty());
  CHECK(running.service->stop(20s));
}

TEST_CASE("a service that was just started can be stopped") {
  Running running;
  running.start();
  CHECK(running.service->stop(20s));
}
