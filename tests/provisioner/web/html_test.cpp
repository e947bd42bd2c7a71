#include "provisioner/web/html.hpp"

#include "tests/support/catch.hpp"

using namespace nfs;
using namespace std::chrono_literals;

TEST_CASE("what means something in HTML is escaped, and control characters are spaces") {
  CHECK(escape_html("a<b>&\"'c") == "a&lt;b&gt;&amp;&quot;&#39;c");
  CHECK(escape_html(std::string("a\0b\x1b[0m\n\x7f", 9)) == "a b [0m  ");
  CHECK(escape_html("größer") == "größer");
}

TEST_CASE("times are told in their two largest units") {
  CHECK(format_duration(0s) == "0 s");
  CHECK(format_duration(-5s) == "0 s");
  CHECK(format_duration(59s) == "59 s");
  CHECK(format_duration(61s) == "1 min 1 s");
  CHECK(format_duration(3h + 5min) == "3 h 5 min");
  CHECK(format_duration(49h) == "2 d 1 h");
}
