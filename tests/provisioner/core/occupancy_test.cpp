#include "provisioner/core/occupancy.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "core_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;

Occupant occupant(std::string volume) {
  Occupant result;
  result.volume = std::move(volume);
  return result;
}

std::vector<std::string> seen(Occupancy const& occupancy, std::string_view at) {
  std::vector<std::string> result;
  for (auto const& entry : occupancy.overlapping(path(at))) {
    result.push_back(entry.path.text() + "=" + entry.occupant.volume);
  }
  return result;
}

using Names = std::vector<std::string>;

TEST_CASE("Overlapping are those above, the equal ones and those below, from the root down") {
  Occupancy occupancy;
  // Names that sort between "a" and "a/": '!', '-' and '.' are smaller bytes than '/'.
  for (auto const* each : {"a", "a/b", "a/b/c", "a/b/d", "a/c", "a!", "a-", "a-/b", "a.", "a.b/c", "aa", "b", "a/b!"}) {
    occupancy.put(path(each), occupant(std::string("pv-") + each));
  }
  CHECK(seen(occupancy, "a") ==
        Names{"a=pv-a", "a/b=pv-a/b", "a/b/c=pv-a/b/c", "a/b/d=pv-a/b/d", "a/b!=pv-a/b!", "a/c=pv-a/c"});
  CHECK(seen(occupancy, "a/b") == Names{"a=pv-a", "a/b=pv-a/b", "a/b/c=pv-a/b/c", "a/b/d=pv-a/b/d"});
  CHECK(seen(occupancy, "a/b/c/x/y") == Names{"a=pv-a", "a/b=pv-a/b", "a/b/c=pv-a/b/c"});
  CHECK(seen(occupancy, "a.b") == Names{"a.b/c=pv-a.b/c"});
  CHECK(seen(occupancy, "c").empty());
  CHECK(seen(occupancy, "a.b/d").empty());
}

TEST_CASE("A volume that may be in two directories holds both, and gives both up at once") {
  Occupancy occupancy;
  auto who = occupant("pv-1");
  who.claim_namespace = "team-a";
  who.claim_name = "web";
  occupancy.put(path("a"), who);
  occupancy.put_also(path("b"), who);
  occupancy.put_also(path("b"), who);
  CHECK(seen(occupancy, "a/x") == Names{"a=pv-1"});
  CHECK(seen(occupancy, "b") == Names{"b=pv-1"});
  CHECK(occupancy.of_claim("team-a", "web").size() == 2);
  SECTION("one that is put anew has one directory") {
    occupancy.put(path("c"), who);
    CHECK(seen(occupancy, "c") == Names{"c=pv-1"});
    CHECK(occupancy.of_claim("team-a", "web").size() == 1);
  }
  SECTION("one that goes has none") {
    occupancy.erase("pv-1");
    CHECK(occupancy.size() == 0);
    CHECK(occupancy.of_claim("team-a", "web").empty());
  }
  CHECK(seen(occupancy, "a").empty());
  CHECK(seen(occupancy, "b").empty());
}

TEST_CASE("Of thousands below a directory only some are told, of those at it and above it all") {
  Occupancy occupancy;
  occupancy.put(path("a"), occupant("pv-above"));
  for (int i = 0; i < 1000; ++i) {
    occupancy.put(path("a/b"), occupant("pv-at-" + std::to_string(i)));
    occupancy.put(path("a/b/c" + std::to_string(i)), occupant("pv-below-" + std::to_string(i)));
  }
  auto const all = occupancy.overlapping(path("a/b"));
  auto const count = [&](std::string_view prefix) {
    return std::ranges::count_if(all, [&](auto const& entry) { return entry.occupant.volume.starts_with(prefix); });
  };
  CHECK(count("pv-above") == 1);
  CHECK(count("pv-at-") == 1000);
  CHECK(count("pv-below-") == 100);
}

TEST_CASE("A volume has one directory, and a directory may have many volumes") {
  Occupancy occupancy;
  occupancy.put(path("a"), occupant("pv-2"));
  occupancy.put(path("a"), occupant("pv-1"));
  CHECK(seen(occupancy, "a") == Names{"a=pv-1", "a=pv-2"});

  occupancy.put(path("b"), occupant("pv-1"));
  CHECK(seen(occupancy, "a") == Names{"a=pv-2"});
  CHECK(seen(occupancy, "b") == Names{"b=pv-1"});
  CHECK(occupancy.size() == 2);

  auto again = occupant("pv-1");
  again.claim_name = "new";
  occupancy.put(path("b"), again);
  CHECK(occupancy.overlapping(path("b")).at(0).occupant.claim_name == "new");

  occupancy.erase("pv-1");
  occupancy.erase("pv-1");
  occupancy.erase("unheard-of");
  CHECK(seen(occupancy, "b").empty());
  CHECK(occupancy.size() == 1);
}

TEST_CASE("An occupancy is a value") {
  Occupancy one;
  one.put(path("a"), occupant("pv-1"));
  auto other = one;
  other.erase("pv-1");
  CHECK(seen(one, "a") == Names{"a=pv-1"});
  CHECK(other.size() == 0);
}

Names seen_of(Occupancy const& occupancy, std::string_view claim) {
  Names result;
  for (auto const& entry : occupancy.of_claim("mine", claim))
    result.push_back(entry.path.text() + "=" + entry.occupant.volume);
  return result;
}

std::string any_path() {
  auto const component = rc::gen::element<std::string>("a", "b", "a-", "a!", "a.b", "aa", "\xff", "ns");
  auto const depth = *rc::gen::inRange(1, 4);
  std::string result;
  for (int i = 0; i < depth; ++i) result += (i == 0 ? "" : "/") + *component;
  return result;
}

TEST_CASE("After any puts and erases, an occupancy answers as a plain list would") {
  CHECK(rc::check("occupancy against a list", [] {
    Occupancy occupancy;
    std::map<std::string, RelativePath> list;
    std::map<std::string, std::string> claims;
    auto const steps = *rc::gen::inRange(0, 60);
    for (int step = 0; step < steps; ++step) {
      auto const volume = "pv-" + std::to_string(*rc::gen::inRange(0, 20));
      if (*rc::gen::inRange(0, 4) == 0) {
        occupancy.erase(volume);
        list.erase(volume);
        claims.erase(volume);
      } else {
        auto const where = path(any_path());
        auto who = occupant(volume);
        who.claim_namespace = "mine";
        who.claim_name = *rc::gen::element<std::string>("one", "two", "");
        occupancy.put(where, who);
        claims.insert_or_assign(volume, who.claim_name);
        list.insert_or_assign(volume, where);
      }
    }
    for (std::string const name : {"one", "two"}) {
      Names known;
      for (auto const& [volume, who] : claims)
        if (who == name) known.push_back(list.at(volume).text() + "=" + volume);
      RC_ASSERT(seen_of(occupancy, name) == known);
    }
    RC_ASSERT(occupancy.size() == list.size());
    auto const asked = path(any_path());
    Names expected;
    for (auto const& [volume, where] : list) {
      if (where.overlaps(asked)) expected.push_back(where.text() + "=" + volume);
    }
    auto answered = seen(occupancy, asked.text());
    std::ranges::sort(answered);
    std::ranges::sort(expected);
    RC_ASSERT(answered == expected);
  }));
}

// --- may_use

enum class Where { equal, above, below };
enum class State { live, without_claim, soon_free, kept };
enum class Kin { same_claim, same_namespace, same_name_elsewhere, stranger };
enum class Verdict { free, wait, held };

struct Meeting {
  Where where;
  State state;
  Kin kin;
  SharedDirectory sharing;
};

Asker const asker{"mine", "web", "uid-asker", "uid-of-mine"};
auto const wanted = path("x/y");

Occupancy::Entry occupant_of(Meeting const& meeting) {
  auto other = occupant("pv-other");
  other.claim_uid = meeting.state == State::without_claim ? "" : "uid-other";
  other.deletes = meeting.state != State::kept;
  bool const same_namespace = meeting.kin == Kin::same_claim || meeting.kin == Kin::same_namespace;
  bool const same_name = meeting.kin == Kin::same_claim || meeting.kin == Kin::same_name_elsewhere;
  other.claim_namespace = same_namespace ? "mine" : "secret-space";
  other.namespace_uid = same_namespace ? "uid-of-mine" : "uid-of-theirs";
  other.claim_name = same_name ? "web" : "other-claim";
  auto const* at = meeting.where == Where::equal ? "x/y" : meeting.where == Where::above ? "x" : "x/y/secret-dir";
  return {path(at), other};
}

PathVerdict verdict_of(Meeting const& meeting) {
  bool const exists = meeting.state == State::live;
  return may_use(asker, wanted, meeting.sharing, {occupant_of(meeting)}, [exists](auto) { return exists; });
}

Verdict kind_of(PathVerdict const& verdict) {
  auto const* const held = std::get_if<PathHeld>(&verdict);
  if (held == nullptr) return Verdict::free;
  return held->soon_free ? Verdict::wait : Verdict::held;
}

constexpr auto all_places = {Where::equal, Where::above, Where::below};
constexpr auto all_states = {State::live, State::without_claim, State::soon_free, State::kept};
constexpr auto all_kins = {Kin::same_claim, Kin::same_namespace, Kin::same_name_elsewhere, Kin::stranger};
constexpr auto all_sharings = {SharedDirectory::never, SharedDirectory::same_namespace, SharedDirectory::always};

std::vector<Meeting> all_meetings() {
  std::vector<Meeting> result;
  for (auto const where : all_places) {
    for (auto const state : all_states) {
      for (auto const kin : all_kins) {
        for (auto const sharing : all_sharings) result.push_back({where, state, kin, sharing});
      }
    }
  }
  return result;
}

std::string shown(Meeting const& meeting) {
  auto const number = [](auto value) { return std::to_string(static_cast<int>(value)); };
  return "place " + number(meeting.where) + " state " + number(meeting.state) + " kin " + number(meeting.kin) +
         " sharing " + number(meeting.sharing);
}

TEST_CASE("Who may use an equal path is a table of the occupant's state, its kin to the asker and the sharing") {
  constexpr auto free = Verdict::free;
  constexpr auto wait = Verdict::wait;
  constexpr auto held = Verdict::held;
  struct Row {
    State state;
    Kin kin;
    Verdict never, same_namespace, always;
  };
  Row const table[] = {
      {State::live, Kin::same_claim, held, free, free},
      {State::live, Kin::same_namespace, held, free, free},
      {State::live, Kin::same_name_elsewhere, held, held, free},
      {State::live, Kin::stranger, held, held, free},
      {State::without_claim, Kin::same_claim, held, free, free},
      {State::without_claim, Kin::same_namespace, held, free, free},
      {State::without_claim, Kin::same_name_elsewhere, held, held, free},
      {State::without_claim, Kin::stranger, held, held, free},
      {State::soon_free, Kin::same_claim, wait, wait, wait},
      {State::soon_free, Kin::same_namespace, wait, wait, wait},
      {State::soon_free, Kin::same_name_elsewhere, wait, wait, wait},
      {State::soon_free, Kin::stranger, wait, wait, wait},
      {State::kept, Kin::same_claim, free, free, free},
      {State::kept, Kin::same_namespace, held, free, free},
      {State::kept, Kin::same_name_elsewhere, held, held, free},
      {State::kept, Kin::stranger, held, held, free},
  };
  for (auto const& row : table) {
    auto const verdict = [&row](SharedDirectory sharing) {
      return kind_of(verdict_of({Where::equal, row.state, row.kin, sharing}));
    };
    INFO(shown({Where::equal, row.state, row.kin, SharedDirectory::never}));
    CHECK(verdict(SharedDirectory::never) == row.never);
    CHECK(verdict(SharedDirectory::same_namespace) == row.same_namespace);
    CHECK(verdict(SharedDirectory::always) == row.always);
  }
}

TEST_CASE("Nobody may use a path above or below another's, whatever is shared") {
  for (auto const& meeting : all_meetings()) {
    if (meeting.where == Where::equal) continue;
    INFO(shown(meeting));
    CHECK(kind_of(verdict_of(meeting)) == (meeting.state == State::soon_free ? Verdict::wait : Verdict::held));
  }
}

TEST_CASE("A verdict names its own namespace's claim and volume, and nothing of another namespace") {
  for (auto const& meeting : all_meetings()) {
    auto const verdict = verdict_of(meeting);
    auto const* const held = std::get_if<PathHeld>(&verdict);
    if (held == nullptr) continue;
    INFO(shown(meeting) << ": " << held->message);
    CHECK(held->volume == "pv-other");
    CHECK(is_one_line(held->message));
    CHECK(contains(held->message, "\"x/y\""));
    bool const same_namespace = meeting.kin == Kin::same_claim || meeting.kin == Kin::same_namespace;
    CHECK(contains(held->message, "pv-other") == same_namespace);
    CHECK(contains(held->message, occupant_of(meeting).occupant.claim_name) == same_namespace);
    CHECK(contains(held->message, "secret-dir") == (same_namespace && meeting.where == Where::below));
    CHECK_FALSE(contains(held->message, "secret-space"));
    CHECK_FALSE(contains(held->message, "uid-other"));
    CHECK(contains(held->message, meeting.state == State::soon_free ? "waiting" : "class parameter"));
  }
}

TEST_CASE("The asker's own volume never blocks, wherever it stands") {
  for (auto meeting : all_meetings()) {
    auto entry = occupant_of(meeting);
    entry.occupant.claim_uid = asker.uid;
    auto const verdict = may_use(asker, wanted, meeting.sharing, {entry}, [](auto) { return true; });
    CHECK(kind_of(verdict) == Verdict::free);
  }
}

TEST_CASE("A volume without a claim is not the asker's own, though both uids be empty") {
  Asker const nameless{"mine", "web", ""};
  auto const entry = occupant_of({Where::equal, State::without_claim, Kin::stranger, SharedDirectory::never});
  auto const exists = [](auto) { return false; };
  CHECK(kind_of(may_use(nameless, wanted, SharedDirectory::never, {entry}, exists)) == Verdict::held);
}

TEST_CASE("A volume that belongs to no namespace is of no claim's namespace") {
  auto entry = occupant_of({Where::equal, State::without_claim, Kin::stranger, SharedDirectory::never});
  entry.occupant.claim_namespace = entry.occupant.claim_name = "";
  auto const exists = [](auto) { return false; };
  auto const verdict = may_use(asker, wanted, SharedDirectory::same_namespace, {entry}, exists);
  REQUIRE(kind_of(verdict) == Verdict::held);
  CHECK_FALSE(contains(std::get<PathHeld>(verdict).message, "pv-other"));
}

TEST_CASE("Nobody joins a directory that is in motion, and whoever could share it waits") {
  for (auto const& meeting : all_meetings()) {
    auto entry = occupant_of(meeting);
    bool const exists = meeting.state == State::live;
    auto const verdict = [&] {
      return may_use(asker, wanted, meeting.sharing, {entry}, [exists](auto) { return exists; });
    };
    auto const at_rest = kind_of(verdict());
    entry.occupant.motion = Motion::moves;
    auto const in_motion = verdict();
    INFO(shown(meeting));
    CHECK(kind_of(in_motion) == (at_rest == Verdict::free ? Verdict::wait : at_rest));
    if (at_rest != Verdict::free) continue;
    CHECK(contains(std::get<PathHeld>(in_motion).message, "just being made or given up"));
    CHECK_FALSE(contains(std::get<PathHeld>(in_motion).message, "secret-space"));
  }
}

TEST_CASE("To share within a namespace is not to share with one of that name that is gone") {
  struct Row {
    std::string occupant, asker;
    Verdict verdict;
  };
  Row const table[] = {{"uid-1", "uid-1", Verdict::free},
                       {"uid-1", "uid-2", Verdict::held},
                       {"", "uid-2", Verdict::held},
                       {"uid-1", "", Verdict::held},
                       {"", "", Verdict::held}};
  for (auto const& row : table) {
    auto entry = occupant_of({Where::equal, State::kept, Kin::same_namespace, SharedDirectory::same_namespace});
    entry.occupant.namespace_uid = row.occupant;
    auto of_namespace = asker;
    of_namespace.namespace_uid = row.asker;
    auto const none = [](auto) { return false; };
    INFO(row.occupant << " asked by " << row.asker);
    auto const verdict = may_use(of_namespace, wanted, SharedDirectory::same_namespace, {entry}, none);
    CHECK(kind_of(verdict) == row.verdict);
    if (row.verdict == Verdict::held) CHECK_FALSE(contains(std::get<PathHeld>(verdict).message, "pv-other"));
    // One whose claim is there cannot be of an earlier namespace.
    auto const there = [](auto) { return true; };
    CHECK(kind_of(may_use(of_namespace, wanted, SharedDirectory::same_namespace, {entry}, there)) == Verdict::free);
    // The same goes for what a claim of the very same name kept, unless the class consents.
    entry.occupant.claim_name = asker.name;
    CHECK(kind_of(may_use(of_namespace, wanted, SharedDirectory::never, {entry}, none)) == row.verdict);
    of_namespace.across_namespace_uid = true;
    CHECK(kind_of(may_use(of_namespace, wanted, SharedDirectory::never, {entry}, none)) == Verdict::free);
  }
}

TEST_CASE("Consent to an earlier namespace's data is for a claim of the same name alone") {
  auto consents = asker;
  consents.across_namespace_uid = true;
  auto const none = [](auto) { return false; };
  for (auto const kin : {Kin::same_namespace, Kin::same_name_elsewhere, Kin::stranger}) {
    auto entry = occupant_of({Where::equal, State::kept, kin, SharedDirectory::never});
    entry.occupant.namespace_uid = "uid-of-earlier";
    CHECK(kind_of(may_use(consents, wanted, SharedDirectory::never, {entry}, none)) == Verdict::held);
  }
}

TEST_CASE("A namespace that is older than a kept volume is the one in which that volume's claim was") {
  struct Row {
    std::string namespace_made, volume_made;
    Verdict verdict;
  };
  Row const table[] = {{"2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", Verdict::free},
                       {"2026-01-01T00:00:01Z", "2026-01-01T00:00:01Z", Verdict::held},
                       {"2026-01-01T00:00:02Z", "2026-01-01T00:00:01Z", Verdict::held},
                       {"", "2026-01-01T00:00:01Z", Verdict::held},
                       {"2026-01-01T00:00:00Z", "", Verdict::held}};
  for (auto const& row : table) {
    auto entry = occupant_of({Where::equal, State::kept, Kin::same_claim, SharedDirectory::never});
    entry.occupant.namespace_uid.clear();
    entry.occupant.made_at = row.volume_made;
    auto who = asker;
    who.namespace_made_at = row.namespace_made;
    auto const none = [](auto) { return false; };
    INFO(row.namespace_made << " and " << row.volume_made);
    auto const verdict = may_use(who, wanted, SharedDirectory::never, {entry}, none);
    CHECK(kind_of(verdict) == row.verdict);
    if (row.verdict == Verdict::held)
      CHECK(contains(std::get<PathHeld>(verdict).message, "class parameter restoreAcrossNamespaceUid"));
  }
}

TEST_CASE("What another provisioner is about to delete is waited for, as our own is") {
  auto const none = [](auto) { return false; };
  for (auto const& meeting : all_meetings()) {
    if (meeting.state != State::kept) continue;
    auto entry = occupant_of(meeting);
    entry.occupant.goes_elsewhere = true;
    INFO(shown(meeting));
    auto const verdict = may_use(asker, wanted, meeting.sharing, {entry}, none);
    CHECK(kind_of(verdict) == Verdict::wait);
    CHECK(contains(std::get<PathHeld>(verdict).message, "the other provisioner"));
  }
}

TEST_CASE("Who shares a directory keeps data as long as the other does, for the last one deals with all of it") {
  using Kept = std::optional<std::chrono::seconds>;
  Kept const values[] = {Kept(0), Kept(60), std::nullopt};
  for (auto const& of_occupant : values) {
    for (auto const& of_asker : values) {
      auto entry = occupant_of({Where::equal, State::live, Kin::stranger, SharedDirectory::always});
      entry.occupant.kept_for = of_occupant;
      auto who = asker;
      who.kept_for = of_asker;
      auto const verdict = may_use(who, wanted, SharedDirectory::always, {entry}, [](auto) { return true; });
      REQUIRE(kind_of(verdict) == (of_occupant == of_asker ? Verdict::free : Verdict::held));
      if (of_occupant == of_asker) continue;
      CHECK(contains(std::get<PathHeld>(verdict).message, "class parameters onDelete, archiveRetention"));
      CHECK_FALSE(contains(std::get<PathHeld>(verdict).message, "secret-space"));
    }
  }
}

TEST_CASE("A directory is shared with all on it but the asker's own past") {
  for (auto const& meeting : all_meetings()) {
    bool const exists = meeting.state == State::live;
    auto const shared = shared_with(asker, wanted, {occupant_of(meeting)}, [exists](auto) { return exists; });
    bool const own_past = meeting.state == State::kept && meeting.kin == Kin::same_claim;
    INFO(shown(meeting));
    REQUIRE(shared.has_value() == (meeting.where == Where::equal && !own_past));
    if (!shared) continue;
    CHECK(shared->volume == "pv-other");
    CHECK_FALSE(contains(shared->message, "secret-space"));
  }
  auto own = occupant_of({Where::equal, State::live, Kin::same_claim, SharedDirectory::always});
  own.occupant.claim_uid = asker.uid;
  CHECK_FALSE(shared_with(asker, wanted, {own}, [](auto) { return true; }));
}

TEST_CASE("A lasting block is reported before a momentary one") {
  auto soon = occupant_of({Where::above, State::soon_free, Kin::same_claim, SharedDirectory::never});
  soon.occupant.volume = "pv-soon";
  soon.occupant.claim_uid = "uid-gone";
  auto const live = occupant_of({Where::equal, State::live, Kin::same_namespace, SharedDirectory::never});
  auto const exists = [](std::string_view uid) { return uid == "uid-other"; };

  auto const both = may_use(asker, wanted, SharedDirectory::never, {soon, live}, exists);
  REQUIRE(kind_of(both) == Verdict::held);
  CHECK(std::get<PathHeld>(both).volume == "pv-other");

  auto const shared = may_use(asker, wanted, SharedDirectory::same_namespace, {soon, live}, exists);
  REQUIRE(kind_of(shared) == Verdict::wait);
  CHECK(std::get<PathHeld>(shared).volume == "pv-soon");
}

TEST_CASE("A path on which nobody stands is free") {
  CHECK(kind_of(may_use(asker, wanted, SharedDirectory::never, {}, [](auto) { return true; })) == Verdict::free);
}

}  // namespace
}  // namespace nfs
