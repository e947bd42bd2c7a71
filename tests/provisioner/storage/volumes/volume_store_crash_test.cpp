// Each operation is cut short at each of its effects, the export loses what was not synced or keeps it, and the program
// starts again and asks for the same: the end must be the same as without the accident, and no tenant's file may be
// lost.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

using Moment = FaultyFileSystem::Moment;
using Dump = std::map<std::string, std::string>;
using PutFile = std::function<void(std::string_view path, std::string_view content)>;

constexpr std::string_view marker_text = R"({"version":1,"id":"the-id"})";
constexpr std::size_t more_effects_than_any = 60;

struct Scenario {
  std::string name;
  std::function<void(VolumeStore&, PutFile const&)> prepare;
  std::function<std::string(VolumeStore&)> run;
  std::optional<MemoryFileSystem::Border> border = {};  // what the directory at `team-a` has, if it is a file system
};

constexpr auto shown = MemoryFileSystem::Border::shown;
constexpr auto hidden = MemoryFileSystem::Border::hidden;

DirectoryRequest owned_request() {
  auto request = request_for("team-a/x/web");
  request.mode = 02770;
  request.uid = 1000;
  return request;
}

void with_data(VolumeStore&, PutFile const& put) {
  put("team-a/x/web/token", "precious");
}

void made_and_used(VolumeStore& store, PutFile const& put) {
  (void)store.create(request_for("team-a/x/web"));
  put("team-a/x/web/token", "precious");
}

/// An earlier life of the volume rests in the trash.
void used_again(VolumeStore& store, PutFile const& put) {
  put("team-a/x/web/token", "precious");
  auto earlier = trash_record_of("team-a/x/web");
  earlier.volume_uid = "v-0";
  (void)store.rest(earlier);
  made_and_used(store, put);
}

void made_unused(VolumeStore& store, PutFile const&) {
  (void)store.create(request_for("team-a/x/web"));
}

void made_beside_data(VolumeStore& store, PutFile const& put) {
  put("team-a/other/token", "precious");
  (void)store.create(request_for("team-a/x/web"));
}

void used_and_empty(VolumeStore& store, PutFile const&) {
  (void)store.create(request_for("team-a/x/web"));
  (void)store.settle("pvc-1");
}

std::string archive(VolumeStore& store) {
  return outcome(store.archive(archive_of("team-a/x/web")));
}
std::string retain(VolumeStore& store) {
  return outcome(store.archive(retained_at("team-a/x/web")));
}
std::string trash(VolumeStore& store) {
  return outcome(store.trash("pvc-1", path_of("team-a/x/web")));
}
std::string rest(VolumeStore& store) {
  return outcome(store.rest(trash_record_of("team-a/x/web")));
}
void resting(VolumeStore& store, PutFile const& put) {
  made_and_used(store, put);
  (void)rest(store);
}
std::string end_rest(VolumeStore& store) {
  auto const ended = store.end_rest("pvc-1");
  if (ended.has_error()) return outcome(ended);
  return *ended ? "ok" : "nothing";
}
std::string undo(VolumeStore& store) {
  auto const undone = store.undo_create("pvc-1");
  return undone.has_value() ? "ok" : outcome(undone);
}
std::string purge(VolumeStore& store) {
  while (true) {
    auto const done = store.purge_some("pvc-1", 2);
    if (done.has_error() || *done) return outcome(done);
  }
}

std::vector<Scenario> const& scenarios() {
  static std::vector<Scenario> const all = {
      {"create", [](auto&, auto&) {}, [](auto& store) { return outcome(store.create(request_for("team-a/x/web"))); }},
      {"create with an owner", [](auto&, auto&) {}, [](auto& store) { return outcome(store.create(owned_request())); }},
      {"create below a parent in use", [](auto&, auto& put) { put("team-a/token", "precious"); },
       [](auto& store) { return outcome(store.create(owned_request())); }},
      {"create where something stood", with_data, [](auto& store) { return outcome(store.create(owned_request())); }},
      {"create elsewhere than before", made_unused,
       [](auto& store) { return outcome(store.create(request_for("team-b/web"))); }},
      {"settle", made_and_used, [](auto& store) { return outcome(store.settle("pvc-1")); }},
      {"undo", made_unused, undo},
      {"undo beside data", made_beside_data, undo},
      {"undo of a directory with data", made_and_used, undo},
      {"archive", with_data, archive},
      {"archive with an intent", made_and_used, archive},
      {"archive of an unused directory", made_unused, archive},
      {"archive of an unused directory beside data", made_beside_data, archive},
      {"archive of an empty directory", used_and_empty, archive},
      {"archive of an empty directory below a parent in use",
       [](auto& store, auto& put) {
         used_and_empty(store, put);
         put("team-a/token", "precious");
       },
       archive},
      {"archive of nothing", [](auto&, auto& put) { put("team-a/token", "precious"); }, archive},
      {"retain", with_data, retain},
      {"retain with an intent", made_and_used, retain},
      {"retain of an unused directory", made_unused, retain},
      {"trash", with_data, trash},
      {"trash with an intent", made_and_used, trash},
      {"trash of an unused directory", made_unused, trash},
      {"trash of nothing", [](auto&, auto&) {}, trash},
      {"rest", with_data, rest},
      {"rest with an intent", made_and_used, rest},
      {"rest of an unused directory", made_unused, rest},
      {"rest of nothing", [](auto&, auto&) {}, rest},
      {"rest where an earlier life of the volume rests", used_again, rest},
      {"end of a rest", resting, end_rest},
      {"end of a rest where another of that name is being removed",
       [](auto& store, auto& put) {
         with_data(store, put);
         (void)trash(store);
         resting(store, put);
       },
       end_rest},
      {"purge",
       [](auto& store, auto& put) {
         put("team-a/token", "precious");
         for (auto const path : {"1", "d/2", "d/3", "d/e/4", "f/5"}) put("team-a/x/web/" + std::string(path), "x");
         (void)trash(store);
       },
       purge},
      {"archive within a file system", with_data, archive, shown},
      {"archive within a file system with an intent", made_and_used, archive, shown},
      {"archive within a file system, of an unused directory", made_unused, archive, shown},
      {"archive within a file system, of an empty directory", used_and_empty, archive, shown},
      {"archive within a file system that the server hides", with_data, archive, hidden},
      {"trash within a file system", with_data, trash, shown},
      {"trash within a file system with an intent", made_and_used, trash, shown},
      {"trash within a file system that the server hides", with_data, trash, hidden},
      {"rest within a file system", with_data, rest, shown},
      {"rest within a file system with an intent", made_and_used, rest, shown},
      {"rest within a file system where an earlier life rests", used_again, rest, shown},
      {"end of a rest within a file system", resting, end_rest, shown},
      {"purge within a file system",
       [](auto& store, auto& put) {
         put("team-a/token", "precious");
         for (auto const path : {"1", "d/2", "d/3", "d/e/4", "f/5"}) put("team-a/x/web/" + std::string(path), "x");
         (void)trash(store);
       },
       purge, shown},
  };
  return all;
}

std::size_t precious_files(Dump const& dump) {
  return static_cast<std::size_t>(
      std::ranges::count_if(dump, [](auto const& entry) { return entry.second == "file precious"; }));
}

/// The operation's answer: "crash" when it was cut short.
std::string run_cut_short(Scenario const& scenario, VolumeStore& store) {
  try {
    return scenario.run(store);
  } catch (Crash const&) {
    return "crash";
  }
}

void identify(VolumeStore& store) {
  auto const id = store.identify(expecting({"the-id"}));
  REQUIRE(id.has_value());
}

struct MemoryExport {
  MemoryFileSystem files;
  explicit MemoryExport(Scenario const& scenario) {
    files.put_file(".nfs-subdir-provisioner/export.json", marker_text);
    if (scenario.border) files.mount("team-a", *scenario.border);
    VolumeStore store(files, own_cluster);
    identify(store);
    scenario.prepare(store, [this](auto path, auto content) { files.put_file(path, content); });
  }
};

struct RealExport {
  TempTree tree;
  std::unique_ptr<FileSystem> files = open_file_system(tree.text());
  explicit RealExport(Scenario const& scenario) {
    tree.put_file(".nfs-subdir-provisioner/export.json", marker_text);
    VolumeStore store(*files, own_cluster);
    identify(store);
    scenario.prepare(store, [this](auto path, auto content) { tree.put_file(path, content); });
  }
};

struct Expected {
  std::string answer;
  Dump dump;
};

Expected undisturbed(Scenario const& scenario) {
  MemoryExport place(scenario);
  VolumeStore store(place.files, own_cluster);
  identify(store);
  auto answer = scenario.run(store);
  return {std::move(answer), place.files.dump()};
}

using Accident = std::function<void(MemoryFileSystem&)>;

struct NamedAccident {
  std::string name;
  Accident happen;
};

std::vector<NamedAccident> accidents() {
  std::vector<NamedAccident> all = {
      {"all lost", [](auto& files) { files.crash(MemoryFileSystem::Unsynced::lost); }},
      {"all kept", [](auto& files) { files.crash(MemoryFileSystem::Unsynced::kept); }},
  };
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    all.push_back({"seed " + std::to_string(seed), [seed](auto& files) { files.crash(seed); }});
  }
  return all;
}

TEST_CASE("after a crash before or after any effect, the same request comes to the same end") {
  for (auto const& scenario : scenarios()) {
    auto const expected = undisturbed(scenario);
    for (auto const moment : {Moment::before, Moment::after}) {
      for (auto const& accident : accidents()) {
        std::size_t at = 1;
        for (; at < more_effects_than_any; ++at) {
          CAPTURE(scenario.name, at, moment == Moment::after, accident.name);
          MemoryExport place(scenario);
          auto const precious = precious_files(place.files.dump());
          FaultyFileSystem faulty(place.files);
          VolumeStore store(faulty, own_cluster);
          identify(store);
          faulty.crash_at(at, moment);
          auto const first = run_cut_short(scenario, store);
          place.files.put_file("elsewhere", "tenants go on");
          accident.happen(place.files);
          REQUIRE(precious_files(place.files.dump()) == precious);
          VolumeStore restarted(place.files, own_cluster);
          identify(restarted);
          auto const again = scenario.run(restarted);
          auto after = place.files.dump();
          after.erase("elsewhere");
          REQUIRE(precious_files(after) == precious);
          // What was finished by the first run may be answered differently by the second; it must not end differently.
          REQUIRE(after == expected.dump);
          if (first != "crash") {
            CHECK(first == expected.answer);
            break;
          }
          (void)again;
        }
        CHECK(at < more_effects_than_any);
      }
    }
  }
}

TEST_CASE("what an operation has reported done survives a crash that loses all that was not synced") {
  for (auto const& scenario : scenarios()) {
    CAPTURE(scenario.name);
    MemoryExport place(scenario);
    VolumeStore store(place.files, own_cluster);
    identify(store);
    auto const answer = scenario.run(store);
    auto const before = place.files.dump();
    place.files.crash(MemoryFileSystem::Unsynced::lost);
    if (!scenario.name.starts_with("purge")) CHECK(place.files.dump() == before);
    CHECK(answer == undisturbed(scenario).answer);
  }
}

TEST_CASE("after a fault at any effect, whether it took place or not, the same request comes to the same end") {
  for (auto const& scenario : scenarios()) {
    auto const expected = undisturbed(scenario);
    for (auto const moment : {Moment::before, Moment::after}) {
      for (auto const fault : {StorageFault::io, StorageFault::stale, StorageFault::full, StorageFault::busy}) {
        std::size_t at = 1;
        for (bool reached = true; reached && at < more_effects_than_any; ++at) {
          CAPTURE(scenario.name, at, moment == Moment::after, static_cast<int>(fault));
          MemoryExport place(scenario);
          auto const precious = precious_files(place.files.dump());
          FaultyFileSystem faulty(place.files);
          VolumeStore store(faulty, own_cluster);
          identify(store);
          faulty.fail_at(at, moment, fault);
          (void)scenario.run(store);
          reached = faulty.effects() >= at;
          REQUIRE(precious_files(place.files.dump()) == precious);
          (void)scenario.run(store);
          if (fault == StorageFault::full) {
            REQUIRE(without_trash_records(place.files.dump()) == without_trash_records(expected.dump));
          } else {
            REQUIRE(place.files.dump() == expected.dump);
          }
        }
        CHECK(at < more_effects_than_any);
      }
    }
  }
}

TEST_CASE("what a release has moved away, and went no further, does not come back over what was made there since") {
  MemoryFileSystem files;
  FaultyFileSystem faulty(files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  files.put_file("web/old", "thrown away");
  bool const rests = GENERATE(false, true);
  faulty.fail_at(rests ? 3 : 2, FaultyFileSystem::Moment::before,
                 StorageFault::io);  // (record,) rename, sync of the trash
  REQUIRE(outcome(rests ? store.rest(trash_record_of("web")) : store.trash("pvc-1", path_of("web"))) == "io");
  REQUIRE(outcome(store.create(request_for("web", "pvc-2"))) == "made");
  files.put_file("web/token", "precious");
  files.crash(MemoryFileSystem::Unsynced::lost);
  CHECK(files.dump().contains("web/token"));
  CHECK_FALSE(files.dump().contains("web/old"));
}

TEST_CASE("on a real file system, too, the same request comes to the same end after a crash") {
  for (auto const& scenario : scenarios()) {
    if (scenario.border) continue;  // nothing is mounted there
    auto const expected = [&] {
      RealExport place(scenario);
      VolumeStore store(*place.files, own_cluster);
      identify(store);
      (void)scenario.run(store);
      return place.tree.dump();
    }();
    for (auto const moment : {Moment::before, Moment::after}) {
      std::size_t at = 1;
      for (; at < more_effects_than_any; ++at) {
        CAPTURE(scenario.name, at, moment == Moment::after);
        RealExport place(scenario);
        auto const precious = precious_files(place.tree.dump());
        FaultyFileSystem faulty(*place.files);
        VolumeStore store(faulty, own_cluster);
        identify(store);
        faulty.crash_at(at, moment);
        auto const first = run_cut_short(scenario, store);
        REQUIRE(precious_files(place.tree.dump()) == precious);
        VolumeStore restarted(*place.files, own_cluster);
        identify(restarted);
        (void)scenario.run(restarted);
        REQUIRE(place.tree.dump() == expected);
        if (first != "crash") break;
      }
      CHECK(at < more_effects_than_any);
    }
  }
}

TEST_CASE("an export whose first identification was cut short is identified the next time") {
  for (auto const unsynced : {MemoryFileSystem::Unsynced::lost, MemoryFileSystem::Unsynced::kept}) {
    for (auto const moment : {Moment::before, Moment::after}) {
      bool finished = false;
      for (std::size_t at = 1; !finished; ++at) {
        CAPTURE(at, moment == Moment::after);
        REQUIRE(at < more_effects_than_any);
        MemoryFileSystem files;
        FaultyFileSystem faulty(files);
        faulty.crash_at(at, moment);
        VolumeStore store(faulty, own_cluster);
        try {
          finished = store.identify({}).has_value();
        } catch (Crash const&) {
        }
        files.crash(unsynced);
        VolumeStore restarted(files, own_cluster);
        REQUIRE(restarted.identify({}).has_value());
        REQUIRE(outcome(restarted.create(request_for("team-a/web"))) == "made");
      }
    }
  }
}

}  // namespace
}  // namespace nfs::test
