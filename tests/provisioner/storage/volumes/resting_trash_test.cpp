// What rests in the trash: how it gets there, what is known of it, and how it leaves.
#include <algorithm>

#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using namespace std::chrono_literals;

constexpr k8s::WallTime noon{std::chrono::seconds(1'767'268'800)};

/// An export with a clock, where `team-a/web` rests in the trash since noon.
struct Resting : Export {
  k8s::WallTime now = noon;

  Resting() {
    files.set_clock([this] { return now; });
    files.put_file("team-a/web/token", "precious");
    REQUIRE(outcome(store.rest(trash_record_of("team-a/web"))) == "trashed");
  }
  std::string token(std::string const& name = "pvc-1") { return at(own_layout.resting_of(name) + "/token"); }
  std::string record(std::string const& name = "pvc-1") { return at(own_layout.resting_record_of(name)); }
};

TEST_CASE("what is deleted rests in the trash, with a record of whose it was, and is not to be removed") {
  Resting place;
  CHECK(place.token() == "file precious");
  CHECK_FALSE(place.has("team-a"));
  CHECK(place.store.trashed()->empty());
  CHECK(place.store.resting()->trees == std::vector<std::string>{"pvc-1"});
  CHECK(place.store.resting()->lone_records.empty());
  auto const found = place.store.find_resting("pvc-1");
  REQUIRE((found.has_value() && *found));
  CHECK((*found)->record == trash_record_of("team-a/web"));
  CHECK((*found)->since == noon);
}

TEST_CASE("the record is there before the directory is moved") {
  Resting place;
  auto const log = place.files.log();
  auto const written = std::ranges::find(log, "write_file " + own_layout.resting_record_of("pvc-1"));
  auto const moved = std::ranges::find(log, "rename team-a/web " + own_layout.resting_of("pvc-1"));
  CHECK(written < moved);
  CHECK(moved != log.end());
}

TEST_CASE("a release that is asked for again finds that it was done, and the time does not begin anew") {
  Resting place;
  place.now += 30min;
  CHECK(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  CHECK((*place.store.find_resting("pvc-1"))->since == noon);
  CHECK(place.store.resting()->trees.size() == 1);
}

TEST_CASE("a later life of a volume's name rests beside the earlier one, whatever has become of that one's record") {
  Resting place;
  auto second = trash_record_of("team-a/web");
  second.volume_uid = "v-2";
  SECTION("it is there") {}
  SECTION("it is gone") {
    REQUIRE(place.files.remove_file(own_layout.resting_record_of("pvc-1")).has_value());
  }
  SECTION("it cannot be read") {
    place.files.put_file(own_layout.resting_record_of("pvc-1"), "{");
  }
  place.files.put_file("team-a/web/token", "second");
  CHECK(outcome(place.store.rest(second)) == "trashed");
  CHECK(place.token() == "file precious");
  CHECK(place.token("pvc-1-2") == "file second");
  CHECK((*place.store.find_resting("pvc-1-2"))->record == second);
}

TEST_CASE("a tree whose record is lost or malformed counts from when it was changed last, and has no record") {
  Resting place;
  SECTION("lost") {
    REQUIRE(place.files.remove_file(own_layout.resting_record_of("pvc-1")).has_value());
  }
  SECTION("half") {
    place.files.put_file(own_layout.resting_record_of("pvc-1"), R"({"version":1,"vol)");
  }
  SECTION("of a newer program") {
    place.files.put_file(own_layout.resting_record_of("pvc-1"), R"({"version":9})");
  }
  SECTION("with a path that leads out") {
    auto record = trash_record_of("team-a/web");
    record.original_path = "../etc";
    place.files.put_file(own_layout.resting_record_of("pvc-1"), write_document(record));
  }
  place.now += 2h;
  auto const found = place.store.find_resting("pvc-1");
  REQUIRE((found.has_value() && *found));
  CHECK_FALSE((*found)->record);
  CHECK((*found)->since == noon);
}

TEST_CASE("a record that cannot be read just now is no lost one") {
  Resting place;
  place.files.set_fault(own_layout.resting_record_of("pvc-1"), StorageFault::io);
  CHECK(outcome(place.store.find_resting("pvc-1")) == "io");
}

TEST_CASE("at the end of its rest a tree goes to where it is removed, then its record goes") {
  Resting place;
  auto const ended = place.store.end_rest("pvc-1");
  REQUIRE((ended.has_value() && *ended));
  CHECK(**ended == "pvc-1");
  CHECK(*place.store.trashed() == std::vector<std::string>{"pvc-1"});
  CHECK(place.record() == "nothing");
  CHECK(place.at(own_layout.trash_of("pvc-1") + "/token") == "file precious");
  auto const again = place.store.end_rest("pvc-1");
  CHECK((again.has_value() && !*again));
}

TEST_CASE("while another tree of that name is being removed, it gets another name there") {
  Resting place;
  place.files.put_file(own_layout.trash_of("pvc-1") + "/token", "earlier");
  auto const ended = place.store.end_rest("pvc-1");
  REQUIRE((ended.has_value() && *ended));
  CHECK(**ended == "pvc-1-2");
  CHECK(place.at(own_layout.trash_of("pvc-1") + "/token") == "file earlier");
  CHECK(place.at(own_layout.trash_of("pvc-1-2") + "/token") == "file precious");
}

TEST_CASE("what rests comes back where nothing stands, and its record goes") {
  Resting place;
  SECTION("to where it stood") {
    CHECK(outcome(place.store.take_back("pvc-1", path_of("team-a/web"))) == "ok");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
  SECTION("elsewhere") {
    CHECK(outcome(place.store.take_back("pvc-1", path_of("by/hand"))) == "ok");
    CHECK(place.at("by/hand/token") == "file precious");
  }
  CHECK(place.record() == "nothing");
  CHECK(place.store.resting()->trees.empty());
}

TEST_CASE(
    "what rests does not come back over what stands, nor into another volume's tree, nor into the program's own") {
  Resting place;
  REQUIRE(outcome(place.store.create(request_for("team-a/web", "pvc-9"))) == "made");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.take_back("pvc-1", path_of("team-a/web"))) == "exists");
  CHECK(outcome(place.store.take_back("pvc-1", path_of("team-a/web/inner"))) == "exists");
  CHECK(outcome(place.store.take_back("pvc-1", path_of("team-a"))) == "exists");
  auto const internal = std::get<RelativePath>(RelativePath::parse_internal(".nfs-subdir-provisioner/x"));
  CHECK(outcome(place.store.take_back("pvc-1", internal)) == "io");
  CHECK(outcome(place.store.take_back("pvc-unknown", path_of("elsewhere/x"))) == "not_found");
  auto after = place.files.dump();
  std::erase_if(after, [](auto const& entry) { return entry.first.starts_with("elsewhere"); });
  CHECK(after == before);
}

TEST_CASE("a record without a tree goes once it is old, and not while its tree may be on its way") {
  Resting place;
  REQUIRE(place.files.rename(own_layout.resting_of("pvc-1"), "elsewhere").has_value());
  CHECK(place.store.resting()->lone_records == std::vector<std::string>{"pvc-1"});
  CHECK(outcome(place.store.forget_lone_record("pvc-1", noon)) == "ok");
  CHECK(place.record() != "nothing");
  CHECK(outcome(place.store.forget_lone_record("pvc-1", noon + 1s)) == "ok");
  CHECK(place.record() == "nothing");
}

TEST_CASE("a record whose tree stands is kept, however old it is") {
  Resting place;
  CHECK(outcome(place.store.forget_lone_record("pvc-1", noon + 1h)) == "ok");
  CHECK(place.record() != "nothing");
}

TEST_CASE("what is no tree and no record is passed over") {
  Resting place;
  place.files.put_file(own_layout.resting() + "/.tmp-7", "half");
  place.files.put_directory(own_layout.resting() + "/.hidden");
  CHECK(place.store.resting()->trees == std::vector<std::string>{"pvc-1"});
}

TEST_CASE("a place to rest that was cleared away while it was empty holds nothing, and is made again") {
  Export place;
  REQUIRE(place.files.remove_directory(own_layout.resting()).has_value());
  CHECK(place.store.resting()->trees.empty());
  place.files.put_file("team-a/web/token", "precious");
  CHECK(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  CHECK(place.at(own_layout.resting_of("pvc-1") + "/token") == "file precious");
}

TEST_CASE("an archive that is pruned rests in the trash, and its own record goes") {
  Export place;
  place.files.put_file("team-a/web/token", "precious");
  REQUIRE(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
  auto rest = trash_record_of("team-a/web");
  rest.volume_uid.clear();
  CHECK(outcome(place.store.prune(archive_of("team-a/web"), rest)) == "true");
  CHECK(place.at(own_layout.resting_of("pvc-1") + "/token") == "file precious");
  CHECK(place.at(layout::record_of("pvc-1")) == "nothing");
  CHECK((*place.store.find_resting("pvc-1"))->record == rest);
  CHECK(place.store.trashed()->empty());
}

TEST_CASE("an archive that is pruned does not take the place of what rests there") {
  Resting place;
  place.files.put_file("team-a/web/token", "archived");
  REQUIRE(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
  CHECK(outcome(place.store.prune(archive_of("team-a/web"), trash_record_of("team-a/web"))) == "true");
  CHECK(place.token() == "file precious");
  CHECK(place.token("pvc-1-2") == "file archived");
}

TEST_CASE("what another cluster has in the trash is neither listed, nor ended, nor given back") {
  Resting place;
  VolumeStore other(place.files, "cluster-b");
  REQUIRE(other.identify({{"pvc-9", place.id, path_of("team-a/web")}}).has_value());
  CHECK(other.resting()->trees.empty());
  CHECK_FALSE(*other.find_resting("pvc-1"));
  CHECK_FALSE(*other.end_rest("pvc-1"));
  CHECK(outcome(other.take_back("pvc-1", path_of("team-b/web"))) == "not_found");
  CHECK(place.token() == "file precious");
}

TEST_CASE("the server's clock is seen on a file that is written for it") {
  Resting place;
  place.now = noon + 3h;
  CHECK(*place.store.server_time() == noon + 3h);
  place.files.set_read_only(true);
  CHECK(outcome(place.store.server_time()) == "read_only");
}

TEST_CASE("on a full export, too, what is deleted can go: it rests without a record, and the server's clock is seen") {
  Export place;
  auto const now = noon;
  place.files.set_clock([&] { return now; });
  place.files.put_file("team-a/web/token", "precious");
  place.files.put_file("team-a/db/token", "archived");
  REQUIRE(outcome(place.store.archive(archive_of("team-a/db", "pvc-2"))) == "archived");
  place.files.set_full(true);
  CHECK(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  CHECK(outcome(place.store.prune(archive_of("team-a/db", "pvc-2"), trash_record_of("team-a/db", "pvc-2"))) == "true");
  for (std::string const name : {"pvc-1", "pvc-2"}) {
    CHECK(place.has(own_layout.resting_of(name) + "/token"));
    auto const tree = place.store.find_resting(name);
    REQUIRE((tree.has_value() && *tree));
    CHECK_FALSE((*tree)->record);
    CHECK((*tree)->since == noon);
  }
  CHECK(place.store.server_time().value() == noon);
}

TEST_CASE("a record that was left behind does not speak for what rests there later, on a full export without its own") {
  Resting place;
  REQUIRE(place.files.rename(own_layout.resting_of("pvc-1"), "elsewhere").has_value());
  auto second = trash_record_of("team-b/web");
  second.volume_uid = "v-2";
  place.files.put_file("team-b/web/token", "second");
  place.files.set_full(true);
  CHECK(outcome(place.store.rest(second)) == "trashed");
  CHECK(place.token() == "file second");
  CHECK(place.record() == "nothing");
}

TEST_CASE("on another export than the one that was seen nothing of this is done") {
  Resting place;
  place.files.put_file(".nfs-subdir-provisioner/export.json", R"({"version":1,"id":"another"})");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.resting()) == "wrong_export");
  CHECK(outcome(place.store.find_resting("pvc-1")) == "wrong_export");
  CHECK(outcome(place.store.end_rest("pvc-1")) == "wrong_export");
  CHECK(outcome(place.store.take_back("pvc-1", path_of("x"))) == "wrong_export");
  CHECK(outcome(place.store.rest(trash_record_of("team-a/web"))) == "wrong_export");
  CHECK(outcome(place.store.server_time()) == "wrong_export");
  CHECK(outcome(place.store.space()) == "wrong_export");
  CHECK(place.files.dump() == before);
}

}  // namespace
}  // namespace nfs::test
