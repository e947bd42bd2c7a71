#include "tests/two_clusters/churn/faults.hpp"

#include <array>
#include <ostream>
#include <utility>

namespace nfs::test {
namespace {

constexpr std::size_t most_shown = 10;

constexpr std::array names = {
    std::pair{Fault::shared_directory, "shared directories"},
    std::pair{Fault::foreign_token, "tokens in foreign places"},
    std::pair{Fault::touched_directory, "directories that somebody else touched"},
    std::pair{Fault::missing_directory, "Bound volumes without their directory"},
    std::pair{Fault::missing_token, "Bound volumes without their token"},
    std::pair{Fault::missing_predecessor, "claims that did not get their data back"},
    std::pair{Fault::lost_token, "lost tokens"},
    std::pair{Fault::left_over, "things left over"},
    std::pair{Fault::unfinished, "things not finished"},
};

}  // namespace

void Faults::print(std::ostream& out) const {
  for (auto const& [fault, name] : names) {
    auto const at = seen_.find(fault);
    out << (at == seen_.end() ? 0 : at->second.size()) << " " << name << "\n";
    if (at == seen_.end()) continue;
    std::size_t shown = 0;
    for (auto const& what : at->second)
      if (++shown <= most_shown) out << "  NOT SO: " << what << "\n";
  }
}

}  // namespace nfs::test
