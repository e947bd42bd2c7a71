#include "provisioner/node/sysctl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>

#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

// The kernel writes tabs between the numbers of a list, people write blanks.
std::string words(std::string const& text) {
  std::istringstream in(text);
  std::string all;
  for (std::string word; in >> word;) all.append(all.empty() ? "" : " ").append(word);
  return all;
}

std::optional<long long> whole_number(std::string_view text) {
  long long number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_path(std::string_view path) {
  bool const letters = std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
  });
  auto const bounded = fmt::format("/{}/", path);
  return letters && path.find('/') != std::string_view::npos && bounded.find("//") == std::string::npos &&
         bounded.find("/./") == std::string::npos && bounded.find("/../") == std::string::npos;
}

std::optional<std::string> read_file(std::filesystem::path const& file) {
  std::ifstream in(file);
  if (!in) return std::nullopt;
  return words({std::istreambuf_iterator<char>(in), {}});
}

bool write_file(std::filesystem::path const& file, std::string const& value) {
  std::ofstream out(file);
  out << value << std::flush;
  return out.good();
}

bool holds(Sysctl const& wanted, std::string const& is) {
  if (!wanted.at_least) return is == wanted.value;
  auto const number = whole_number(is);
  return number && *number >= *whole_number(wanted.value);
}

}  // namespace

OrRefusal<Sysctl> parse_sysctl(std::string_view text) {
  auto const equals = text.find('=');
  bool const at_least = equals != std::string_view::npos && equals > 0 && text[equals - 1] == '>';
  auto const name = text.substr(0, at_least ? equals - 1 : equals);
  Sysctl sysctl{.name = std::string(name), .path = std::string(name), .value = {}, .at_least = at_least};
  if (equals != std::string_view::npos) sysctl.value = words(std::string(text.substr(equals + 1)));
  if (sysctl.value.empty()) return Refusal{fmt::format("{} is no sysctl with a value: NAME=VALUE", nfs::quoted(text))};
  if (name.find('/') == std::string_view::npos) std::replace(sysctl.path.begin(), sysctl.path.end(), '.', '/');
  if (!is_path(sysctl.path)) return Refusal{fmt::format("{} is no name of a sysctl", nfs::quoted(name))};
  if (at_least && !whole_number(sysctl.value))
    return Refusal{fmt::format("{}: {} is no whole number, which >= needs", name, nfs::quoted(sysctl.value))};
  return sysctl;
}

void set_sysctl(Sysctl const& wanted, std::filesystem::path const& proc_sys, CheckReport& report) {
  auto const file = proc_sys / wanted.path;
  auto const was = read_file(file);
  if (!was) return report.wrong(wanted.name, "this kernel has no such setting, or it cannot be read");
  if (holds(wanted, *was)) return report.fine(wanted.name, fmt::format("is {} already", *was));
  bool const written = write_file(file, wanted.value);
  auto const is = read_file(file).value_or(std::string{});
  if (written && holds(wanted, is)) return report.fine(wanted.name, fmt::format("was {}, is {} now", *was, is));
  report.wrong(wanted.name, fmt::format("was {}, was to be {}, is {}: this needs a privileged container, or the kernel "
                                        "does not take the value",
                                        *was, wanted.value, is));
}

}  // namespace nfs
