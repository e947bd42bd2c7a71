#include "provisioner/cli/text_table.hpp"

#include "tests/support/catch.hpp"

using namespace nfs;

TEST_CASE("columns are as wide as their widest cell, with three blanks between and none at the end") {
  TextTable table({"NAME", "CLAIM", "V"});
  table.row({"a", "team-a/web", "1"});
  table.row({"a-longer-one", "x", ""});
  CHECK(table.text() ==
        "NAME           CLAIM        V\n"
        "a              team-a/web   1\n"
        "a-longer-one   x\n");
}

TEST_CASE("a table without rows is its headings") {
  CHECK(TextTable({"A", "B"}).text() == "A   B\n");
}

TEST_CASE("sizes are told in the unit in which they are at least one") {
  struct Row {
    std::uint64_t bytes;
    std::string text;
  };
  for (auto const& row : std::vector<Row>{{0, "0 B"},
                                          {1023, "1023 B"},
                                          {1024, "1.0 KiB"},
                                          {1536, "1.5 KiB"},
                                          {12'897'485, "12.3 MiB"},
                                          {std::uint64_t{1} << 30, "1.0 GiB"},
                                          {std::uint64_t{1} << 40, "1.0 TiB"},
                                          {std::uint64_t{1} << 50, "1.0 PiB"},
                                          {std::uint64_t{1} << 62, "4096.0 PiB"}})
    CHECK(size_text(row.bytes) == row.text);
}
