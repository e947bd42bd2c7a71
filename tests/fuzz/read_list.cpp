// Declared in tests/fuzz/target.hpp.
#include <string>
#include <vector>

#include "k8s/json/frame.hpp"
#include "tests/fuzz/objects.hpp"
#include "tests/fuzz/target.hpp"

namespace fuzz {
namespace {

struct Framed {
  std::vector<std::string> items;
  std::size_t too_large = 0;
  bool complete = false;
};

Framed frame(std::string_view text, std::size_t size) {
  Framed framed;
  auto const on_item = [&](std::string_view item) {
    framed.items.emplace_back(item);
    return k8s::Result<void>();
  };
  auto const on_too_large = [&](std::string_view beginning) {
    framed.too_large += beginning.size();
    return k8s::Result<void>();
  };
  k8s::ListFramer framer(most, on_item, on_too_large);
  feed(framer, text, size);
  framed.complete = framer.finish().has_value();
  return framed;
}

}  // namespace

std::string read_list(std::string_view input) {
  auto const [size, text] = chunked(input);
  auto const whole = frame(text, text.size() + 1);
  auto const cut = frame(text, size);
  if (whole.complete != cut.complete) return "a list is complete or not by how its chunks end";
  if (whole.complete && (whole.items != cut.items || whole.too_large != cut.too_large))
    return "a list has other items where its chunks end elsewhere";
  if (whole.complete) {
    auto const end = text.find_last_of('}');
    if (frame(text.substr(0, end), text.size() + 1).complete) return "a list that was cut short counts as complete";
  }
  for (auto const& item : cut.items) {
    if (auto wrong = check_object(item); !wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace fuzz
