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
