#include "k8s/json/managed_fields.hpp"

#include <cstring>

#include "k8s/json/scan.hpp"

namespace k8s::json {

std::optional<Part> find_managed_fields(std::string_view text) {
  // Within a string the quotes would be escaped: this is a member's name.
  constexpr std::string_view opening = R"("managedFields":[)";
  // Not std::string_view::find, which stops at each quote.
  auto const* const at = ::memmem(text.data(), text.size(), opening.data(), opening.size());
  if (at == nullptr) return std::nullopt;
  auto const bracket = static_cast<std::size_t>(static_cast<char const*>(at) - text.data()) + opening.size() - 1;
  ValueScanner scanner;
  auto const end = scanner.find_end(text, bracket);
  if (end == std::string_view::npos) return std::nullopt;
  return Part{bracket + 1, end - 1};
}

}  // namespace k8s::json
