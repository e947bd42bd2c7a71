#include "tests/integration/support/metrics.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include "tests/support/http_client.hpp"

namespace nfs::test {

std::uint16_t http_port(Program& program) {
  std::string const mark = "http=\"127.0.0.1:";
  program.wait_until_said(mark);
  auto const log = program.log();
  return static_cast<std::uint16_t>(std::stoul(log.substr(log.find(mark) + mark.size())));
}

double metric(Program& program, std::string const& name, std::string const& part) {
  std::istringstream answer(testing::HttpClient(http_port(program)).ask("GET", "/metrics"));
  auto sum = std::numeric_limits<double>::quiet_NaN();
  for (std::string line; std::getline(answer, line);) {
    if (!line.starts_with(name + "{")) continue;
    bool const counts = line.find(part) != std::string::npos;
    sum = (std::isnan(sum) ? 0 : sum) + (counts ? std::stod(line.substr(line.rfind(' '))) : 0);
  }
  return sum;
}

}  // namespace nfs::test
