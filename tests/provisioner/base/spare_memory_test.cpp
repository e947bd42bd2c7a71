#include "provisioner/base/spare_memory.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

// KiB that are resident of this process's code (proc(5), smaps).
long resident_code() {
  std::ifstream maps("/proc/self/smaps");
  long sum = 0;
  bool is_code = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find('-') < line.find(' '))
      is_code = line.find(" r-xp ") != std::string::npos && line.find('/') != std::string::npos;
    if (is_code && line.starts_with("Rss:")) sum += std::stol(line.substr(4));
  }
  return sum;
}

}  // namespace

TEST_CASE("code that is not used now leaves the memory, and comes back when it is called") {
  auto const before = resident_code();
  nfs::return_spare_memory();
  auto const after = resident_code();
  INFO(before << " KiB before, " << after << " KiB after");
  CHECK(after < before);
  CHECK(std::to_string(4711) == "4711");
}

TEST_CASE("what is kept on the heap is untouched when freed memory is given back") {
  constexpr std::size_t blocks = 10'000;
  std::vector<std::unique_ptr<std::string>> kept;
  for (std::size_t i = 0; i < blocks; ++i) {
    auto const freed = std::make_unique<std::string>(1000, 'f');
    kept.push_back(std::make_unique<std::string>(100, static_cast<char>('a' + i % 26)));
  }
  nfs::return_spare_memory();
  for (std::size_t i = 0; i < blocks; ++i) CHECK(*kept[i] == std::string(100, static_cast<char>('a' + i % 26)));
}
