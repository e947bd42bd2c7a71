#include <vector>

#include "k8s/base/failure_log.hpp"
#include "tests/support/catch.hpp"

using k8s::Error;
using k8s::ErrorKind;

namespace {

Error refused(int milliseconds) {
  return k8s::make_error(ErrorKind::transport, "refused after " + std::to_string(milliseconds) + " ms");
}

Error api(int code, std::string reason, std::string message) {
  return {.kind = ErrorKind::api, .message = std::move(message), .code = code, .reason = std::move(reason)};
}

}  // namespace

TEST_CASE("a failure is logged once until all is well again") {
  std::vector<std::string> lines;
  k8s::Log const log(k8s::LogLevel::info, k8s::LogFormat::text,
                     [&](std::string_view line) { lines.emplace_back(line); });
  k8s::FailureLog failures(log, "watching claims");

  CHECK(failures.failed(refused(3)));
  CHECK_FALSE(failures.failed(refused(17)));
  CHECK(failures.failed(api(403, "Forbidden", "x cannot watch")));
  CHECK_FALSE(failures.failed(api(403, "Forbidden", "x cannot list")));
  CHECK(failures.failed(api(503, "", "x")));
  CHECK_FALSE(failures.failed(refused(4)));
  CHECK_FALSE(failures.failed(k8s::make_error(ErrorKind::cancelled, "cancelled")));
  CHECK(lines.size() == 3);

  failures.recovered();
  failures.recovered();
  REQUIRE(lines.size() == 4);
  CHECK(lines.back().find("watching claims works again") != std::string::npos);
  CHECK(failures.failed(refused(5)));
}
