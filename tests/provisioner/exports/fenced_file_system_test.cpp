#include "provisioner/exports/fenced_file_system.hpp"

#include <filesystem>
#include <fstream>

#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

// An export in memory behind the fence; the term is over when `effects` of them have been done.
class Ending final : public DecoratedFileSystem {
 public:
  Ending(MemoryFileSystem& inner, k8s::Term& term, std::size_t effects)
      : inner_(inner), term_(term), effects_(effects) {}

 private:
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override {
    if (proceed() && changes(call.operation) && ++done_ == effects_) term_.end();
    return std::nullopt;
  }
  FileSystem& inner() const override { return inner_; }

  MemoryFileSystem& inner_;
  k8s::Term& term_;
  std::size_t effects_;
  std::size_t done_ = 0;
};

std::size_t effects(MemoryFileSystem const& files) {
  std::size_t count = 0;
  for (auto const& line : files.log()) count += line.starts_with("sync") ? 0U : 1U;
  return count;
}

// A volume's whole life.
void live(VolumeStore& store) {
  (void)store.identify({});
  (void)store.create({.volume = "pvc-1",
                      .claim_namespace = "team-a",
                      .claim_name = "web",
                      .claim_uid = "1",
                      .path = path("team-a/web"),
                      .mode = 0777,
                      .uid = 7,
                      .gid = 7});
  (void)store.settle("pvc-1");
  (void)store.trash("pvc-1", path("team-a/web"));
  (void)store.purge_some("pvc-1", 100);
}

}  // namespace

TEST_CASE("after the end of the term not one effect more reaches the export, wherever in a volume's life it comes") {
  auto const run = [](std::size_t end_after) {
    FakeClock clock;
    k8s::Term term(clock);
    term.hold();
    MemoryFileSystem memory;
    FencedFileSystem files(std::make_unique<Ending>(memory, term, end_after), term);
    VolumeStore store(files, nfs::own_cluster);
    live(store);
    return effects(memory);
  };
  auto const all = run(0);
  REQUIRE(all > 10);
  for (std::size_t end_after = 1; end_after <= all; ++end_after) CHECK(run(end_after) == end_after);
}

TEST_CASE("behind the fence each effect is refused without a term, and what reads is not") {
  FakeClock clock;
  k8s::Term term(clock);
  MemoryFileSystem memory;
  memory.put_file("a/f", "x");
  auto faulty = std::make_unique<FaultyFileSystem>(memory);
  FencedFileSystem files(std::move(faulty), term);
  auto const before = memory.dump();
  for (auto const& refused :
       {files.make_directory("b", 0755), files.set_mode("a", 0700), files.set_owner("a", 1, 1),
        files.remove_directory("a"), files.remove_file("a/f"), files.rename("a", "c"), files.write_file("a/g", "y")}) {
    REQUIRE(refused.has_error());
    CHECK(refused.error().fault == StorageFault::not_leading);
  }
  CHECK(memory.dump() == before);
  CHECK(memory.log().empty());
  CHECK(files.status("a").has_value());
  CHECK(files.read_file("a/f", 10).value() == "x");
  CHECK(files.list("a", 10).has_value());
  term.extend(clock.steady() + 10s, clock.steady() + 15s);
  CHECK(files.make_directory("b", 0755).has_value());
  clock.advance(10s);
  CHECK(files.remove_directory("b").has_error());
}

TEST_CASE("on a real directory the term is asked for once more directly before a rename") {
  k8s::test::TemporaryDirectory directory;
  std::ofstream(directory.path() + "/old") << "before";
  int asked = 0;
  auto const files = open_file_system(directory.path(), WalkMethod::automatic, [&] {
    ++asked;
    return false;
  });
  CHECK(files->rename("old", "new").error().fault == StorageFault::not_leading);
  CHECK(files->write_file("old", "after").error().fault == StorageFault::not_leading);
  CHECK(asked == 2);
  CHECK(files->read_file("old", 100).value() == "before");
  CHECK_FALSE(std::filesystem::exists(directory.path() + "/new"));
}
