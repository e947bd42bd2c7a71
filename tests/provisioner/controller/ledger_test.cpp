#include "provisioner/controller/ledger.hpp"

#include <atomic>
#include <barrier>
#include <set>
#include <thread>

#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

using Names = std::vector<std::string>;

struct Book {
  std::vector<Export> exports{{"default", "nfs.example", "/data/nfs", "/mnt"}};
  Ledger ledger{exports, std::string(our_name)};

  // A claim that wants `directory`: takes it if nobody holds it, else waits for whoever does.
  Decision ask(std::string const& name, std::string_view directory, Names* woken = nullptr) {
    auto outcome = ledger.decide(name, 0, Decided::Volume::none, [&](Ledger::View const& view) -> Decision {
      for (auto const& [where, who] : view.occupancies[0].overlapping(path(directory)))
        if (who.volume != name) return Wait{Reason::directory_soon_free, who.volume};
      return making(name, directory);
    });
    if (woken != nullptr) *woken = outcome.woken;
    return std::move(outcome.decision);
  }

  static Act making(std::string const& name, std::string_view directory) {
    k8s::ObjectReference claim;
    claim.uid = "uid-of-" + name;
    return Act{Purpose::provision, {}, Taken{path(directory), claim}};
  }

  Names decide(std::string const& name, Decision const& decision, Decided::Volume volume = Decided::Volume::none) {
    return ledger.decide(name, 0, volume, [&](auto const&) { return decision; }).woken;
  }

  Names give_up(std::string const& name) { return decide(name, LeaveAlone{Reason::nothing_due}); }

  // What is held at `directory`, and by whom.
  std::vector<Occupant> at(std::string_view directory) {
    std::vector<Occupant> found;
    (void)ledger.decide("nobody", 0, Decided::Volume::none, [&](Ledger::View const& view) -> Decision {
      for (auto const& entry : view.occupancies[0].overlapping(path(directory))) found.push_back(entry.occupant);
      return LeaveAlone{Reason::nothing_due};
    });
    return found;
  }

  Names came(k8s::Volume volume) {
    return ledger.note({nullptr, std::make_shared<k8s::Volume const>(std::move(volume))}).woken;
  }
  Names went(k8s::Volume volume) {
    return ledger.note({std::make_shared<k8s::Volume const>(std::move(volume)), nullptr}).woken;
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
  (void)book.decide("pvc-1", Refuse{EmitEvent{}, "pvc-9"});
  CHECK(book.came(volume_at("pvc-9", "/data/nfs/x")) == Names{"pvc-1"});
}

TEST_CASE("who waits for nobody any more, its claim gone maybe, is forgotten") {
  Book book;
  (void)book.came(volume_at("pvc-9", "/data/nfs/team-a/web", "U9"));
  REQUIRE_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  REQUIRE_FALSE(makes(book.ask("pvc-2", "team-a/web")));
  (void)book.give_up("pvc-1");
  CHECK(book.came(volume_at("pvc-9", "/data/nfs/team-a/web", "U9")) == Names{"pvc-2"});
}

TEST_CASE("who waits for another volume by now is not woken by the one before") {
  Book book;
  auto const first = volume_at("pvc-8", "/data/nfs/team-a/web", "U8");
  auto const second = volume_at("pvc-9", "/data/nfs/team-b/web", "U9");
  (void)book.came(first);
  (void)book.came(second);
  REQUIRE_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  REQUIRE_FALSE(makes(book.ask("pvc-1", "team-b/web")));
  CHECK(book.came(first).empty());
  CHECK(book.came(second) == Names{"pvc-1"});
}

TEST_CASE("a volume holds the directory at which it lies, and none if that is no export of ours") {
  Book book;
  (void)book.came(volume_at("pvc-1", "/data/nfs/team-a/web"));
  CHECK(book.at("team-a/web").size() == 1);
  (void)book.came(volume_at("pvc-2", "/data/nfs2/team-a/db"));
  CHECK(book.at("team-a/db").empty());
  (void)book.came(volume_at("pvc-1", "/elsewhere/team-a/web"));
  CHECK(book.at("team-a/web").empty());
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
  for (auto const& who : book.at("team-a")) deletes[who.volume] = who.deletes;
  CHECK(deletes == std::map<std::string, bool>{{"by-hand", false}, {"pvc-8", false}, {"pvc-9", true}});
}

TEST_CASE("an occupant's namespace is told from one of that name by what its volume says") {
  Book book;
  auto volume = volume_at("pvc-U1", "/data/nfs/team-a/web", "U1");
  volume.meta.creation_timestamp = "2026-01-01T00:00:00Z";
  volume.meta.annotations.insert_or_assign(std::string(names::namespace_uid), "NS-1");
  (void)book.came(volume);
  REQUIRE(book.at("team-a/web").size() == 1);
  CHECK(book.at("team-a/web").front().namespace_uid == "NS-1");
  CHECK(book.at("team-a/web").front().made_at.empty());
  volume.claim_ref->uid = "U2";  // it was given away, and nothing was noted yet
  (void)book.came(volume);
  CHECK(book.at("team-a/web").front().namespace_uid.empty());
  CHECK(book.at("team-a/web").front().made_at == "2026-01-01T00:00:00Z");
  volume.meta.annotations.insert_or_assign(std::string(names::volume_uid), "EARLIER");  // and it was made again
  (void)book.came(volume);
  CHECK(book.at("team-a/web").front().made_at.empty());
}

TEST_CASE("a volume whose release is over frees its directory at once, and needs no look of its own at its end") {
  Book book;
  auto volume = volume_at("pvc-9", "/data/nfs/team-a/web", "GONE");
  (void)book.came(volume);
  k8s::ObjectReference claim;
  claim.uid = "GONE";
  (void)book.decide("pvc-9", Act{Purpose::release, {}, Taken{path("team-a/web"), claim}}, Decided::Volume::there);
  REQUIRE_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(book.ledger.acted("pvc-9", {Purpose::release, true}).woken == Names{"pvc-1"});
  CHECK(makes(book.ask("pvc-1", "team-a/web")));
  auto const gone = book.ledger.note({std::make_shared<k8s::Volume const>(volume), nullptr});
  CHECK_FALSE(gone.look);
  CHECK(is_blank(book.ledger.life("pvc-9")));
}

TEST_CASE("who is to have another directory than it had begun wakes those who waited for it there") {
  Book book;
  REQUIRE(makes(book.ask("pvc-1", "team-a/web")));
  REQUIRE_FALSE(makes(book.ask("pvc-2", "team-a/web")));
  Names woken;
  REQUIRE(makes(book.ask("pvc-1", "team-a/web", &woken)));
  CHECK(woken.empty());
  REQUIRE(makes(book.ask("pvc-1", "elsewhere", &woken)));
  CHECK(woken == Names{"pvc-2"});
  CHECK(makes(book.ask("pvc-2", "team-a/web")));
}

TEST_CASE("of thousands that wait for one directory a few are woken at a time, and in the end all of them") {
  Book book;
  auto const volume = volume_at("pvc-9", "/data/nfs/team-a/web", "U9");
  (void)book.came(volume);
  constexpr std::size_t many = 1000;
  for (std::size_t i = 0; i < many; ++i) REQUIRE_FALSE(makes(book.ask("waits-" + std::to_string(i), "team-a/web")));
  SECTION("the first has it, and the rest waits for that one") {
    auto const woken = book.went(volume);
    REQUIRE(woken.size() == 16);
    REQUIRE(makes(book.ask(woken.front(), "team-a/web")));
    CHECK(book.give_up(woken.front()).size() == 16);
  }
  SECTION("nobody wants it any more") {
    std::set<std::string> seen;
    auto next = book.went(volume);
    while (!next.empty()) {
      Names more;
      for (auto const& name : next) {
        CHECK(seen.insert(name).second);
        for (auto const& passed_on : book.decide(name, Refuse{EmitEvent{}, {}})) more.push_back(passed_on);
      }
      next = more;
    }
    CHECK(seen.size() == many);
  }
}

TEST_CASE("who turns out to lie on an export when it is identified holds a directory there from then on") {
  Book book;
  auto elsewhere = volume_at("pvc-8", "/data/nfs/team-a/db", "U8");
  auto otherwise = volume_at("pvc-9", "/data/nfs/team-a/web", "U9");
  for (auto* volume : {&elsewhere, &otherwise}) volume->source.attributes["server"] = "192.0.2.1";
  elsewhere.meta.annotations.insert_or_assign(std::string(names::export_id), "EXPORT-2");
  otherwise.meta.annotations.insert_or_assign(std::string(names::export_id), "EXPORT-1");
  (void)book.came(elsewhere);
  (void)book.came(otherwise);
  (void)book.came(volume_at("pvc-7", "/data/nfs/team-a/known", "U7"));
  CHECK(book.at("team-a").size() == 1);
  auto const shown = [&](auto const& visit) {
    visit(elsewhere);
    visit(otherwise);
    visit(volume_at("pvc-0", "/data/nfs/team-a/untold", "U0"));
  };
  CHECK(std::get<Names>(book.ledger.identified(0, "EXPORT-1", shown)) == Names{"pvc-9"});
  CHECK(book.at("team-a/untold").empty());
  CHECK_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(makes(book.ask("pvc-2", "team-a/db")));
  CHECK(std::get<Names>(book.ledger.identified(0, "EXPORT-1", shown)).empty());
  CHECK(book.went(otherwise) == Names{"pvc-1"});
  CHECK(makes(book.ask("pvc-1", "team-a/web")));
}

TEST_CASE("two exports are not known by one id") {
  std::vector<Export> const exports{{"one", "nfs.example", "/one", "/one"}, {"two", "nfs.example", "/two", "/two"}};
  Ledger ledger{exports, std::string(our_name)};
  CHECK(std::holds_alternative<Names>(ledger.identified(1, "EXPORT-1", [](auto const&) {})));
  CHECK(contains(std::get<Refusal>(ledger.identified(0, "EXPORT-1", [](auto const&) {})).message,
                 "exports \"two\" at /two and \"one\" at /one are one and the same, EXPORT-1"));
  CHECK(ledger.export_ids() == Names{"", "EXPORT-1"});
  CHECK(std::holds_alternative<Names>(ledger.identified(0, "EXPORT-2", [](auto const&) {})));
}

TEST_CASE("a volume that was made for another directory than its source names frees both when it goes") {
  Book book;
  (void)book.ledger.identified(0, "EXPORT-1", [](auto const&) {});
  auto volume = volume_at("pvc-9", "/data/nfs/team-a/web", "U9");
  volume.meta.annotations.insert_or_assign(std::string(names::export_id), "EXPORT-1");
  volume.meta.annotations.insert_or_assign(std::string(names::path), "team-a/before");
  (void)book.came(volume);
  CHECK_FALSE(makes(book.ask("pvc-1", "team-a/web")));
  CHECK_FALSE(makes(book.ask("pvc-2", "team-a/before")));
  (void)book.went(volume);
  CHECK(makes(book.ask("pvc-1", "team-a/web")));
  CHECK(makes(book.ask("pvc-2", "team-a/before")));
}
