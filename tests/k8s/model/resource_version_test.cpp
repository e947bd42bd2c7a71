#include "k8s/model/resource_version.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("a resourceVersion is a whole number, or none") {
  CHECK(k8s::version_number("0") == 0U);
  CHECK(k8s::version_number("18446744073709551615") == 18446744073709551615U);
  for (auto const* none : {"", "x", "12x", " 12", "-1", "18446744073709551616"}) {
    CAPTURE(none);
    CHECK_FALSE(k8s::version_number(none));
  }
}
