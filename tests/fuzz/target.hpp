#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Parts of the program that read what others wrote, each with what must hold whatever stands there. A fuzzer finds the
/// texts (`make fuzz`); a unit test plays a fixed number of random ones (mutation_test.cpp).
namespace fuzz {

/// Reads `input` with the program's own code. Empty: all holds; else what does not.
using Target = std::string (*)(std::string_view input);

/// A list of claims, volumes or classes, in chunks: the first byte of `input` says how large they are.
[[nodiscard]] std::string read_list(std::string_view input);
/// Lines of a watch, likewise.
[[nodiscard]] std::string read_watch(std::string_view input);
/// A document on the export: intent, record, trash record, cluster card, decision, marker.
[[nodiscard]] std::string read_documents(std::string_view input);
/// Four lines: a class's pattern, a claim's name, the value of its label and of its annotation.
[[nodiscard]] std::string find_directory(std::string_view input);

struct Part {
  std::string_view name;
  Target target;
  std::vector<std::string> seeds;  ///< texts that it takes, to begin with
};
[[nodiscard]] std::vector<Part> const& parts();

}  // namespace fuzz
