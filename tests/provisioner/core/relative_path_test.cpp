#include "provisioner/core/relative_path.hpp"

#include <string>
#include <vector>

#include "core_fixtures.hpp"
#include "provisioner/core/text.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;
using namespace std::string_literals;

TEST_CASE("A path is cleaned where that changes nothing") {
  struct Row {
    std::string given;
    std::string clean;
  };
  auto const row = GENERATE(values<Row>({
      {"a", "a"},
      {"a/b", "a/b"},
      {"a//b", "a/b"},
      {"a///b//c", "a/b/c"},
      {"a/", "a"},
      {"a//", "a"},
      {"./a", "a"},
      {".//a", "a"},
      {"a/./b", "a/b"},
      {"a/.", "a"},
      {"././a/././b/./", "a/b"},
      {" a ", " a "},
      {" ", " "},
      {"a/ /b", "a/ /b"},
      {"...", "..."},
      {"..a/b..", "..a/b.."},
      {".hidden/.b", ".hidden/.b"},
      {"größe/数据", "größe/数据"},
      {"\xff\xfe/\xc3", "\xff\xfe/\xc3"},
      {"a\\b", "a\\b"},
      {"$web/${.PV.x}", "$web/${.PV.x}"},
      {"ns/archived-x", "ns/archived-x"},
      {"ns/.nfs-subdir-provisioner2", "ns/.nfs-subdir-provisioner2"},
      {"archived", "archived"},
      {"ns/Archived-x", "ns/Archived-x"},
      {".nfs-subdir-provisioner2", ".nfs-subdir-provisioner2"},
  }));
  INFO(row.given);
  CHECK(text_of(RelativePath::parse(row.given)) == row.clean);
  CHECK(text_of(RelativePath::parse_internal(row.given)) == row.clean);
}

TEST_CASE("A path that could mean harm is refused, and the message says what is wrong") {
  struct Row {
    std::string given;
    std::string says;
  };
  auto const row = GENERATE(values<Row>({
      {"", "root itself"},
      {".", "root itself"},
      {"./", "root itself"},
      {".//./", "root itself"},
      {"/", "absolute"},
      {"//", "absolute"},
      {"/a", "absolute"},
      {"/..", "absolute"},
      {"..", "\"..\""},
      {"../a", "\"..\""},
      {"a/..", "\"..\""},
      {"a/../a", "\"..\""},
      {"a/b/../../../etc", "\"..\""},
      {"a/.//../b", "\"..\""},
      {"a\nb", "control"},
      {"a\0b"s, "control"},
      {"\0"s, "control"},
      {"a\x7f", "control"},
      {"a/\x1f/b", "control"},
      {"\ta", "control"},
  }));
  INFO(row.given);
  for (auto const& result : {RelativePath::parse(row.given), RelativePath::parse_internal(row.given)}) {
    CHECK(contains(message_of(result), row.says));
    CHECK(message_of(result).starts_with("directory \""));
    CHECK(is_one_line(message_of(result)));
  }
}

TEST_CASE("Names that the provisioner keeps for itself are refused in any case of letters, but not to itself") {
  std::string const given =
      GENERATE(".nfs-subdir-provisioner", ".nfs-subdir-provisioner/trash/pvc-1", "./.nfs-subdir-provisioner/x",
               ".//.nfs-subdir-provisioner", "nfs/.nfs-subdir-provisioner", "nfs/a/.nfs-subdir-provisioner/trash/pvc-1",
               ".NFS-Subdir-Provisioner", "nfs/.NFS-SUBDIR-PROVISIONER/x", "archived-x", "archived-",
               "archived-x/below", "./archived-x/", "Archived-x", "ARCHIVED-X/below");
  INFO(given);
  CHECK(is_refused(RelativePath::parse(given)));
  CHECK(is_one_line(message_of(RelativePath::parse(given))));
  CHECK_FALSE(is_refused(RelativePath::parse_internal(given)));
}

TEST_CASE("What a volume has had under a name that is reserved is moved only where that name is nobody's own") {
  struct Row {
    std::string path;
    bool is_private;
    bool may_be_moved;
  };
  auto const row = GENERATE(values<Row>({
      {"team-a/web", false, true},
      {".nfs-subdir-provisioner", true, false},
      {".nfs-subdir-provisioner/trash/x", true, false},
      {"nfs/.nfs-subdir-provisioner", true, false},
      {"nfs/.NFS-subdir-provisioner/x", true, false},
      {".nfs-subdir-provisioner2/x", false, true},
      {"nfs/x.nfs-subdir-provisioner", false, true},
      {"archived-x", false, false},
      {"Archived-photos", false, true},
      {"team-a/archived-x", false, true},
  }));
  INFO(row.path);
  CHECK(path(row.path).is_private() == row.is_private);
  CHECK(path(row.path).may_be_moved() == row.may_be_moved);
}

TEST_CASE("A component of 255 bytes fits, one of 256 does not") {
  CHECK(text_of(RelativePath::parse("a/" + std::string(255, 'x'))) == "a/" + std::string(255, 'x'));
  auto const refused = RelativePath::parse("a/" + std::string(256, 'x'));
  CHECK(contains(message_of(refused), "256 bytes"));
  CHECK(is_one_line(message_of(refused)));
  // Bytes count, not characters.
  std::string umlauts;
  for (int i = 0; i < 128; ++i) umlauts += "ü";
  CHECK(is_refused(RelativePath::parse(umlauts)));
}

TEST_CASE("A path of 4,095 bytes fits, one of 4,096 does not, and only what is left after cleaning counts") {
  std::string longest;
  while (longest.size() < 4080) longest += "0123456789abcde/";
  longest += "0123456789abcde";
  REQUIRE(longest.size() == 4095);
  CHECK(text_of(RelativePath::parse(longest)) == longest);
  CHECK(text_of(RelativePath::parse("./" + longest + "//")) == longest);
  CHECK(contains(message_of(RelativePath::parse(longest + "f")), "4096 bytes"));
}

TEST_CASE("A directory contains itself and what is below it, by component") {
  struct Row {
    std::string outer;
    std::string inner;
    bool contains;
  };
  auto const row = GENERATE(values<Row>({
      {"a", "a", true},
      {"a", "a/b", true},
      {"a", "a/b/c", true},
      {"a/b", "a", false},
      {"a", "ab", false},
      {"a", "a-b/c", false},
      {"a/b", "a/bc", false},
  }));
  INFO(row.outer << " and " << row.inner);
  CHECK(path(row.outer).contains(path(row.inner)) == row.contains);
  CHECK(path(row.outer).overlaps(path(row.inner)) == (row.contains || row.inner == "a"));
  CHECK(path(row.inner).overlaps(path(row.outer)) == (row.contains || row.inner == "a"));
}

TEST_CASE("The components of a path are its names in order") {
  CHECK(path("a/b/c").components() == std::vector<std::string_view>{"a", "b", "c"});
  CHECK(path("a").components() == std::vector<std::string_view>{"a"});
  CHECK(path_components("/a//../b/.") == std::vector<std::string_view>{"a", "..", "b"});
  CHECK(path_components("").empty());
}

TEST_CASE("Quoted text is one line of valid UTF-8 of bounded length") {
  struct Row {
    std::string given;
    std::string shown;
  };
  auto const row = GENERATE(values<Row>({
      {"", "\"\""},
      {"a b", "\"a b\""},
      {"a\"b\\", "\"a\\\"b\\\\\""},
      {"a\n\r\tb", "\"a\\n\\r\\tb\""},
      {"a\0b"s, "\"a\\x00b\""},
      {"\x1b[31m\x7f", "\"\\x1b[31m\\x7f\""},
      {"größe 数据 😀", "\"größe 数据 😀\""},
      {"\xc3", "\"\\xc3\""},
      {"\xff"
       "a\x80",
       "\"\\xffa\\x80\""},
      {"\xc0\xaf", "\"\\xc0\\xaf\""},                    // overlong
      {"\xe0\x90\x80", "\"\\xe0\\x90\\x80\""},           // overlong
      {"\xf0\x80\xa4\x80", "\"\\xf0\\x80\\xa4\\x80\""},  // overlong
      {"\xe0\x80\xaf", "\"\\xe0\\x80\\xaf\""},           // overlong
      {"\xed\xa0\x80", "\"\\xed\\xa0\\x80\""},           // surrogate
      {"\xf4\x90\x80\x80", "\"\\xf4\\x90\\x80\\x80\""},  // beyond U+10FFFF
      {"\xc2\x9b"
       "31m",
       "\"\\xc2\\x9b31m\""},  // U+009B, a terminal's escape
      {std::string(80, 'x'), "\"" + std::string(80, 'x') + "\""},
      {std::string(81, 'x'), "\"" + std::string(80, 'x') + "...\""},
      {std::string(79, 'x') + "ü", "\"" + std::string(79, 'x') + "...\""},
  }));
  CHECK(quoted(row.given) == row.shown);
}

}  // namespace
}  // namespace nfs
