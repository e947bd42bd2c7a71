// libFuzzer's entry. FUZZ_PART, in the environment, names the part of tests/fuzz/target.hpp that is fuzzed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/fuzz/target.hpp"

namespace {

fuzz::Part const& chosen() {
  char const* const name = std::getenv("FUZZ_PART");
  for (auto const& part : fuzz::parts()) {
    if (name != nullptr && part.name == name) return part;
  }
  std::fputs("FUZZ_PART must be one of: list, watch, documents, directory\n", stderr);
  std::exit(2);
}

}  // namespace

// With FUZZ_SEEDS the texts to begin with are written into that directory.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
  auto const& part = chosen();
  char const* const into = std::getenv("FUZZ_SEEDS");
  for (std::size_t i = 0; into != nullptr && i < part.seeds.size(); ++i) {
    std::ofstream(std::filesystem::path(into) / std::to_string(i), std::ios::binary) << part.seeds[i];
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto const& part = chosen();
  auto const wrong = part.target({reinterpret_cast<char const*>(data), size});
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "NOT SO: %s\n", wrong.c_str());
  std::abort();
}
