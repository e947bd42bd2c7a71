#include "provisioner/core/volume_life.hpp"

#include "provisioner/core/naming.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// What happens, by a word each, to the volume "pvc-1" of a claim "U1". The page below is read as: a life, in the order
// in which things happen to it, and what it is in the end.
struct Story {
  std::vector<Export> exports{{"default", "nfs.example", "/data/nfs", "/mnt"}};
  std::vector<std::string> ids{"EXPORT-1"};
  std::string provisioner{our_name};
  Life life;
  bool woke = false;
  bool look = false;

  [[nodiscard]] LifeSetting setting() const { return {exports, ids, provisioner}; }

  k8s::Volume volume(bool deleting = false, std::string const& policy = "Delete",
                     std::string const& directory = "team-a/web") const {
    k8s::Volume made;
    made.meta.name = "pvc-1";
    made.meta.uid = "PV-1";
    made.meta.annotations = {{std::string(names::provisioned_by), provisioner}};
    made.meta.finalizers = {std::string(names::finalizer)};
    if (deleting) made.meta.deletion_timestamp = "2026-01-01T00:00:00Z";
    made.reclaim_policy = policy;
    made.source = {"nfs", {{"server", "nfs.example"}, {"path", "/data/nfs/" + directory}}};
    made.claim_ref = k8s::ObjectReference{};
    made.claim_ref->uid = "U1";
    return made;
  }

  static Act act(Purpose purpose, std::optional<std::string_view> directory = {}) {
    Act made{purpose, {}};
    if (!directory) return made;
    k8s::ObjectReference claim;
    claim.uid = "U1";
    made.takes = Taken{path(*directory), claim};
    return made;
  }

  void happen(LifeEvent const& event) {
    auto change = next("pvc-1", life, event, {exports, ids, provisioner});
    life = std::move(change.life);
    woke = change.wake;
    look = change.look;
  }

  void decide(Decision const& decision, Decided::Volume present = Decided::Volume::there) {
    happen(Decided{decision, present, 0});
  }

  void tell(std::string_view word) {
    using Volume = Decided::Volume;
    if (word == "seen") return happen(Seen{std::make_shared<k8s::Volume const>(volume())});
    if (word == "seen kept") return happen(Seen{std::make_shared<k8s::Volume const>(volume(false, "Retain"))});
    if (word == "seen deleting") return happen(Seen{std::make_shared<k8s::Volume const>(volume(true))});
    if (word == "seen elsewhere")
      return happen(Seen{std::make_shared<k8s::Volume const>(volume(false, "Delete", "other"))});
    if (word == "gone") return happen(Gone{});
    if (word == "provision") return decide(act(Purpose::provision, "team-a/web"), Volume::none);
    if (word == "provision other") return decide(act(Purpose::provision, "other"), Volume::none);
    if (word == "bind") return decide(act(Purpose::bind));
    if (word == "settle") return decide(act(Purpose::settle));
    if (word == "settle without volume") return decide(act(Purpose::settle), Volume::none);
    if (word == "settle while deleting") return decide(act(Purpose::settle), Volume::deleting);
    if (word == "finalizer") return decide(act(Purpose::finalizer));
    if (word == "finalizer while deleting") return decide(act(Purpose::finalizer), Volume::deleting);
    if (word == "release") return decide(act(Purpose::release, "team-a/web"));
    if (word == "leave") return decide(act(Purpose::leave));
    if (word == "undo") return decide(act(Purpose::undo, "team-a/web"), Volume::none);
    if (word == "undo with volume") return decide(act(Purpose::undo, "team-a/web"));
    if (word == "wait") return decide(Wait{Reason::directory_soon_free, "pvc-2"});
    if (word == "wait without volume") return decide(Wait{Reason::directory_soon_free, "pvc-2"}, Volume::none);
    if (word == "rest") return decide(LeaveAlone{Reason::nothing_due});
    if (word == "rest while deleting") return decide(LeaveAlone{Reason::volume_does_not_wait}, Volume::deleting);
    if (word == "rest without volume") return decide(LeaveAlone{Reason::nothing_there}, Volume::none);
    if (word == "released") return happen(Acted{Purpose::release, true});
    if (word == "left") return happen(Acted{Purpose::leave, true});
    if (word == "undone") return happen(Acted{Purpose::undo, false});
    if (word == "bound") return happen(Acted{Purpose::bind, true});
    if (word == "settled without volume") return happen(Acted{Purpose::settle, false});
    if (word == "intent written") return happen(IntentWritten{{0, path("team-a/web")}});
    if (word == "intent resumed") return happen(IntentResumed{{0, path("team-a/web")}, {}});
    if (word == "intent gone") return happen(IntentGone{});
    if (word == "lost") return happen(Lost{{{0, path("team-a/web")}, {}, "NS-UID", "volumen-tipo-ivan"}});
    if (word == "keep lost") return decide(act(Purpose::release, "team-a/web"), Volume::none);
    if (word == "kept") return happen(Acted{Purpose::release, false});
    FAIL("no such word: " << word);
  }

  // "holds team-a/web, moves", and "unseen" where no watch will show its end.
  [[nodiscard]] std::string end() const {
    if (is_blank(life)) return "blank";
    auto const held = holding(life);
    if (!held) return "holds nothing";
    auto const& who = held->occupant;
    std::string text = "holds " + held->directory.path.text();
    if (who.motion == Motion::moves) text += ", moves";
    if (who.motion == Motion::leaves) text += ", leaves";
    if (!who.deletes) text += ", kept";
    if (holds_unseen(life)) text += ", unseen";
    return text;
  }
};

struct Row {
  std::vector<std::string_view> events;
  std::string_view end;
  bool wakes;  ///< the last event wakes those who wait for the volume
};

void check(std::vector<Row> const& rows) {
  for (auto const& row : rows) {
    Story story;
    std::string told;
    for (auto const& word : row.events) {
      story.tell(word);
      told += (told.empty() ? "" : ", ") + std::string(word);
    }
    CAPTURE(told);
    CHECK(story.end() == row.end);
    CHECK(story.woke == row.wakes);
  }
}

}  // namespace

TEST_CASE("a directory is held from the decision to make it, in motion until the watch shows its volume") {
  check({
      {{"provision"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "intent written", "intent gone", "bound"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "seen"}, "holds team-a/web", true},
      {{"provision", "bind", "rest"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "seen", "seen elsewhere"}, "holds other", true},
      {{"seen kept"}, "holds team-a/web, kept", true},
      {{"provision", "provision"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "provision other"}, "holds other, moves, unseen", true},
  });
}

TEST_CASE("what is being made for a volume that turns out to stand elsewhere is held, too, until the next decision") {
  Story story;
  for (auto const* word : {"provision", "intent written", "seen elsewhere", "intent gone", "seen elsewhere"}) {
    story.tell(word);
  }
  auto const held = holding(story.life);
  REQUIRE(held);
  CHECK(held->directory == Directory{0, path("other")});
  CHECK(held->also == Directory{0, path("team-a/web")});
  CHECK(held->occupant.motion == Motion::moves);
  CHECK_FALSE(is_plain(story.life));
  story.tell("rest");
  CHECK(story.woke);
  CHECK(story.end() == "holds other");
  CHECK_FALSE(holding(story.life)->also);
  CHECK(is_plain(story.life));
}

TEST_CASE("what was begun for no volume is held until it is undone, and then wakes those who wait") {
  check({
      {{"provision", "intent written", "rest without volume"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "intent written", "wait without volume"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "rest without volume"}, "blank", true},
      {{"provision", "intent written", "undo"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "intent written", "undo", "intent gone", "undone"}, "blank", true},
      {{"provision", "intent written", "settle without volume"}, "holds team-a/web, moves, unseen", false},
      {{"provision", "intent written", "settle without volume", "intent gone", "settled without volume"},
       "blank",
       true},
  });
}

TEST_CASE("an intent from before the start is held as if this program had decided to make its directory") {
  check({
      {{"intent resumed"}, "holds team-a/web, moves, unseen", false},
      {{"intent resumed", "rest while deleting"}, "holds team-a/web, moves, unseen", false},
      {{"intent resumed", "intent gone", "rest without volume"}, "blank", true},
      {{"seen elsewhere", "intent resumed"}, "holds other", false},
  });
}

TEST_CASE("a volume that the records alone know holds its directory until it is dealt with, or seen after all") {
  check({
      {{"lost"}, "holds team-a/web, kept, unseen", false},
      {{"lost", "rest without volume"}, "blank", true},
      {{"lost", "keep lost"}, "holds team-a/web, moves, unseen", false},
      {{"lost", "keep lost", "kept"}, "blank", true},
      {{"lost", "seen"}, "holds team-a/web", true},
      {{"lost", "seen", "gone"}, "blank", true},
      {{"lost", "provision"}, "holds team-a/web, moves, unseen", false},
      {{"seen elsewhere", "lost"}, "holds other", false},
      {{"provision", "lost"}, "holds team-a/web, moves, unseen", false},
  });
}

TEST_CASE("what the records say of a lost volume is known until its directory is dealt with") {
  Story story;
  for (auto const* word : {"lost", "keep lost"}) {
    story.tell(word);
    REQUIRE(story.life.lost);
    CHECK(story.life.lost->namespace_uid == "NS-UID");
  }
  SECTION("by us") {
    story.tell("kept");
  }
  SECTION("by its claim, for which it is made again") {
    story.tell("provision");
  }
  SECTION("by nobody, since it is there") {
    story.tell("seen"), story.tell("rest");
  }
  CHECK_FALSE(story.life.lost);
}

TEST_CASE("a release holds its directory until it is over, and not a look longer") {
  check({
      {{"seen", "release"}, "holds team-a/web, moves", false},
      {{"seen", "release", "released"}, "holds nothing", true},
      {{"seen", "release", "released", "seen deleting"}, "holds nothing", false},
      {{"seen", "release", "released", "gone"}, "blank", false},
      {{"seen", "release", "gone"}, "holds team-a/web, moves", false},
      {{"seen", "release", "gone", "released"}, "blank", true},
      {{"seen", "release", "gone", "rest without volume"}, "blank", true},
      {{"seen", "gone", "release"}, "holds team-a/web, moves, unseen", false},
      {{"seen", "gone", "release", "released"}, "blank", true},
  });
}

TEST_CASE("a volume that is edited while it is being released is not given to others before that is over") {
  check({
      {{"seen", "release", "seen kept"}, "holds team-a/web, moves", false},
      {{"seen", "release", "seen kept", "rest"}, "holds team-a/web, kept", true},
      {{"seen", "release", "seen kept", "finalizer"}, "holds team-a/web, kept", true},
      {{"seen", "release", "seen kept", "settle"}, "holds team-a/web, kept", true},
      {{"release", "finalizer", "seen kept", "settle"}, "holds team-a/web, kept", true},
      {{"seen", "release", "wait"}, "holds team-a/web", true},
      {{"seen", "undo with volume", "seen"}, "holds team-a/web, moves", false},
      {{"seen", "undo with volume", "rest"}, "holds team-a/web", true},
  });
}

TEST_CASE("a volume that a lagging watch shows after its release holds nothing, one that was made again does") {
  Story story;
  for (auto const* word : {"seen", "release", "released", "seen"}) story.tell(word);
  CHECK(story.end() == "holds nothing");
  CHECK(story.look);  // a fresh read tells which of the two it is
  SECTION("it is being deleted") {
    story.tell("rest while deleting");
    CHECK(story.end() == "holds nothing");
    story.tell("seen deleting");
    CHECK_FALSE(story.look);
  }
  SECTION("it is there again") {
    story.tell("rest");
    CHECK(story.end() == "holds team-a/web");
  }
}

TEST_CASE("who leaves its directory to others does so until it is gone, or stays after all") {
  check({
      {{"seen", "leave"}, "holds team-a/web, leaves", false},
      {{"seen", "leave", "left"}, "holds nothing", true},
      {{"seen", "leave", "gone"}, "holds team-a/web, leaves", false},
      {{"seen", "leave", "gone", "rest without volume"}, "blank", true},
      {{"seen", "leave", "settle while deleting"}, "holds team-a/web, leaves", false},
      {{"seen", "leave", "finalizer while deleting"}, "holds team-a/web, leaves", false},
      {{"seen", "leave", "rest while deleting"}, "holds team-a/web, leaves", false},
      {{"seen", "leave", "rest"}, "holds team-a/web", true},
      {{"seen", "leave", "finalizer"}, "holds team-a/web", true},
      {{"seen", "leave", "wait"}, "holds team-a/web", true},
      {{"seen", "leave", "release"}, "holds team-a/web, moves", true},
  });
}

TEST_CASE("a volume that went while its intent stands holds its directory until that is undone") {
  check({
      {{"seen", "gone"}, "blank", true},
      {{"seen kept", "intent written", "gone"}, "holds team-a/web, moves, unseen", true},
      {{"seen kept", "intent written", "gone", "undo", "intent gone", "undone"}, "blank", true},
      {{"provision", "seen", "intent written", "gone"}, "holds team-a/web, moves, unseen", true},
  });
}

TEST_CASE("a volume that a watch shows while a decision knew of none keeps its directory") {
  check({
      {{"seen", "rest without volume"}, "holds team-a/web", false},
      {{"seen", "wait without volume"}, "holds team-a/web", false},
  });
}

TEST_CASE("a volume that is no more waited for by us leaves its directory to those who share it") {
  Story story;
  auto going = story.volume(true);
  going.meta.finalizers.clear();
  story.happen(Seen{std::make_shared<k8s::Volume const>(going)});
  CHECK(story.end() == "holds team-a/web, leaves");
}

TEST_CASE("the release of a volume is over once it is Released, being deleted, and without our finalizer") {
  struct Row {
    std::string what;
    std::function<void(k8s::Volume&)> change;
    bool over;
  };
  std::vector<Row> const table{
      {"as it is, kept by somebody else's finalizer", [](k8s::Volume&) {}, true},
      {"our finalizer is on it", [](k8s::Volume& it) { it.meta.finalizers.emplace_back(names::finalizer); }, false},
      {"not being deleted", [](k8s::Volume& it) { it.meta.deletion_timestamp.clear(); }, false},
      {"still Bound", [](k8s::Volume& it) { it.phase = "Bound"; }, false},
      {"to be kept", [](k8s::Volume& it) { it.reclaim_policy = "Retain"; }, false},
      {"not ours", [](k8s::Volume& it) { it.meta.annotations.clear(); }, false},
  };
  for (auto const& row : table) {
    Story story;
    auto volume = story.volume(true);
    volume.meta.finalizers = {"example.com/backup"};
    volume.phase = "Released";
    row.change(volume);
    story.happen(Seen{std::make_shared<k8s::Volume const>(volume)});
    INFO(row.what);
    CHECK(holding(story.life)->occupant.over == row.over);
    CHECK(story.woke);
  }
}

TEST_CASE("what a volume had begun is looked at once more, when it has left its directory to others and is gone") {
  Story story;
  for (auto const* word : {"seen", "intent written", "leave"}) story.tell(word);
  SECTION("gone after that") {
    story.tell("left");
    CHECK_FALSE(story.look);
    story.tell("gone");
  }
  SECTION("gone before that") {
    story.tell("gone");
    story.tell("left");
  }
  CHECK(story.look);
  CHECK(story.end() == "holds nothing");
  story.tell("settle without volume");
  story.tell("intent gone");
  story.tell("settled without volume");
  CHECK(story.end() == "blank");
}

TEST_CASE("a volume that cannot be read any more keeps its directory, one that never could may be anywhere") {
  Story story;
  SECTION("it was read before") {
    story.tell("seen");
    story.happen(SetAside{});
    CHECK_FALSE(may_be_anywhere(story.life));
    CHECK(holding(story.life)->occupant.unreadable);
    story.tell("seen");
    CHECK_FALSE(holding(story.life)->occupant.unreadable);
  }
  SECTION("it was never read") {
    story.happen(SetAside{});
    CHECK(may_be_anywhere(story.life));
    SECTION("it can be read by now") {
      story.tell("seen");
    }
    SECTION("it is gone") {
      story.tell("gone");
      CHECK(is_blank(story.life));
    }
    CHECK(story.woke);
    CHECK_FALSE(may_be_anywhere(story.life));
  }
}

TEST_CASE("a volume on an export that is called otherwise holds its directory as soon as that export is identified") {
  Story story;
  auto volume = story.volume();
  volume.source.attributes["server"] = "192.0.2.1";
  volume.meta.annotations.insert_or_assign(std::string(names::export_id), "EXPORT-1");
  volume.meta.annotations.insert_or_assign(std::string(names::path), "team-a/web");
  story.ids = {""};
  story.happen(Seen{std::make_shared<k8s::Volume const>(volume)});
  CHECK(story.end() == "holds nothing");
  CHECK_FALSE(is_blank(story.life));
  CHECK(is_plain(story.life));
  story.ids = {"EXPORT-1"};
  story.life = shown_anew(story.life, volume, story.setting());
  CHECK(story.end() == "holds team-a/web");
}

TEST_CASE("a volume whose source names another directory than it was made for holds both") {
  Story story;
  auto volume = story.volume();
  volume.meta.annotations.insert_or_assign(std::string(names::export_id), "EXPORT-1");
  volume.meta.annotations.insert_or_assign(std::string(names::path), "team-a/before");
  story.happen(Seen{std::make_shared<k8s::Volume const>(volume)});
  auto const held = holding(story.life);
  REQUIRE(held);
  CHECK(held->directory == Directory{0, path("team-a/web")});
  CHECK(held->also == Directory{0, path("team-a/before")});
  CHECK_FALSE(is_plain(story.life));
  volume.meta.annotations.insert_or_assign(std::string(names::path), "team-a/web");
  story.happen(Seen{std::make_shared<k8s::Volume const>(volume)});
  CHECK_FALSE(holding(story.life)->also);
}

TEST_CASE("a life is plain while nothing is to be known of it beside what the watch shows") {
  Story story;
  CHECK_FALSE(is_plain(story.life));
  auto const [words, plain] = GENERATE(table<std::vector<std::string_view>, bool>({
      {{"seen"}, true},
      {{"seen", "bind"}, true},
      {{"seen", "gone"}, false},
      {{"seen", "release"}, false},
      {{"seen", "release", "released"}, false},
      {{"seen", "leave"}, false},
      {{"seen", "intent resumed"}, false},
      {{"seen", "intent resumed", "intent gone"}, true},
      {{"provision", "seen"}, true},
      {{"provision"}, false},
      {{"lost"}, false},
      {{"lost", "seen"}, true},
  }));
  for (auto const& word : words) story.tell(word);
  CAPTURE(words);
  CHECK(is_plain(story.life) == plain);
}
