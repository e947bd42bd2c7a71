#include "provisioner/app/ledger.hpp"

#include <atomic>
#include <barrier>
#include <thread>

#include "provisioner/core/naming.hpp"
#include "tests/provisioner/app/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

using Names = std::vector<std::string>;

struct Book {
  std::vector<Export> exports{{"default", "nfs.example", "/data/nfs", "/mnt"}};
  Ledger ledger{exports, std::string(our_name)};

  // A claim that wants `directory`: makes it if nobody stands there, else waits for whoever does.
  Decision ask(std::string const& name, std::string_view directory, Names* freed = nullptr) {
    auto decided =
        ledger.decide(name, 0, Ledger::Standing::nothing, [&](std::vector<Occupancy> const& occupancies) -> Decision {
          for (auto const& [where, who] : occupancies[0].overlapping(path(directory)))
            if (who.volume != name) return Wait{"held", who.volume, {}};
          return making(name, directory);
        });
    if (freed != nullptr) *freed = decided.freed;
    return std::move(decided.decision);
  }

  static Decision making(std::string const& name, std::string_view directory) {
    MakeDirectory make{.volume = name, .claim = {}, .path = path(directory), .uid = {}, .gid = {}, .from = {}};
    make.claim.uid = "uid-of-" + name;
    return Act{{make}};
  }

  Names give_up(std::string const& name, bool volume_exists = false) {
    auto const standing = volume_exists ? Ledger::Standing::volume : Ledger::Standing::nothing;
    return ledger.decide(name, 0, standing, [](auto const&) -> Decision { return LeaveAlone{"done"}; }).freed;
  }

  std::size_t standing() {
    std::size_t count = 0;
    (void)ledger.decide("nobody", 0, Ledger::Standing::nothing,
                        [&](std::vector<Occupancy> const& occupancies) -> Decision {
                          count = occupancies[0].size();
                          return LeaveAlone{"looked"};
                        });
    return count;
  }

  Names came(k8s::Volume volume) {
    return ledger.note({nullptr, std::make_shared<k8s::Volume const>(std::move(volume))});
  }
  Names went(k8s::Volume volume, bool intended = false) {
    return ledger.note({std::make_shared<k8s::Volume const>(std::move(volume)), nullptr}, intended);
  }
};

bool makes(Decision const& decision) {
  return std::holds_alternative<Act>(decision);
}

}  // namespace

TEST_CASE("a directory that is about to be made is taken") {
  Book book;
  CHECK(makes(book.ask("pvc-1", "team-a/web")));
  CHECK_FALSE(makes(book.ask("pvc-2", "team-a/web")));
  CHECK_FALSE(makes(book.ask("pvc-3", "team-a")));
  CHECK(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(makes(book.ask("pvc-4", "team-a/db")));
}

TEST_CASE("of two that ask for one directory at the same time exactly one gets it") {
  for (int round = 0; round < 200; ++round) {
    Book book;
    std::atomic<int> made = 0;
    std::barrier start(2);
    auto const worker = [&](std::string const& name) {
      start.arrive_and_wait();
      if (makes(book.ask(name, "team-a/web"))) ++made;
    };
    {
      std::jthread const one([&] { worker("pvc-1"); });
      std::jthread const two([&] { worker("pvc-2"); });
    }
    REQUIRE(made == 1);
  }
}

TEST_CASE("who gave a directory up without a volume wakes those who waited for it") {
  Book book;
  REQUIRE(makes(book.ask("pvc-1", "team-a/web")));
  REQUIRE_FALSE(makes(book.ask("pvc-2", "team-a/web")));
  REQUIRE_FALSE(makes(book.ask("pvc-3", "team-a")));
  CHECK(book.give_up("pvc-1") == Names{"pvc-2", "pvc-3"});
  CHECK(makes(book.ask("pvc-2", "team-a/web")));
  CHECK(book.give_up("pvc-1").empty());
}

TEST_CASE("a directory stays taken while something is left to undo") {
  Book book;
  REQUIRE(makes(book.ask("pvc-1", "team-a/web")));
  (void)book.ledger.decide("pvc-1", 0, Ledger::Standing::nothing,
                           [](auto const&) -> Decision { return Act{{UndoDirectory{"pvc-1"}}}; });
  CHECK_FALSE(makes(book.ask("pvc-2", "team-a/web")));
}

TEST_CASE("a directory stays taken while the volume is there, whatever is decided") {
  Book book;
  REQUIRE(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(book.give_up("pvc-1", true).empty());
  CHECK_FALSE(makes(book.ask("pvc-2", "team-a/web")));
}

TEST_CASE("a directory that was taken is held unseen until the watch shows its volume, or until it is given up") {
  Book book;
  CHECK_FALSE(book.ledger.holds_unseen("pvc-1"));
  REQUIRE(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(book.ledger.holds_unseen("pvc-1"));
  auto const volume = volume_at("pvc-1", "/data/nfs/team-a/web", "U1");
  (void)book.came(volume);
  CHECK_FALSE(book.ledger.holds_unseen("pvc-1"));
  (void)book.went(volume);
  CHECK_FALSE(book.ledger.holds_unseen("pvc-1"));
  REQUIRE(makes(book.ask("pvc-2", "team-a/db")));
  (void)book.give_up("pvc-2");
  CHECK_FALSE(book.ledger.holds_unseen("pvc-2"));
}

TEST_CASE("a volume that came, changed or went wakes those who wait for it, once") {
  Book book;
  auto const volume = volume_at("pvc-9", "/data/nfs/team-a/web", "U9");
  CHECK(book.came(volume).empty());
  REQUIRE_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(book.came(volume) == Names{"pvc-1"});
  CHECK(book.came(volume).empty());
  REQUIRE_FALSE(makes(book.ask("pvc-1", "team-a/web/deeper")));
  CHECK(book.went(volume) == Names{"pvc-1"});
  CHECK(makes(book.ask("pvc-1", "team-a/web")));
}

TEST_CASE("a refusal waits for who stands in the way just as a wait does") {
  Book book;
  (void)book.ledger.decide("pvc-1", 0, Ledger::Standing::nothing, [](auto const&) -> Decision {
    return Refuse{EmitEvent{}, "pvc-9"};
  });
  CHECK(book.came(volume_at("pvc-9", "/data/nfs/x")) == Names{"pvc-1"});
}

TEST_CASE("a volume stands where it lies, and nowhere if that is no export of ours") {
  Book book;
  (void)book.came(volume_at("pvc-1", "/data/nfs/team-a/web"));
  CHECK(book.standing() == 1);
  (void)book.came(volume_at("pvc-2", "/data/nfs2/team-a/db"));
  CHECK(book.standing() == 1);
  (void)book.came(volume_at("pvc-1", "/elsewhere/team-a/web"));
  CHECK(book.standing() == 0);
}

TEST_CASE("a volume of any provisioner holds its directory, but only ours will be released") {
  Book book;
  auto foreign = volume_at("by-hand", "/data/nfs/team-a/web", "GONE");
  foreign.meta.annotations.clear();
  (void)book.came(foreign);
  (void)book.came(volume_at("pvc-9", "/data/nfs/team-a/db", "GONE"));
  auto kept = volume_at("pvc-8", "/data/nfs/team-a/kept", "GONE");
  kept.reclaim_policy = "Retain";
  (void)book.came(kept);
  std::map<std::string, bool> deletes;
  (void)book.ledger.decide("pvc-1", 0, Ledger::Standing::nothing,
                           [&](std::vector<Occupancy> const& occupancies) -> Decision {
                             for (auto const* where : {"team-a/web", "team-a/db", "team-a/kept"})
                               for (auto const& [at, who] : occupancies[0].overlapping(path(where)))
                                 deletes[who.volume] = who.deletes;
                             return LeaveAlone{"looked"};
                           });
  CHECK(deletes == std::map<std::string, bool>{{"by-hand", false}, {"pvc-8", false}, {"pvc-9", true}});
}

TEST_CASE("a decision on a volume that is just now seen for the first time does not give its directory up") {
  Book book;
  // Read as absent, then seen by the watch, then decided: the volume stands although the decision knew of none.
  (void)book.came(volume_at("pvc-1", "/data/nfs/team-a/web", "U1"));
  (void)book.give_up("pvc-1", false);
  CHECK(book.standing() == 1);
}

TEST_CASE("a directory whose release may still be under way stays taken, though the volume is gone") {
  Book book;
  auto const volume = volume_at("pvc-9", "/data/nfs/team-a/web", "GONE");
  auto const release = [&] {
    (void)book.ledger.decide("pvc-9", 0, Ledger::Standing::volume, [](auto const&) -> Decision {
      ReleaseDirectory step{.volume = "pvc-9",
                            .path = path("team-a/web"),
                            .claim = {},
                            .namespace_uid = {},
                            .storage_class = {},
                            .requested_storage = {},
                            .retention = {}};
      return Act{{step}};
    });
  };
  bool decided_before = false;
  SECTION("decided before the watch showed its end") {
    decided_before = true;
    (void)book.came(volume);
    release();
    REQUIRE_FALSE(makes(book.ask("pvc-1", "team-a/web")));
    CHECK(book.went(volume).empty());
  }
  SECTION("decided on what was read before the watch showed its end") {
    (void)book.came(volume);
    CHECK(book.went(volume).empty());
    release();
    REQUIRE_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  }
  CHECK_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  // What we wrote last may still show the volume to the decision that follows.
  bool const still_shown = decided_before;
  CHECK(book.give_up("pvc-9", still_shown) == Names{"pvc-1"});
  CHECK(makes(book.ask("pvc-1", "team-a/web")));
}

TEST_CASE("the directory of an intent from before the start is taken until its volume has nothing to do any more") {
  Book book;
  Intent intent;
  intent.volume = "pvc-9";
  intent.claim_uid = "GONE";
  intent.path = "team-a/web";
  SECTION("without a volume") {
    book.ledger.resume(intent, 0);
    CHECK_FALSE(makes(book.ask("pvc-1", "team-a/web")));
    CHECK(book.give_up("pvc-9", true).empty());  // it still stands on the export
    CHECK_FALSE(makes(book.ask("pvc-1", "team-a/web")));
    CHECK(book.give_up("pvc-9") == Names{"pvc-1"});
    CHECK(makes(book.ask("pvc-1", "team-a/web")));
  }
  SECTION("what the volume itself says counts for more") {
    (void)book.came(volume_at("pvc-9", "/data/nfs/team-a/elsewhere", "GONE"));
    book.ledger.resume(intent, 0);
    CHECK(makes(book.ask("pvc-1", "team-a/web")));
  }
}

TEST_CASE("a volume that is edited while it is being released is not given to others before that is over") {
  Book book;
  auto volume = volume_at("pvc-9", "/data/nfs/team-a/web", "GONE");
  (void)book.came(volume);
  ReleaseDirectory release{.volume = "pvc-9",
                           .path = path("team-a/web"),
                           .claim = {},
                           .namespace_uid = {},
                           .storage_class = {},
                           .requested_storage = {},
                           .retention = {}};
  release.claim.uid = "GONE";
  auto const deletes = [&] {
    bool found = false;
    (void)book.ledger.decide("pvc-1", 0, Ledger::Standing::nothing,
                             [&](std::vector<Occupancy> const& occupancies) -> Decision {
                               for (auto const& [where, who] : occupancies[0].overlapping(path("team-a/web")))
                                 found = who.deletes;
                               return Wait{"held", "pvc-9", {}};
                             });
    return found;
  };
  (void)book.ledger.decide("pvc-9", 0, Ledger::Standing::volume,
                           [&](auto const&) -> Decision { return Act{{release}}; });
  volume.reclaim_policy = "Retain";
  CHECK(book.came(volume).empty());
  CHECK(deletes());
  CHECK(book.give_up("pvc-9", true) == Names{"pvc-1"});
  CHECK_FALSE(deletes());
}

TEST_CASE("a directory is in motion from the decision to make or to move it until that is over") {
  Book book;
  auto const in_motion = [&] {
    bool found = false;
    (void)book.ledger.decide("nobody", 0, Ledger::Standing::nothing,
                             [&](std::vector<Occupancy> const& occupancies) -> Decision {
                               for (auto const& [where, who] : occupancies[0].overlapping(path("team-a/web")))
                                 found = who.in_motion;
                               return LeaveAlone{"looked"};
                             });
    return found;
  };
  auto const volume = volume_at("pvc-1", "/data/nfs/team-a/web", "uid-of-pvc-1");
  REQUIRE(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(in_motion());
  (void)book.came(volume);
  CHECK_FALSE(in_motion());

  (void)book.ledger.decide("pvc-1", 0, Ledger::Standing::volume, [&](auto const&) -> Decision {
    return Act{{UndoDirectory{"pvc-1", path("team-a/web")}}};
  });
  CHECK(in_motion());
  (void)book.came(volume);  // edited meanwhile
  CHECK(in_motion());
  (void)book.give_up("pvc-1", true);
  CHECK_FALSE(in_motion());
}

TEST_CASE("an occupant's namespace is told from one of that name by what its volume says") {
  Book book;
  auto volume = volume_at("pvc-1", "/data/nfs/team-a/web", "U1");
  volume.meta.annotations.insert_or_assign(std::string(names::namespace_uid), "NS-1");
  (void)book.came(volume);
  (void)book.ledger.decide("nobody", 0, Ledger::Standing::nothing,
                           [&](std::vector<Occupancy> const& occupancies) -> Decision {
                             auto const found = occupancies[0].overlapping(path("team-a/web"));
                             REQUIRE(found.size() == 1);
                             CHECK(found.front().occupant.namespace_uid == "NS-1");
                             return LeaveAlone{"looked"};
                           });
}

TEST_CASE("who leaves its directory to others does so until it is gone, or stays after all") {
  Book book;
  (void)book.came(volume_at("pvc-1", "/data/nfs/common", "GONE"));
  (void)book.came(volume_at("pvc-2", "/data/nfs/common", "LIVE"));
  using Standing = Ledger::Standing;
  auto const decide = [&](Standing standing, Decision const& decision) {
    return book.ledger.decide("pvc-1", 0, standing, [&](auto const&) { return decision; }).freed;
  };
  auto const leaves = [&] {
    bool found = false;
    (void)book.ledger.decide("pvc-2", 0, Standing::volume, [&](std::vector<Occupancy> const& all) -> Decision {
      for (auto const& [where, who] : all[0].overlapping(path("common"))) found = found || who.leaves;
      return Wait{"for the one that leaves", "pvc-1", {}};
    });
    return found;
  };
  CHECK_FALSE(leaves());
  (void)decide(Standing::volume, Act{{DeleteVolume{"pvc-1", "UID"}}});
  CHECK(leaves());
  SECTION("what is left of it is dealt with") {
    (void)decide(Standing::going, Act{{SettleIntent{"pvc-1"}}});
    CHECK(leaves());
    (void)decide(Standing::going, Act{{RemoveFinalizer{"pvc-1", "UID"}}});
    CHECK(leaves());
    (void)decide(Standing::going, LeaveAlone{"being deleted"});
    CHECK(leaves());
  }
  SECTION("it could not be deleted, and is to be kept by now") {
    CHECK(decide(Standing::volume, LeaveAlone{"policy Retain"}) == Names{"pvc-2"});
    CHECK_FALSE(leaves());
  }
  SECTION("it could not be deleted, and its finalizer goes for it is to be kept by now") {
    CHECK(decide(Standing::volume, Act{{RemoveFinalizer{"pvc-1", "UID"}}}) == Names{"pvc-2"});
    CHECK_FALSE(leaves());
  }
  SECTION("it has the directory to itself by now") {
    CHECK(decide(Standing::going, Act{{UndoDirectory{"pvc-1", path("common")}}}) == Names{"pvc-2"});
    CHECK_FALSE(leaves());
  }
  SECTION("it waits by now") {
    CHECK(decide(Standing::going, Wait{"for another", "pvc-3", {}}) == Names{"pvc-2"});
    CHECK_FALSE(leaves());
  }
}

TEST_CASE("the directory of a volume that went stays taken while its intent is to be undone yet") {
  Book book;
  auto volume = volume_at("pvc-9", "/data/nfs/team-a/web", "GONE");
  volume.reclaim_policy = "Retain";
  (void)book.came(volume);
  CHECK_FALSE(makes(book.ask("pvc-1", "team-a")));
  CHECK(book.went(volume, true) == Names{"pvc-1"});
  CHECK_FALSE(makes(book.ask("pvc-1", "team-a")));
  (void)book.ledger.decide("nobody", 0, Ledger::Standing::nothing, [&](auto const& occupancies) -> Decision {
    auto const found = occupancies[0].overlapping(path("team-a/web"));
    REQUIRE(found.size() == 1);
    CHECK(found.front().occupant.deletes);
    CHECK(found.front().occupant.in_motion);
    return LeaveAlone{"looked"};
  });
  CHECK(book.give_up("pvc-9") == Names{"pvc-1"});
  CHECK(makes(book.ask("pvc-1", "team-a")));
}

TEST_CASE("who is to have another directory than it had begun wakes those who waited for it there") {
  Book book;
  REQUIRE(makes(book.ask("pvc-1", "team-a/web")));
  REQUIRE_FALSE(makes(book.ask("pvc-2", "team-a/web")));
  Names freed;
  REQUIRE(makes(book.ask("pvc-1", "team-a/web", &freed)));
  CHECK(freed.empty());
  REQUIRE(makes(book.ask("pvc-1", "elsewhere", &freed)));
  CHECK(freed == Names{"pvc-2"});
  CHECK(makes(book.ask("pvc-2", "team-a/web")));
}
