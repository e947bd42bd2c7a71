// Declared in tests/fuzz/target.hpp.
#include <string>
#include <vector>

#include "k8s/json/frame.hpp"
#include "k8s/json/read.hpp"
#include "tests/fuzz/objects.hpp"
#include "tests/fuzz/target.hpp"

namespace fuzz {
namespace {

struct Lines {
  std::vector<std::string> whole;
  std::vector<std::string> beginnings;
  bool operator==(Lines const&) const = default;
};

Lines lines_of(std::string_view text, std::size_t size) {
  Lines lines;
  auto const on_line = [&](std::string_view line) {
    lines.whole.emplace_back(line);
    return k8s::Result<void>();
  };
  auto const on_too_large = [&](std::string_view beginning) {
    lines.beginnings.emplace_back(beginning);
    return k8s::Result<void>();
  };
  k8s::LineFramer framer(most, on_line, on_too_large);
  feed(framer, text, size);
  return lines;
}

}  // namespace

std::string read_watch(std::string_view input) {
  auto const [size, text] = chunked(input);
  auto const lines = lines_of(text, size);
  if (lines != lines_of(text, text.size() + 1)) return "a watch has other lines where its chunks end elsewhere";
  for (auto const& line : lines.whole) {
    auto const event = k8s::read_watch_event(line);
    if (event.has_error()) continue;
    static_cast<void>(k8s::read_bookmark(event->object));
    static_cast<void>(k8s::read<k8s::Status>(event->object));
    if (auto wrong = check_object(event->object); !wrong.empty()) return wrong;
  }
  for (auto const& beginning : lines.beginnings) static_cast<void>(k8s::read_watch_beginning(beginning));
  return {};
}

}  // namespace fuzz
