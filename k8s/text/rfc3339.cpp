#include "k8s/text/rfc3339.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace k8s {
namespace {

using namespace std::chrono;

std::string padded(std::int64_t number, std::size_t width) {
  auto const digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::string whole_seconds(WallTime time) {
  auto const day = floor<days>(time);
  year_month_day const date{day};
  hh_mm_ss const clock{floor<seconds>(time - day)};
  return padded(static_cast<int>(date.year()), 4) + '-' + padded(static_cast<unsigned>(date.month()), 2) + '-' +
         padded(static_cast<unsigned>(date.day()), 2) + 'T' + padded(clock.hours().count(), 2) + ':' +
         padded(clock.minutes().count(), 2) + ':' + padded(clock.seconds().count(), 2);
}

template <class Unit>
auto fraction_of(WallTime time) {
  return (floor<Unit>(time) - floor<seconds>(time)).count();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes text from its front; once something did not fit, `ok` stays false.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  char take() {
    if (rest.empty()) return ok = false, '\0';
    char const c = rest.front();
    rest.remove_prefix(1);
    return c;
  }
  void expect(std::string_view one_of) {
    if (one_of.find(take()) == std::string_view::npos) ok = false;
  }
  int number(int digits, int least, int most) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      char const c = take();
      if (!is_digit(c)) return ok = false, 0;
      value = value * 10 + (c - '0');
    }
    if (value < least || value > most) ok = false;
    return value;
  }
};

sys_days read_date(Cursor& in) {
  year const y{in.number(4, 0, 9999)};
  in.expect("-");
  month const m{static_cast<unsigned>(in.number(2, 1, 12))};
  in.expect("-");
  day const d{static_cast<unsigned>(in.number(2, 1, 31))};
  year_month_day const date{y, m, d};
  if (in.ok && !date.ok()) in.ok = false;
  return sys_days{date};
}

seconds read_time_of_day(Cursor& in) {
  auto const h = in.number(2, 0, 23);
  in.expect(":");
  auto const m = in.number(2, 0, 59);
  in.expect(":");
  return hours{h} + minutes{m} + seconds{in.number(2, 0, 59)};
}

nanoseconds read_fraction(Cursor& in) {
  if (in.rest.empty() || in.rest.front() != '.') return {};
  in.take();
  std::int64_t nanos = 0;
  std::int64_t unit = 100'000'000;
  in.ok = in.ok && !in.rest.empty() && is_digit(in.rest.front());
  while (!in.rest.empty() && is_digit(in.rest.front())) {
    nanos += (in.take() - '0') * unit;
    unit /= 10;
  }
  return nanoseconds{nanos};
}

minutes read_offset(Cursor& in) {
  char const sign = in.take();
  if (sign == 'Z' || sign == 'z') return {};
  if (sign != '+' && sign != '-') in.ok = false;
  auto const h = in.number(2, 0, 23);
  in.expect(":");
  minutes const offset = hours{h} + minutes{in.number(2, 0, 59)};
  return sign == '-' ? -offset : offset;
}

bool fits(sys_seconds time) {
  using Limits = std::numeric_limits<WallTime::rep>;
  constexpr auto least = ceil<seconds>(WallTime::duration{Limits::min()});
  constexpr auto most = floor<seconds>(WallTime::duration{Limits::max()});
  return time.time_since_epoch() > least && time.time_since_epoch() < most;
}

}  // namespace

std::string to_rfc3339(WallTime time) {
  return whole_seconds(time) + 'Z';
}

std::string to_rfc3339_micros(WallTime time) {
  return whole_seconds(time) + '.' + padded(fraction_of<microseconds>(time), 6) + 'Z';
}

std::string to_rfc3339_millis(WallTime time) {
  return whole_seconds(time) + '.' + padded(fraction_of<milliseconds>(time), 3) + 'Z';
}

std::optional<WallTime> from_rfc3339(std::string_view text) {
  Cursor in{text};
  auto const date = read_date(in);
  in.expect("Tt");
  auto const time_of_day = read_time_of_day(in);
  auto const fraction = read_fraction(in);
  auto const offset = read_offset(in);
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  sys_seconds const whole = date + time_of_day - offset;
  if (!fits(whole)) return std::nullopt;
  return time_point_cast<WallTime::duration>(whole) + duration_cast<WallTime::duration>(fraction);
}

}  // namespace k8s
