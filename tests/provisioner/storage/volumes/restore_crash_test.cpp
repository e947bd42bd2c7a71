// What moves archives is cut short at each of its effects, the export loses what was not synced, keeps it, or loses a
// part; the program starts again as the service does and asks for the same: the end must be the same as without the
// accident. No tenant's file may be lost on the way, and no archive may be without what says whose it is.
#include <algorithm>
#include <functional>

#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

using Moment = FaultyFileSystem::Moment;
using Dump = std::map<std::string, std::string>;

constexpr std::string_view marker_text = R"({"version":1,"id":"the-id"})";
constexpr std::size_t more_effects_than_any = 60;
auto const record = archive_of("team-a/x/web");

struct Scenario {
  std::string name;
  std::function<void(VolumeStore&, MemoryFileSystem&)> prepare;
  std::function<std::string(VolumeStore&)> run;
};

DirectoryRequest wanted(std::string_view path = "team-a/x/web", std::string volume = "pvc-2") {
  return request_for(path, std::move(volume));
}

void archived(VolumeStore& store, MemoryFileSystem& files) {
  files.put_file("team-a/x/web/token", "precious");
  files.put_file("team-a/x/web/deep/token", "precious");
  (void)store.archive(record);
}
void restored(VolumeStore& store, MemoryFileSystem& files) {
  archived(store, files);
  (void)store.restore(wanted(), record, true);
}
void settled(VolumeStore& store, MemoryFileSystem& files) {
  restored(store, files);
  (void)store.settle("pvc-2");
}
void kept_and_adopted(VolumeStore& store, MemoryFileSystem& files) {
  files.put_file("team-a/x/web/token", "precious");
  (void)store.archive(retained_at("team-a/x/web"));
  (void)store.create(wanted());
}

// In use at `path` when its cluster was taken over.
ArchiveRecord in_use_at(std::string const& path) {
  auto taken = retained_at(path);
  taken.on_delete.clear();
  taken.taken_from = "cluster-old";
  return taken;
}
constexpr auto elsewhere = "old/deep/web";
auto taken_at(std::string const& path) {
  return [path](VolumeStore& store, MemoryFileSystem& files) {
    files.put_file(path + "/token", "precious");
    files.put_file(layout::record_of("pvc-1"), write_document(in_use_at(path)));
    (void)store.survey_archives();
  };
}
auto given_from(std::string const& path) {
  return [path](VolumeStore& store, MemoryFileSystem& files) {
    taken_at(path)(store, files);
    (void)store.restore(wanted(), in_use_at(path), false);
  };
}
auto give_from(std::string const& path) {
  return [path](VolumeStore& store) { return outcome(store.restore(wanted(), in_use_at(path), false)); };
}
std::string retain(VolumeStore& store) {
  return outcome(store.archive(retained_at("team-a/x/web", "pvc-2")));
}
std::string settle(VolumeStore& store) {
  return outcome(store.settle("pvc-2"));
}
constexpr auto in_place = "team-a/x/web";

std::string restore(VolumeStore& store) {
  return outcome(store.restore(wanted(), record, true));
}
std::string undo(VolumeStore& store) {
  return outcome<Undone>(store.undo_create("pvc-2"));
}
std::string archive_anew(VolumeStore& store) {
  return outcome(store.archive(archive_of("team-a/x/web", "pvc-2")));
}
std::string trash(VolumeStore& store) {
  return outcome(store.trash("pvc-2", path_of("team-a/x/web")));
}

// The same where the namespace's directory is a file system of its own.
auto const inner_record = [] {
  auto inner = record;
  inner.archived_path = inner_archive("team-a", record.archived_path);
  return inner;
}();
auto within(std::function<void(VolumeStore&, MemoryFileSystem&)> const& prepare) {
  return [prepare](VolumeStore& store, MemoryFileSystem& files) {
    files.mount("team-a");
    prepare(store, files);
  };
}
void inner_restored(VolumeStore& store, MemoryFileSystem& files) {
  within(archived)(store, files);
  (void)store.restore(wanted(), inner_record, true);
}
void inner_settled(VolumeStore& store, MemoryFileSystem& files) {
  inner_restored(store, files);
  (void)store.settle("pvc-2");
}
std::string rest_anew(VolumeStore& store) {
  return outcome(store.rest(trash_record_of("team-a/x/web", "pvc-2")));
}

std::vector<Scenario> const inner_scenarios = {
    {"within a file system: restore", within(archived),
     [](auto& store) { return outcome(store.restore(wanted(), inner_record, true)); }},
    {"within a file system: restore elsewhere than before", inner_restored,
     [](auto& store) { return outcome(store.restore(wanted("team-a/y/web"), inner_record, true)); }},
    {"within a file system: undo", inner_restored, undo},
    {"within a file system: settle", inner_restored, settle},
    {"within a file system: archive before it was settled", inner_restored, archive_anew},
    {"within a file system: trash before it was settled", inner_restored, trash},
    {"within a file system: rest before it was settled", inner_restored, rest_anew},
    {"within a file system: archive", inner_settled, archive_anew},
    {"within a file system: trash", inner_settled, trash},
    {"within a file system: rest", inner_settled, rest_anew},
    {"within a file system: prune", within(archived),
     [](auto& store) { return outcome<bool>(store.prune(inner_record)); }},
    {"within a file system: prune to rest in the trash", within(archived),
     [](auto& store) { return outcome<bool>(store.prune(inner_record, trash_record_of("team-a/x/web"))); }},
    {"throw away within a file system", within(archived),
     [](auto& store) { return outcome(store.move_to_trash(inner_record.archived_path)); }},
    {"take back from the trash of a file system",
     [](auto& store, auto& files) {
       within(archived)(store, files);
       (void)store.prune(inner_record, trash_record_of("team-a/x/web"));
     },
     [](auto& store) { return outcome(store.take_back("pvc-1", path_of("team-a/by/hand"))); }},
    {"take out within a file system", within(archived),
     [](auto& store) { return outcome(store.move_out(inner_record.archived_path, path_of("team-a/by/hand"))); }},
};

std::vector<Scenario> own_scenarios();

std::vector<Scenario> const& scenarios() {
  static std::vector<Scenario> const all = [] {
    auto both = own_scenarios();
    both.insert(both.end(), inner_scenarios.begin(), inner_scenarios.end());
    return both;
  }();
  return all;
}

std::vector<Scenario> own_scenarios() {
  return {
      {"restore", archived, restore},
      {"restore by itself", archived, [](auto& store) { return outcome(store.restore(wanted(), record, false)); }},
      {"restore below a parent in use",
       [](auto& store, auto& files) {
         archived(store, files);
         files.put_file("team-a/other", "precious");
       },
       restore},
      {"restore in place of an empty directory",
       [](auto& store, auto& files) {
         archived(store, files);
         files.put_directory("team-a/x/web");
       },
       restore},
      {"restore elsewhere than before", restored,
       [](auto& store) { return outcome(store.restore(wanted("b/web"), record, true)); }},
      {"restore after an empty directory was made",
       [](auto& store, auto& files) {
         archived(store, files);
         (void)store.create(wanted());
       },
       restore},
      {"make an empty directory after a restore", restored,
       [](auto& store) { return outcome(store.create(wanted())); }},
      {"undo", restored, undo},
      {"undo below a parent in use",
       [](auto& store, auto& files) {
         restored(store, files);
         files.put_file("team-a/x/other", "precious");
       },
       undo},
      {"settle", restored, [](auto& store) { return outcome(store.settle("pvc-2")); }},
      {"archive before it was settled", restored, archive_anew},
      {"retain before it was settled", restored,
       [](auto& store) { return outcome(store.archive(retained_at("team-a/x/web", "pvc-2"))); }},
      {"trash before it was settled", restored, trash},
      {"archive", settled, archive_anew},
      {"trash", settled, trash},
      {"archive of what had been kept in place", kept_and_adopted, archive_anew},
      {"trash of what had been kept in place", kept_and_adopted, trash},
      {"prune", archived, [](auto& store) { return outcome<bool>(store.prune(record)); }},
      {"prune to rest in the trash", archived,
       [](auto& store) { return outcome<bool>(store.prune(record, trash_record_of("team-a/x/web"))); }},
      {"rest before it was settled", restored,
       [](auto& store) { return outcome(store.rest(trash_record_of("team-a/x/web", "pvc-2"))); }},
      {"rest", settled, [](auto& store) { return outcome(store.rest(trash_record_of("team-a/x/web", "pvc-2"))); }},
      {"take in place", taken_at(in_place), give_from(in_place)},
      {"take and move", taken_at(elsewhere), give_from(elsewhere)},
      {"undo what was taken in place", given_from(in_place), undo},
      {"undo what was taken and moved", given_from(elsewhere), undo},
      {"undo what was taken and moved, where its parents are gone",
       [](auto& store, auto& files) {
         given_from(elsewhere)(store, files);
         (void)files.remove_directory("old/deep");
         (void)files.remove_directory("old");
       },
       undo},
      {"settle what was taken in place", given_from(in_place), settle},
      {"settle what was taken and moved", given_from(elsewhere), settle},
      {"archive what was taken in place", given_from(in_place), archive_anew},
      {"archive what was taken and moved", given_from(elsewhere), archive_anew},
      {"retain what was taken in place", given_from(in_place), retain},
      {"trash what was taken in place", given_from(in_place), trash},
      {"trash what was taken and moved", given_from(elsewhere), trash},
      {"throw away", archived, [](auto& store) { return outcome(store.move_to_trash(record.archived_path)); }},
      {"take back from the trash",
       [](auto& store, auto& files) {
         archived(store, files);
         (void)store.prune(record, trash_record_of("team-a/x/web"));
       },
       [](auto& store) { return outcome(store.take_back("pvc-1", path_of("by/hand"))); }},
      {"take out", archived,
       [](auto& store) { return outcome(store.move_out(record.archived_path, path_of("by/hand"))); }},
  };
}

// By hand, beside the service: when the move was done it is not repeated.
bool by_hand(Scenario const& scenario) {
  return scenario.name.starts_with("throw away") || scenario.name.starts_with("take out") ||
         scenario.name.starts_with("take back");
}

std::size_t precious_files(Dump const& dump) {
  return static_cast<std::size_t>(
      std::ranges::count_if(dump, [](auto const& entry) { return entry.second == "file precious"; }));
}

// An archive is where a record says, or an intent says that it is on its way; what is in the trash of a file system of
// its own, where a signpost says.
bool archives_have_records(MemoryFileSystem& files) {
  auto const dump = files.dump();
  auto const mentioned = [&](std::string const& archive, std::string_view directory) {
    return std::ranges::any_of(dump, [&](auto const& entry) {
      return entry.first.starts_with(directory) && entry.second.find('"' + archive + '"') != std::string::npos;
    });
  };
  auto const trash = own_layout.inner_trash("team-a");
  return std::ranges::all_of(dump, [&](auto const& entry) {
    auto const& [path, what] = entry;
    bool const at_root = path.starts_with("archived-") && component_count(path) == 1;
    bool const archive = at_root || path == inner_archive("team-a", last_component(path));
    bool const trashed = parent_of(path) == trash;
    return (!archive || mentioned(path, layout::archives)) && (!trashed || mentioned(path, own_layout.root()));
  });
}

/// The service's start.
void start(VolumeStore& store) {
  REQUIRE(store.identify(expecting({"the-id"})).has_value());
  REQUIRE(store.intents().has_value());
  REQUIRE(store.survey_archives().has_value());
}

std::string run_cut_short(Scenario const& scenario, VolumeStore& store) {
  try {
    return scenario.run(store);
  } catch (Crash const&) {
    return "crash";
  }
}

struct Place {
  MemoryFileSystem files;
  std::size_t precious = 0;
  explicit Place(Scenario const& scenario) {
    files.put_file(".nfs-subdir-provisioner/export.json", marker_text);
    VolumeStore store(files, own_cluster);
    start(store);
    scenario.prepare(store, files);
    precious = precious_files(files.dump());
  }
  void check_nothing_is_lost() {
    REQUIRE(precious_files(files.dump()) == precious);
    REQUIRE(archives_have_records(files));
  }
};

struct End {
  std::string answer;
  Dump dump;
  std::vector<ArchiveRecord> catalog;
};

End end_of(Scenario const& scenario, Place& place, VolumeStore& store) {
  auto answer = scenario.run(store);
  place.check_nothing_is_lost();
  return {std::move(answer), place.files.dump(), store.catalog().all()};
}

End undisturbed(Scenario const& scenario) {
  Place place(scenario);
  VolumeStore store(place.files, own_cluster);
  start(store);
  return end_of(scenario, place, store);
}

using Accident = std::function<void(MemoryFileSystem&)>;

std::vector<Accident> accidents() {
  std::vector<Accident> all{[](auto& files) { files.crash(MemoryFileSystem::Unsynced::lost); },
                            [](auto& files) { files.crash(MemoryFileSystem::Unsynced::kept); }};
  for (std::uint64_t seed = 1; seed <= 8; ++seed) all.push_back([seed](auto& files) { files.crash(seed); });
  return all;
}

// For each scenario, effect, moment and accident: the program dies there and its successor is handed to `then`.
void after_each_crash(std::function<void(Scenario const&, Place&, VolumeStore&)> const& then) {
  for (auto const& scenario : scenarios()) {
    for (auto const moment : {Moment::before, Moment::after}) {
      std::size_t number = 0;
      for (auto const& accident : accidents()) {
        ++number;
        bool finished = false;
        for (std::size_t at = 1; !finished; ++at) {
          CAPTURE(scenario.name, at, moment == Moment::after, number);
          REQUIRE(at < more_effects_than_any);
          Place place(scenario);
          FaultyFileSystem faulty(place.files);
          VolumeStore store(faulty, own_cluster);
          start(store);
          faulty.crash_at(at, moment);
          finished = run_cut_short(scenario, store) != "crash";
          accident(place.files);
          place.check_nothing_is_lost();
          VolumeStore next(place.files, own_cluster);
          start(next);
          then(scenario, place, next);
        }
      }
    }
  }
}

// The release dies after its effect number `at`, and nothing repeats it. False: it has no so many effects.
bool release_cut_short(MemoryFileSystem& files, std::size_t at) {
  FaultyFileSystem faulty(files);
  VolumeStore store(faulty, own_cluster);
  start(store);
  faulty.crash_at(at, Moment::after);
  try {
    (void)store.archive(record);
  } catch (Crash const&) {
    return true;
  }
  return false;
}

TEST_CASE("what comes back elsewhere stays there, though the release before it was cut short and never repeated") {
  bool const taken_out = GENERATE(false, true);
  std::size_t restored_after_a_crash = 0;
  for (std::size_t at = 1;; ++at) {
    CAPTURE(at);
    MemoryFileSystem files;
    files.put_file(".nfs-subdir-provisioner/export.json", marker_text);
    files.put_file("team-a/x/web/token", "precious");
    if (!release_cut_short(files, at)) break;
    VolumeStore next(files, own_cluster);
    start(next);
    if (!files.status(record.archived_path).has_value()) continue;
    if (taken_out) REQUIRE(outcome(next.move_out(record.archived_path, path_of("elsewhere/web"))) == "ok");
    if (!taken_out) REQUIRE(outcome(next.restore(wanted("elsewhere/web"), record, true)) == "restored");
    files.crash(MemoryFileSystem::Unsynced::lost);
    CHECK(files.dump().contains("elsewhere/web/token"));
    ++restored_after_a_crash;
  }
  CHECK(restored_after_a_crash > 0);
}

TEST_CASE("undisturbed, each does what it says") {
  std::map<std::string, std::string> const answers{{"restore", "restored"},
                                                   {"restore by itself", "restored"},
                                                   {"restore below a parent in use", "restored"},
                                                   {"restore in place of an empty directory", "restored"},
                                                   {"restore elsewhere than before", "restored"},
                                                   {"restore after an empty directory was made", "restored"},
                                                   {"make an empty directory after a restore", "made"},
                                                   {"undo", "ok"},
                                                   {"undo below a parent in use", "ok"},
                                                   {"settle", "ok"},
                                                   {"archive before it was settled", "archived"},
                                                   {"retain before it was settled", "retained"},
                                                   {"trash before it was settled", "discarded"},
                                                   {"archive", "archived"},
                                                   {"trash", "trashed"},
                                                   {"archive of what had been kept in place", "archived"},
                                                   {"trash of what had been kept in place", "trashed"},
                                                   {"take in place", "restored"},
                                                   {"take and move", "restored"},
                                                   {"undo what was taken in place", "ok"},
                                                   {"undo what was taken and moved", "ok"},
                                                   {"undo what was taken and moved, where its parents are gone", "ok"},
                                                   {"settle what was taken in place", "ok"},
                                                   {"settle what was taken and moved", "ok"},
                                                   {"archive what was taken in place", "archived"},
                                                   {"archive what was taken and moved", "archived"},
                                                   {"retain what was taken in place", "retained"},
                                                   {"trash what was taken in place", "retained"},
                                                   {"trash what was taken and moved", "discarded"},
                                                   {"prune", "ok"},
                                                   {"prune to rest in the trash", "ok"},
                                                   {"rest before it was settled", "discarded"},
                                                   {"rest", "trashed"},
                                                   {"take back from the trash", "ok"},
                                                   {"throw away", "ok"},
                                                   {"take out", "ok"},
                                                   {"within a file system: restore", "restored"},
                                                   {"within a file system: restore elsewhere than before", "restored"},
                                                   {"within a file system: undo", "ok"},
                                                   {"within a file system: settle", "ok"},
                                                   {"within a file system: archive before it was settled", "archived"},
                                                   {"within a file system: trash before it was settled", "discarded"},
                                                   {"within a file system: rest before it was settled", "discarded"},
                                                   {"within a file system: archive", "archived"},
                                                   {"within a file system: trash", "trashed"},
                                                   {"within a file system: rest", "trashed"},
                                                   {"within a file system: prune", "ok"},
                                                   {"within a file system: prune to rest in the trash", "ok"},
                                                   {"throw away within a file system", "ok"},
                                                   {"take back from the trash of a file system", "ok"},
                                                   {"take out within a file system", "ok"}};
  for (auto const& scenario : scenarios()) {
    CAPTURE(scenario.name);
    CHECK(undisturbed(scenario).answer == answers.at(scenario.name));
  }
}

TEST_CASE("after a crash at any effect of moving an archive, the same request comes to the same end") {
  std::map<std::string, End> ends;
  for (auto const& scenario : scenarios()) ends.emplace(scenario.name, undisturbed(scenario));
  after_each_crash([&](Scenario const& scenario, Place& place, VolumeStore& next) {
    auto const& expected = ends.at(scenario.name);
    auto again = end_of(scenario, place, next);
    if (by_hand(scenario)) {  // what a crash left of it is told by the survey, and kept
      again.dump.erase(layout::record_of("pvc-1"));
      again.dump.erase(own_layout.resting_record_of("pvc-1"));
      again.dump.erase(own_layout.resting_of("pvc-1"));
      again.catalog.clear();
    }
    REQUIRE(again.dump == expected.dump);
    REQUIRE(again.catalog == expected.catalog);
  });
}

TEST_CASE("after a crash at any effect of a restore, its undoing brings the archive back as it was") {
  for (bool const asked_for : {true, false}) {
    Scenario const scenario{"restore", archived,
                            [asked_for](auto& store) { return outcome(store.restore(wanted(), record, asked_for)); }};
    Place untouched(scenario);
    for (auto const moment : {Moment::before, Moment::after}) {
      for (auto const& accident : accidents()) {
        bool finished = false;
        for (std::size_t at = 1; !finished; ++at) {
          CAPTURE(asked_for, at, moment == Moment::after);
          REQUIRE(at < more_effects_than_any);
          Place place(scenario);
          FaultyFileSystem faulty(place.files);
          VolumeStore store(faulty, own_cluster);
          start(store);
          faulty.crash_at(at, moment);
          finished = run_cut_short(scenario, store) != "crash";
          accident(place.files);
          VolumeStore next(place.files, own_cluster);
          start(next);
          REQUIRE(outcome<Undone>(next.undo_create("pvc-2")) == "ok");
          auto after = place.files.dump();
          // Without an intent, parents that were made are nobody's; there are none: the intent comes first.
          REQUIRE(after == untouched.files.dump());
          REQUIRE(next.catalog().all() == std::vector{record});
          REQUIRE(outcome(next.restore(wanted("other/place", "pvc-3"), record, true)) == "restored");
        }
      }
    }
  }
}

TEST_CASE("after a crash while settling, the volume's release keeps its data under its own name, whatever was done") {
  Scenario const settle{"settle", restored, [](auto& store) { return outcome(store.settle("pvc-2")); }};
  for (auto const moment : {Moment::before, Moment::after}) {
    for (auto const& accident : accidents()) {
      bool finished = false;
      for (std::size_t at = 1; !finished; ++at) {
        CAPTURE(at, moment == Moment::after);
        Place place(settle);
        FaultyFileSystem faulty(place.files);
        VolumeStore store(faulty, own_cluster);
        start(store);
        faulty.crash_at(at, moment);
        finished = run_cut_short(settle, store) != "crash";
        accident(place.files);
        VolumeStore next(place.files, own_cluster);
        start(next);
        SECTION("archived") {
          REQUIRE(archive_anew(next) == "archived");
          place.check_nothing_is_lost();
          auto const all = next.catalog().all();
          REQUIRE(all.size() == 1);
          REQUIRE(all[0].volume == "pvc-2");
          REQUIRE_FALSE(place.files.dump().contains(layout::record_of("pvc-1")));
        }
        SECTION("its claim and volume vanish: the data stands at one place, and a record or nobody's hand is on it") {
          REQUIRE(outcome<Undone>(next.undo_create("pvc-2")) == "ok");
          place.check_nothing_is_lost();
        }
      }
    }
  }
}

TEST_CASE("what was reported done after a fault and a second try survives a crash that loses all that was not synced") {
  for (auto const& scenario : scenarios()) {
    for (auto const moment : {Moment::before, Moment::after}) {
      for (auto const fault : {StorageFault::io, StorageFault::stale, StorageFault::busy, StorageFault::full}) {
        bool reached = true;
        for (std::size_t at = 1; reached; ++at) {
          CAPTURE(scenario.name, at, moment == Moment::after, static_cast<int>(fault));
          REQUIRE(at < more_effects_than_any);
          Place place(scenario);
          FaultyFileSystem faulty(place.files);
          VolumeStore store(faulty, own_cluster);
          start(store);
          faulty.fail_at(at, moment, fault);
          (void)scenario.run(store);
          reached = faulty.effects() >= at;
          place.check_nothing_is_lost();
          auto const end = end_of(scenario, place, store);
          auto const expected = undisturbed(scenario);
          bool const full = fault == StorageFault::full;
          if (!by_hand(scenario) && full) {
            REQUIRE(without_trash_records(end.dump) == without_trash_records(expected.dump));
          } else if (!by_hand(scenario)) {
            REQUIRE(end.dump == expected.dump);
            REQUIRE(end.catalog == expected.catalog);
          }
          place.files.crash(MemoryFileSystem::Unsynced::lost);
          VolumeStore next(place.files, own_cluster);
          start(next);
          if (!by_hand(scenario)) REQUIRE(place.files.dump() == end.dump);
          place.check_nothing_is_lost();
        }
      }
    }
  }
}

}  // namespace
}  // namespace nfs::test
