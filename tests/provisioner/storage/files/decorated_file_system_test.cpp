#include "provisioner/storage/files/decorated_file_system.hpp"

#include <fmt/format.h>

#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"

using namespace nfs;

namespace {

// Writes down what it sees, and answers `own` instead when there is one.
class Noting final : public DecoratedFileSystem {
 public:
  explicit Noting(MemoryFileSystem& beneath) : files(beneath) {}

  MemoryFileSystem& files;
  std::vector<std::string> seen;
  std::optional<StorageError> own;
  bool proceeds = true;

 private:
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override {
    auto line = fmt::format("{} {:?} {:?}", verb_of(call.operation), call.path, call.target);
    if (proceeds) line += proceed() ? " worked" : " failed";
    seen.push_back(line);
    return own;
  }
  FileSystem& inner() const override { return files; }
};

}  // namespace

TEST_CASE("each call goes through with all that it carries, and what came of it is seen") {
  MemoryFileSystem files;
  Noting noting(files);
  REQUIRE(noting.make_directory("a", 0750).has_value());
  REQUIRE(noting.set_mode("a", 02770).has_value());
  REQUIRE(noting.set_owner("a", 10, 11).has_value());
  REQUIRE(noting.write_file("a/file", "text").has_value());
  CHECK(noting.read_file("a/file", 100).value() == "text");
  CHECK(noting.read_file("a/file", 1).error().fault == StorageFault::malformed);
  CHECK(noting.list("a", 10).value().size() == 1);
  std::vector<std::string> shown;
  CHECK(noting.scan("a", [&](auto const& entry) { shown.push_back(entry.name); }).has_value());
  CHECK(shown == std::vector<std::string>{"file"});
  REQUIRE(noting.rename("a", "b").has_value());
  CHECK(noting.status("b").value().mode == 02770);
  CHECK(noting.status("b").value().uid == 10);
  CHECK(noting.status("b").value().gid == 11);
  REQUIRE(noting.remove_file("b/file").has_value());
  REQUIRE(noting.remove_directory("b").has_value());
  REQUIRE(noting.sync_directory("").has_value());
  CHECK(noting.space().has_value());
  CHECK(noting.mount_info().has_value());
  CHECK(noting.files.dump().empty());
  CHECK(noting.seen == std::vector<std::string>{
                           R"(create directory "a" "" worked)",
                           R"(set the mode of "a" "" worked)",
                           R"(set the owner of "a" "" worked)",
                           R"(write "a/file" "" worked)",
                           R"(read "a/file" "" worked)",
                           R"(read "a/file" "" failed)",
                           R"(list "a" "" worked)",
                           R"(list "a" "" worked)",
                           R"(move "a" "b" worked)",
                           R"(look at "b" "" worked)",
                           R"(look at "b" "" worked)",
                           R"(look at "b" "" worked)",
                           R"(remove file "b/file" "" worked)",
                           R"(remove directory "b" "" worked)",
                           R"(sync directory "" "" worked)",
                           R"(measure "" "" worked)",
                           R"(look at the mount of "" "" worked)",
                       });
}

TEST_CASE("an error of the decorator's own is the answer, whether the call was made or not") {
  MemoryFileSystem files;
  Noting noting(files);
  noting.own = StorageError{StorageFault::full, "no room"};
  CHECK(noting.make_directory("a", 0755).error().fault == StorageFault::full);
  CHECK(noting.files.status("a").has_value());
  noting.proceeds = false;
  CHECK(noting.list("", 10).error().message == "no room");
  CHECK(noting.make_directory("b", 0755).has_error());
  CHECK(noting.files.status("b").has_error());
}

TEST_CASE("a call that the decorator neither makes nor answers is an error") {
  MemoryFileSystem files;
  Noting noting(files);
  noting.proceeds = false;
  CHECK(noting.status("").has_error());
  CHECK(noting.write_file("a", "text").has_error());
}
