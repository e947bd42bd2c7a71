#include "k8s/text/escape.hpp"
#include "tests/support/catch.hpp"

namespace {

struct Row {
  std::string_view text;
  std::string_view escaped;
};

}  // namespace

TEST_CASE("nothing that a terminal obeys is left in an escaped line") {
  auto const row =
      GENERATE(Row{"plain", "plain"}, Row{"two\nlines\r\n", "two\\nlines\\r\\n"}, Row{"\t", "\\t"},
               Row{"\x1b[31mred", "\\x1b[31mred"}, Row{"\x7f", "\\x7f"}, Row{"C:\\n", "C:\\\\n"},
               Row{"\xC2\x9b"
                   "31m",
                   "\\xc2\\x9b31m"},
               Row{"\x9b"
                   "31m",
                   "\\x9b31m"},
               Row{"ni\xC3\xB1o \xE2\x82\xAC \xF0\x9F\x98\x80", "ni\xC3\xB1o \xE2\x82\xAC \xF0\x9F\x98\x80"},
               Row{"cut \xE2\x82", "cut \\xe2\\x82"}, Row{"say \"hi\"", "say \"hi\""},
               Row{std::string_view("a\0b", 3), "a\\x00b"});
  CHECK(k8s::escape_line(row.text) == row.escaped);
}

TEST_CASE("a quoted line escapes the quotes inside") {
  CHECK(k8s::quote_line("say \"hi\"\n") == "\"say \\\"hi\\\"\\n\"");
  CHECK(k8s::quote_line("") == "\"\"");
}

TEST_CASE("only well-formed UTF-8 counts as a sequence") {
  struct Length {
    std::string_view text;
    std::size_t bytes;
  };
  auto const row = GENERATE(Length{"a", 1}, Length{"\xC3\xB1", 2}, Length{"\xE2\x82\xAC", 3},
                            Length{"\xF0\x9F\x98\x80", 4}, Length{"", 0}, Length{"\x80", 0}, Length{"\xC0\x80", 0},
                            Length{"\xC1\xBF", 0}, Length{"\xE0\x80\x80", 0}, Length{"\xED\xA0\x80", 0},
                            Length{"\xED\x9F\xBF", 3}, Length{"\xF0\x80\x80\x80", 0}, Length{"\xF4\x90\x80\x80", 0},
                            Length{"\xF4\x8F\xBF\xBF", 4}, Length{"\xF5\x80\x80\x80", 0}, Length{"\xE2\x82", 0},
                            Length{"\xE2\x28\xA1", 0}, Length{"\xE2\x82\x28", 0});
  CHECK(k8s::utf8_sequence(row.text) == row.bytes);
}

TEST_CASE("printable text has a replacement character for all that is not") {
  CHECK(k8s::printable_utf8("a\xFF"
                            "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(k8s::printable_utf8("\xC2\x85|\x7f|\n") == "\xEF\xBF\xBD|\xEF\xBF\xBD|\n");
}
