#include "k8s/base/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "k8s/base/error.hpp"
#include "tests/support/catch.hpp"

namespace {

class FixedClock final : public k8s::Clock {
 public:
  k8s::SteadyTime steady() const override { return {}; }
  k8s::WallTime wall() const override { return *k8s::from_rfc3339("2026-01-31T23:59:59.123Z"); }
  bool wait_until(k8s::SteadyTime, std::stop_token) const override { return false; }
};

FixedClock const fixed_clock;

struct Lines {
  std::vector<std::string> seen;
  k8s::Log::Sink sink() {
    return [this](std::string_view line) { seen.emplace_back(line); };
  }
};

/// Standard error led into a non-blocking pipe, and back again at the end.
class CapturedStderr {
 public:
  CapturedStderr() : saved_(::dup(STDERR_FILENO)) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0);
    REQUIRE(::dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    ::close(ends[1]);
    read_end_ = ends[0];
    ::fcntl(read_end_, F_SETFL, 0);
  }
  ~CapturedStderr() {
    restore();
    ::close(read_end_);
  }
  void restore() {
    if (saved_ < 0) return;
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    saved_ = -1;
  }
  /// All up to the end, which comes with restore().
  std::string read_all() const {
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t n = 0; (n = ::read(read_end_, part.data(), part.size())) > 0;) {
      all.append(part.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  int saved_;
  int read_end_ = -1;
};

}  // namespace

TEST_CASE("a text line has time, level, message and quoted fields") {
  Lines lines;
  k8s::Log const log(k8s::LogLevel::debug, k8s::LogFormat::text, lines.sink(), fixed_clock);
  log.debug("one");
  log.info("two", {{"claim", "team-a/web"}, {"count", "3"}});
  log.warning("three");
  log.error("four");
  CHECK(lines.seen == std::vector<std::string>{
                          "2026-01-31T23:59:59.123Z DEBUG one\n",
                          "2026-01-31T23:59:59.123Z INFO  two claim=\"team-a/web\" count=\"3\"\n",
                          "2026-01-31T23:59:59.123Z WARN  three\n",
                          "2026-01-31T23:59:59.123Z ERROR four\n",
                      });
}

TEST_CASE("a JSON line has the same as members") {
  Lines lines;
  k8s::Log const log(k8s::LogLevel::info, k8s::LogFormat::json, lines.sink(), fixed_clock);
  log.warning("two \"words\"", {{"path", "a\\b\n\x01"}});
  CHECK(lines.seen.at(0) ==
        R"({"ts":"2026-01-31T23:59:59.123Z","level":"warning","msg":"two \"words\"","path":"a\\b\n\u0001"})"
        "\n");
}

TEST_CASE("hostile text cannot forge a line or reach the terminal") {
  auto const format = GENERATE(k8s::LogFormat::text, k8s::LogFormat::json);
  Lines lines;
  k8s::Log const log(k8s::LogLevel::info, format, lines.sink(), fixed_clock);
  log.info("a\nb\x1b[2J", {{"name", "x\"\n2026 ERROR forged\x9b\x7f\xC2\x9b"}});
  REQUIRE(lines.seen.size() == 1);
  auto const& line = lines.seen[0];
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(line.find_first_of("\x1b\x7f") == std::string::npos);
  CHECK(line.find('\x9b') == std::string::npos);
}

TEST_CASE("what is below the threshold is not written") {
  Lines lines;
  k8s::Log const log(k8s::LogLevel::warning, k8s::LogFormat::text, lines.sink(), fixed_clock);
  log.debug("no");
  log.info("no");
  log.warning("yes");
  CHECK(lines.seen.size() == 1);
  CHECK_FALSE(log.enabled(k8s::LogLevel::info));
  CHECK(log.enabled(k8s::LogLevel::error));
}

TEST_CASE("levels and formats are read in either case, and nothing else is") {
  CHECK(k8s::parse_log_level("debug") == k8s::LogLevel::debug);
  CHECK(k8s::parse_log_level("Info") == k8s::LogLevel::info);
  CHECK(k8s::parse_log_level("WARN") == k8s::LogLevel::warning);
  CHECK(k8s::parse_log_level("warning") == k8s::LogLevel::warning);
  CHECK(k8s::parse_log_level("error") == k8s::LogLevel::error);
  CHECK_FALSE(k8s::parse_log_level("").has_value());
  CHECK_FALSE(k8s::parse_log_level("infos").has_value());
  CHECK(k8s::parse_log_format("text") == k8s::LogFormat::text);
  CHECK(k8s::parse_log_format("JSON") == k8s::LogFormat::json);
  CHECK_FALSE(k8s::parse_log_format("xml").has_value());
}

TEST_CASE("a long line reaches a slow, non-blocking standard error whole") {
  std::string const value(1'000'000, 'x');
  CapturedStderr captured;
  std::string all;
  {
    std::jthread const reader([&] { all = captured.read_all(); });
    k8s::Log(k8s::LogLevel::info, k8s::LogFormat::text, {}, fixed_clock).info("long", {{"value", value}});
    captured.restore();
  }
  CHECK(all.size() == value.size() + std::string_view("2026-01-31T23:59:59.123Z INFO  long value=\"\"\n").size());
  CHECK(all.ends_with("x\"\n"));
}

TEST_CASE("lines of several threads do not mix") {
  constexpr int threads = 4;
  constexpr int lines_each = 200;
  std::atomic<int> inside = 0;
  std::atomic<int> overlaps = 0;
  std::atomic<int> seen = 0;
  auto const sink = [&](std::string_view line) {
    if (++inside > 1) ++overlaps;
    std::this_thread::yield();
    if (line == "2026-01-31T23:59:59.123Z INFO  same\n") ++seen;
    --inside;
  };
  k8s::Log const log(k8s::LogLevel::info, k8s::LogFormat::text, sink, fixed_clock);
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < threads; ++i) {
      writers.emplace_back([&] {
        for (int n = 0; n < lines_each; ++n) log.info("same");
      });
    }
  }
  CHECK(seen == threads * lines_each);
  CHECK(overlaps == 0);
}

TEST_CASE("reading the value of a failure is a programming mistake that names the failure") {
  k8s::Result<int> const failed = k8s::make_error(k8s::ErrorKind::config, "no such file");
  std::string what;
  try {
    static_cast<void>(failed.value());
  } catch (std::logic_error const& mistake) {
    what = mistake.what();
  }
  CHECK(what.find("no such file") != std::string::npos);
}
