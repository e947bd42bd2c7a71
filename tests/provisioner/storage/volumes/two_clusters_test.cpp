// Two clusters on one export. Each operation of the one is cut before every call, where the other does all of its own.
#include <functional>
#include <optional>
#include <utility>

#include "provisioner/storage/files/decorated_file_system.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"

namespace nfs::test {
namespace {

/// Before its call number `at`, reads included, somebody else has their turn.
class InterruptedFileSystem : public DecoratedFileSystem {
 public:
  explicit InterruptedFileSystem(FileSystem& inner) : inner_(inner) {}
  void before_call(std::size_t at, std::function<void()> others) {
    at_ = at;
    others_ = std::move(others);
  }

 private:
  std::optional<StorageError> around(FileCall const&, Proceed const& proceed) override {
    if (at_ > 0 && --at_ == 0) others_();
    (void)proceed();
    return std::nullopt;
  }
  FileSystem& inner() const override { return inner_; }

  FileSystem& inner_;
  std::size_t at_ = 0;
  std::function<void()> others_;
};

constexpr auto low = "cluster-a";
constexpr auto high = "cluster-b";

/// As a cluster's program opens it.
struct OpenStore : VolumeStore {
  OpenStore(FileSystem& files, std::string const& cluster) : VolumeStore(files, cluster) {
    REQUIRE(identify({}).has_value());
    REQUIRE(announce({.cluster = {cluster, "name of " + cluster}}).has_value());
    REQUIRE(survey_archives().has_value());
  }
};

bool has_it(std::string const& answer) {
  return answer == "made" || answer == "adopted";
}

/// A claim that has its directory is bound; one that may not have it gives back what it began.
std::string in_the_end(VolumeStore& store, DirectoryRequest const& request) {
  auto answer = outcome(store.create(request));
  if (has_it(answer)) (void)store.settle(request.volume).value();
  if (answer == "held_elsewhere") (void)store.undo_create(request.volume).value();
  return answer;
}

struct Dead {};

/// Its program dies before call number `at` of a create; false: that has fewer.
bool dies_in_create(MemoryFileSystem& files, std::string const& cluster, DirectoryRequest const& request,
                    std::size_t at) {
  InterruptedFileSystem mortal(files);
  OpenStore store(mortal, cluster);
  mortal.before_call(at, [] { throw Dead{}; });
  try {
    (void)store.create(request);
  } catch (Dead const&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a cluster that starts on an export leaves alone what another one has begun there") {
  MemoryFileSystem files;
  OpenStore first(files, low);
  REQUIRE(outcome(first.create(request_for("team-a/web", "pvc-1"))) == "made");
  OpenStore second(files, high);
  CHECK(second.intents()->empty());
  CHECK(outcome(second.undo_create("pvc-1")) == "nothing");
  CHECK(outcome(second.settle("pvc-1")) == "ok");
  CHECK(outcome(first.settle("pvc-1")) == "ok");
  CHECK(files.dump().contains("team-a/web"));
  CHECK(first.volumes()->size() == 1);
  CHECK(second.volumes()->empty());
}

TEST_CASE("the directory of another cluster's volume is refused, and so is what is above and below it") {
  auto const other = GENERATE(low, high);
  MemoryFileSystem files;
  OpenStore theirs(files, "cluster-aa");
  REQUIRE(outcome(theirs.create(request_for("team-a/web", "pvc-1"))) == "made");
  REQUIRE(outcome(theirs.settle("pvc-1")) == "ok");
  files.put_file("team-a/web/data", "precious");
  OpenStore ours(files, other);
  auto const before = files.dump();
  for (auto const path : {"team-a/web", "team-a", "team-a/web/below"}) {
    auto const answer = ours.create(request_for(path, "pvc-2"));
    CHECK(outcome(answer) == "held_elsewhere");
    CHECK_THAT(answer.error().message, Catch::Matchers::Contains("name of cluster-aa"));
    CHECK(files.dump() == before);
  }
  CHECK(outcome(ours.create(request_for("team-b/web", "pvc-2"))) == "made");
}

TEST_CASE("what another cluster has archived, or keeps in place, is not shown, given back, pruned or built upon") {
  MemoryFileSystem files;
  OpenStore theirs(files, low);
  files.put_file("team-a/web/data", "precious");
  files.put_file("team-a/db/data", "precious");
  auto const archived = archive_of("team-a/web", "pvc-1");
  REQUIRE(outcome(theirs.archive(archived)) == "archived");
  REQUIRE(outcome(theirs.archive(retained_at("team-a/db", "pvc-2"))) == "retained");
  OpenStore ours(files, high);
  auto const survey = ours.survey_archives();
  CHECK(ours.catalog().all().empty());
  CHECK(survey->unrecorded.empty());
  CHECK(survey->of_others == 2);
  auto const before = files.dump();
  CHECK(outcome(ours.create(request_for("team-a/db", "pvc-3"))) == "held_elsewhere");
  CHECK(outcome(ours.create(request_for("team-a/web", "pvc-3"))) == "held_elsewhere");
  CHECK(outcome(ours.restore(request_for("team-c/web", "pvc-3"), archived, true)) != "restored");
  CHECK(outcome(ours.undo_create("pvc-3")) != "gone");
  auto record = archived;
  record.cluster_id = high;
  CHECK(outcome(ours.prune(record)) == "false");
  CHECK(files.dump() == before);
  CHECK(theirs.survey_archives().has_value());
  CHECK(theirs.catalog().all().size() == 2);
}

TEST_CASE("another cluster's trash is not emptied") {
  MemoryFileSystem files;
  OpenStore theirs(files, low);
  files.put_file("team-a/web/data", "x");
  REQUIRE(outcome(theirs.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  OpenStore ours(files, high);
  CHECK(ours.trashed()->empty());
  CHECK(theirs.trashed()->size() == 1);
}

TEST_CASE("of two clusters that want the same or nested directories at once exactly one gets them") {
  auto const [first_path, second_path] = GENERATE(table<std::string, std::string>(
      {{"team-a/web", "team-a/web"}, {"team-a", "team-a/web"}, {"team-a/web", "team-a"}}));
  auto const [cut, other] = GENERATE(table<std::string, std::string>({{low, high}, {high, low}}));
  bool const stands_before = GENERATE(false, true);
  for (std::size_t at = 1; at < 100; ++at) {
    CAPTURE(first_path, second_path, cut, at, stands_before);
    MemoryFileSystem files;
    if (stands_before) files.put_file("team-a/web/data", "precious");
    InterruptedFileSystem slow(files);
    OpenStore interrupted(slow, cut);
    OpenStore whole(files, other);
    std::string answer_of_other;
    bool reached = false;
    slow.before_call(at, [&] {
      reached = true;
      answer_of_other = in_the_end(whole, request_for(second_path, "pvc-2"));
    });
    auto answer = in_the_end(interrupted, request_for(first_path, "pvc-1"));
    if (!reached) break;
    for (int round = 0; round < 4; ++round) {
      if (!has_it(answer_of_other)) answer_of_other = in_the_end(whole, request_for(second_path, "pvc-2"));
      if (!has_it(answer)) answer = in_the_end(interrupted, request_for(first_path, "pvc-1"));
    }
    CHECK(has_it(answer) != has_it(answer_of_other));
    CHECK(files.dump().contains(has_it(answer) ? first_path : second_path));
  }
}

TEST_CASE("of two clusters that ask for an archive of upstream's at once exactly one gets it, and keeps it") {
  auto const [cut, other] = GENERATE(table<std::string, std::string>({{low, high}, {high, low}}));
  ArchiveRecord upstreams;
  upstreams.volume = "pvc-0";
  upstreams.original_path = "team-a/web";
  upstreams.archived_path = "archived-team-a-web-pvc-0";
  auto const ask = [&](VolumeStore& store, std::string const& volume) {
    auto const answer = outcome(store.restore(request_for("team-a/web", volume), upstreams, true));
    if (answer == "restored") (void)store.settle(volume).value();
    if (answer == "held_elsewhere" || answer == "not_found") (void)store.undo_create(volume).value();
    return answer == "restored";
  };
  for (std::size_t at = 1; at < 200; ++at) {
    CAPTURE(cut, at);
    MemoryFileSystem files;
    files.put_file("archived-team-a-web-pvc-0/data", "precious");
    InterruptedFileSystem slow(files);
    OpenStore interrupted(slow, cut);
    OpenStore whole(files, other);
    bool others = false;
    bool reached = false;
    slow.before_call(at, [&] {
      reached = true;
      others = ask(whole, "pvc-2");
    });
    bool ours = ask(interrupted, "pvc-1");
    if (!reached) break;
    for (int round = 0; round < 4 && !ours && !others; ++round) {
      others = ask(whole, "pvc-2");
      ours = !others && ask(interrupted, "pvc-1");
    }
    CHECK(ours != others);
    CHECK(files.dump().contains("team-a/web/data"));
  }
}

TEST_CASE("a cluster that died while it began, before it knew of the other one, gives back nothing of that one's") {
  auto const [cut, other] = GENERATE(table<std::string, std::string>({{low, high}, {high, low}}));
  auto const request = request_for("team-a/web", "pvc-1");
  auto const request_of_other = request_for("team-a/web", "pvc-2");
  for (std::size_t at = 1, calls = 100; at < calls; ++at) {
    for (std::size_t dies_at = 1; dies_at < 100; ++dies_at) {
      CAPTURE(cut, at, dies_at);
      MemoryFileSystem files;
      InterruptedFileSystem slow(files);
      OpenStore interrupted(slow, cut);
      bool reached = false;
      bool died = false;
      slow.before_call(at, [&] {
        reached = true;
        died = dies_in_create(files, other, request_of_other, dies_at);
      });
      auto const answer = in_the_end(interrupted, request);
      if (!reached) calls = at;
      if (!reached || !died) break;
      OpenStore back(files, other);
      (void)in_the_end(back, request_of_other);
      (void)back.undo_create("pvc-2").value();
      if (has_it(answer)) CHECK(files.dump().contains("team-a/web"));
    }
  }
}

TEST_CASE("a cluster that died while it began holds up the other until its intent is dealt with, and loses nothing") {
  MemoryFileSystem files;
  OpenStore dead(files, high);
  REQUIRE(outcome(dead.create(request_for("team-a/web", "pvc-1"))) == "made");
  OpenStore ours(files, low);
  CHECK(outcome(ours.create(request_for("team-a/web", "pvc-2"))) == "wanted_elsewhere");
  // Our intent stays: so the other one, when it is back, steps back.
  CHECK(ours.find_intent("pvc-2")->has_value());
  OpenStore back(files, high);
  CHECK(outcome(back.create(request_for("team-a/web", "pvc-1"))) == "held_elsewhere");
  CHECK(outcome(back.undo_create("pvc-1")) == "gone");
  CHECK(outcome(ours.create(request_for("team-a/web", "pvc-2"))) == "made");
}

TEST_CASE("a volume of another cluster that was made again at another directory has that one, and the other is free") {
  bool const goes_between = GENERATE(false, true);
  MemoryFileSystem files;
  OpenStore theirs(files, low);
  OpenStore ours(files, high);
  REQUIRE(in_the_end(theirs, request_for("team-a/web", "pvc-1")) == "made");
  REQUIRE(outcome(ours.create(request_for("team-a/web", "pvc-2"))) == "held_elsewhere");
  // A restore of etcd took the volume away, and its class has changed. Nobody has looked meanwhile.
  REQUIRE(files.remove_directory("team-a/web").has_value());
  if (goes_between) REQUIRE(outcome(theirs.leave("pvc-1")) == "ok");
  REQUIRE(in_the_end(theirs, request_for("team-a/new", "pvc-1")) == "made");
  CHECK(outcome(ours.create(request_for("team-a/new", "pvc-2"))) == "held_elsewhere");
  CHECK(outcome(ours.create(request_for("team-a/web", "pvc-2"))) == "made");
}

TEST_CASE("a record of another cluster that was written anew for another directory keeps that one, and no other") {
  MemoryFileSystem files;
  OpenStore theirs(files, low);
  OpenStore ours(files, high);
  files.put_file("team-a/web/data", "precious");
  REQUIRE(outcome(theirs.archive(retained_at("team-a/web", "pvc-1"))) == "retained");
  REQUIRE(outcome(ours.create(request_for("team-a/web", "pvc-2"))) == "held_elsewhere");
  REQUIRE(files.rename("team-a/web", "team-a/new").has_value());
  REQUIRE(files.remove_file(layout::record_of("pvc-1")).has_value());
  REQUIRE(outcome(theirs.archive(retained_at("team-a/new", "pvc-1"))) == "retained");
  CHECK(outcome(ours.create(request_for("team-a/new", "pvc-2"))) == "held_elsewhere");
  CHECK(outcome(ours.create(request_for("team-a/web", "pvc-2"))) == "made");
}

TEST_CASE("an archive comes back where another cluster gives up its directory at that moment") {
  for (std::size_t at = 1; at < 200; ++at) {
    CAPTURE(at);
    MemoryFileSystem files;
    InterruptedFileSystem slow(files);
    OpenStore ours(slow, low);
    OpenStore theirs(files, high);
    files.put_file("team-a/web/data", "precious");
    auto const record = archive_of("team-a/web");
    REQUIRE(outcome(ours.archive(record)) == "archived");
    REQUIRE(outcome(theirs.create(request_for("team-a/new", "pvc-3"))) == "made");
    bool reached = false;
    slow.before_call(at, [&] {
      reached = true;
      REQUIRE(outcome(theirs.undo_create("pvc-3")) == "gone");
    });
    auto const request = request_for("team-a/new", "pvc-2");
    auto answer = outcome(ours.restore(request, record, false));
    if (!reached) break;
    CHECK(answer != "made");
    for (int round = 0; round < 4 && !has_it(answer) && answer != "restored"; ++round)
      answer = outcome(ours.restore(request, record, false));
    CHECK(answer == "restored");
    CHECK(files.dump().contains("team-a/new/data"));
  }
}

TEST_CASE("a directory that goes before it is adopted is made under an intent that says so, and is undone with it") {
  bool const beside_another = GENERATE(true, false);
  for (std::size_t at = 1; at < 200; ++at) {
    CAPTURE(beside_another, at);
    MemoryFileSystem files;
    FaultyFileSystem faulty(files);
    InterruptedFileSystem slow(faulty);
    OpenStore ours(slow, low);
    if (beside_another) OpenStore(files, high);
    files.put_directory("team-a/web", 0755);
    bool reached = false;
    slow.before_call(at, [&] {
      reached = true;
      (void)files.remove_directory("team-a/web");
      // The first effect from now on takes place, and is answered with a fault.
      faulty.fail_at(1, FaultyFileSystem::Moment::after, StorageFault::io);
    });
    auto const answer = outcome(ours.create(request_for("team-a/web", "pvc-2")));
    if (!reached) break;
    bool const was_made = files.dump().contains("team-a/web");
    CHECK(answer == "io");
    REQUIRE(outcome(ours.undo_create("pvc-2")) != "io");
    CHECK_FALSE((was_made && files.dump().contains("team-a/web")));
  }
}

TEST_CASE("a release that is repeated leaves alone what another cluster has there by now") {
  auto const [released, other] = GENERATE(table<std::string, std::string>({{low, high}, {high, low}}));
  bool const is_settled = GENERATE(true, false);
  auto const release = GENERATE(values<std::function<std::string(VolumeStore&)>>({
      [](VolumeStore& store) { return outcome(store.archive(archive_of("team-a/web", "pvc-1"))); },
      [](VolumeStore& store) { return outcome(store.archive(retained_at("team-a/web", "pvc-1"))); },
      [](VolumeStore& store) { return outcome(store.trash("pvc-1", path_of("team-a/web"))); },
  }));
  MemoryFileSystem files;
  OpenStore ours(files, released);
  OpenStore theirs(files, other);
  // Nothing of it is left, and the program dies before it can say so to the API server.
  REQUIRE(in_the_end(ours, request_for("team-a/web", "pvc-1")) == "made");
  REQUIRE(outcome(ours.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  REQUIRE(outcome(theirs.create(request_for("team-a/web", "pvc-2"))) == "made");
  if (is_settled) REQUIRE(outcome(theirs.settle("pvc-2")) == "ok");
  files.put_file("team-a/web/data", "precious");
  OpenStore back(files, released);
  while (outcome(back.purge_some("pvc-1", 100)) != "true") {
  }
  CHECK(release(back) == "left");
  CHECK(files.dump().contains("team-a/web/data"));
}

TEST_CASE("a release that is repeated leaves another cluster's directory above its own, though it is empty") {
  auto const [released, other] = GENERATE(table<std::string, std::string>({{low, high}, {high, low}}));
  bool const archives = GENERATE(true, false);
  MemoryFileSystem files;
  OpenStore ours(files, released);
  OpenStore theirs(files, other);
  auto const release = [&](VolumeStore& store) {
    if (archives) return outcome(store.archive(archive_of("team-a/web", "pvc-1")));
    return outcome(store.trash("pvc-1", path_of("team-a/web")));
  };
  REQUIRE(in_the_end(ours, request_for("team-a/web", "pvc-1")) == "made");
  REQUIRE(release(ours) == (archives ? "removed_empty" : "trashed"));
  REQUIRE(in_the_end(theirs, request_for("team-a", "pvc-2")) == "made");
  OpenStore back(files, released);
  CHECK(release(back) == (archives ? "missing" : "trashed"));
  CHECK(files.dump().contains("team-a"));
}

TEST_CASE("an intent of another cluster that cannot be read stops what it may be about, and is named") {
  MemoryFileSystem files;
  OpenStore theirs(files, low);
  files.put_file(ClusterLayout(low).volume_of("pvc-1"), "{");
  OpenStore ours(files, high);
  auto const answer = ours.create(request_for("team-a/web", "pvc-2"));
  CHECK(outcome(answer) == "malformed");
  CHECK_THAT(answer.error().message, Catch::Matchers::Contains(ClusterLayout(low).volume_of("pvc-1")));
}

TEST_CASE("verbs beside the service act for the only cluster, or for the one that is named") {
  MemoryFileSystem files;
  OpenStore first(files, low);
  VolumeStore alone(files);
  REQUIRE(alone.join().has_value());
  CHECK(alone.cluster_id() == low);
  OpenStore second(files, high);
  VolumeStore unnamed(files);
  CHECK(outcome(unnamed.join()) == "not_found");
  CHECK_THAT(unnamed.join().error().message, Catch::Matchers::Contains("name of cluster-a"));
  VolumeStore named(files, high);
  CHECK(outcome(named.join()) == "ok");
  VolumeStore unknown(files, "cluster-x");
  CHECK(outcome(unknown.join()) == "not_found");
}

}  // namespace nfs::test
