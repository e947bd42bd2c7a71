#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

// Lexical steps on paths of plain components ("a/b/c"); the empty path is the root.
namespace nfs {

[[nodiscard]] inline std::size_t component_count(std::string_view path) {
  return path.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(path, '/')) + 1;
}

/// The first `count` components.
[[nodiscard]] inline std::string_view leading(std::string_view path, std::size_t count) {
  if (count == 0) return {};
  std::size_t end = path.find('/');
  while (--count > 0 && end != std::string_view::npos) end = path.find('/', end + 1);
  return path.substr(0, end);
}

[[nodiscard]] inline std::string_view parent_of(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

[[nodiscard]] inline std::string_view last_component(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

[[nodiscard]] inline std::string joined(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  return path.append(directory).append("/").append(name);
}

[[nodiscard]] inline bool lies_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

/// Not empty, ".", ".." and without NUL or '/'.
[[nodiscard]] inline bool is_plain_component(std::string_view name) {
  using namespace std::string_view_literals;
  return !name.empty() && name != "." && name != ".." && name.find_first_of("/\0"sv) == std::string_view::npos;
}

/// Plain components only; the empty path is plain.
[[nodiscard]] inline bool is_plain_path(std::string_view path) {
  while (!path.empty()) {
    auto const slash = path.find('/');
    if (!is_plain_component(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
    if (path.empty()) return false;
  }
  return true;
}

}  // namespace nfs
