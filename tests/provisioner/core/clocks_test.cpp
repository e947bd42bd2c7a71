#include "provisioner/core/clocks.hpp"

#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr k8s::WallTime noon{std::chrono::seconds(1'767'268'800)};

TEST_CASE("clocks agree when they differ by five minutes at most, whichever is ahead") {
  struct Row {
    std::chrono::seconds ahead;
    bool agree;
  };
  for (auto const& [ahead, agree] : {Row{0s, true}, Row{5min, true}, Row{5min + 1s, false}, Row{24h * 365, false}}) {
    CAPTURE(ahead.count());
    CHECK(clocks_agree(noon + ahead, noon) == agree);
    CHECK(clocks_agree(noon, noon + ahead) == agree);
  }
}

}  // namespace
}  // namespace nfs
