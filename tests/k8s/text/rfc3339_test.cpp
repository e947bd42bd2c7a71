#include "k8s/text/rfc3339.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

k8s::WallTime at(sys_days day, nanoseconds time_of_day) {
  return time_point_cast<k8s::WallTime::duration>(day + time_of_day);
}

constexpr sys_days last_of_january{2026y / January / 31};

}  // namespace

TEST_CASE("times are written in UTC with as many digits as the field has") {
  auto const time = at(last_of_january, 23h + 59min + 59s + 1'234'567ns);
  CHECK(k8s::to_rfc3339(time) == "2026-01-31T23:59:59Z");
  CHECK(k8s::to_rfc3339_millis(time) == "2026-01-31T23:59:59.001Z");
  CHECK(k8s::to_rfc3339_micros(time) == "2026-01-31T23:59:59.001234Z");
}

TEST_CASE("times before 1970 are written as rounded down, like those after") {
  auto const time = at(sys_days{1969y / December / 31}, 23h + 59min + 59s + 900ms);
  CHECK(k8s::to_rfc3339(time) == "1969-12-31T23:59:59Z");
  CHECK(k8s::to_rfc3339_micros(time) == "1969-12-31T23:59:59.900000Z");
}

TEST_CASE("times are read with fractions and offsets") {
  struct Row {
    std::string_view text;
    k8s::WallTime time;
  };
  auto const row =
      GENERATE(Row{"2026-01-31T23:59:59Z", at(last_of_january, 23h + 59min + 59s)},
               Row{"2026-01-31t23:59:59z", at(last_of_january, 23h + 59min + 59s)},
               Row{"2026-01-31T00:00:00.5Z", at(last_of_january, 500ms)},
               Row{"2026-01-31T00:00:00.000001Z", at(last_of_january, 1us)},
               Row{"2026-01-31T00:00:00.1234567891234Z", at(last_of_january, 123'456'789ns)},
               Row{"2026-02-01T01:30:00+01:30", at(last_of_january, 24h)},
               Row{"2026-01-31T22:00:00-02:00", at(last_of_january, 24h)},
               Row{"2024-02-29T00:00:00Z", at(sys_days{2024y / February / 29}, 0s)},
               Row{"1970-01-01T00:00:00Z", k8s::WallTime{}}, Row{"1969-12-31T23:59:59Z", k8s::WallTime{-1s}});
  CAPTURE(row.text);
  auto const time = k8s::from_rfc3339(row.text);
  REQUIRE(time.has_value());
  CHECK(*time == row.time);
}

TEST_CASE("what is no time is refused") {
  auto const* text =
      GENERATE("", "2026", "2026-01-31", "2026-01-31T23:59:59", "2026-01-31 23:59:59Z", "2026-1-31T23:59:59Z",
               "2026-01-31T23:59:59ZZ", "2026-01-31T23:59:59Z ", " 2026-01-31T23:59:59Z", "2026-02-29T00:00:00Z",
               "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-31T24:00:00Z",
               "2026-01-31T23:60:00Z", "2026-01-31T23:59:60Z", "2026-01-31T23:59:59.Z", "2026-01-31T23:59:59+0100",
               "2026-01-31T23:59:59+24:00", "2026-01-31T23:59:59+01:60", "-026-01-31T23:59:59Z", "0001-01-01T00:00:00Z",
               "9999-12-31T23:59:59Z", "2026-01-31T23:59:59.1", "2026\xC2-01-31T23:59:59Z");
  CAPTURE(text);
  CHECK_FALSE(k8s::from_rfc3339(text).has_value());
}

TEST_CASE("what is written is read back") {
  auto const time = at(last_of_january, 12h + 34min + 56s + 654'321us);
  CHECK(k8s::from_rfc3339(k8s::to_rfc3339_micros(time)) == time);
  CHECK(k8s::from_rfc3339(k8s::to_rfc3339(time)) == floor<seconds>(time));
}
