#include "provisioner/cli/settings_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "provisioner/cli/settings_table.hpp"

namespace nfs {
namespace {

constexpr std::streamsize most_bytes = 1 << 20;

// yaml-cpp reports by exceptions; this one carries ours to the one place that catches them.
struct Malformed {
  YAML::Mark mark;
  std::string what;
};

std::string scalar(YAML::Node const& node, std::string const& key) {
  if (!node.IsScalar()) throw Malformed{node.Mark(), fmt::format("\"{}\" must be a plain value", key)};
  return node.Scalar();
}

Export read_export(YAML::Node const& node) {
  if (!node.IsMap()) throw Malformed{node.Mark(), "an export must have name, server, path and mount"};
  Export where;
  std::map<std::string, std::string*> const members{
      {"name", &where.name}, {"server", &where.server}, {"path", &where.path}, {"mount", &where.mount}};
  for (auto const& entry : node) {
    auto const key = scalar(entry.first, "key");
    auto const member = members.find(key);
    if (member == members.end())
      throw Malformed{entry.first.Mark(), fmt::format("unknown key \"{}\" in an export", key)};
    if (!member->second->empty()) throw Malformed{entry.first.Mark(), fmt::format("\"{}\" stands there twice", key)};
    *member->second = scalar(entry.second, key);
  }
  for (auto const& [key, member] : members)
    if (member->empty()) throw Malformed{node.Mark(), fmt::format("an export lacks \"{}\"", key)};
  return where;
}

bool known(std::string const& key) {
  return std::any_of(settings().begin(), settings().end(),
                     [&](Setting const& setting) { return setting.flag.substr(2) == key && key != "config"; });
}

SettingsFile read(YAML::Node const& root) {
  SettingsFile file;
  bool has_exports = false;
  if (root.IsNull()) return file;
  if (!root.IsMap()) throw Malformed{root.Mark(), "expected `name: value` lines"};
  for (auto const& entry : root) {
    auto const key = scalar(entry.first, "key");
    if (key == "exports") {
      if (std::exchange(has_exports, true)) throw Malformed{entry.first.Mark(), "\"exports\" stands there twice"};
      if (!entry.second.IsSequence()) throw Malformed{entry.second.Mark(), "\"exports\" must be a list"};
      for (auto const& node : entry.second) file.exports.push_back(read_export(node));
    } else if (!known(key)) {
      throw Malformed{entry.first.Mark(), fmt::format("unknown setting \"{}\"", key)};
    } else if (!file.values.emplace(key, scalar(entry.second, key)).second) {
      throw Malformed{entry.first.Mark(), fmt::format("\"{}\" stands there twice", key)};
    }
  }
  return file;
}

}  // namespace

OrRefusal<SettingsFile> read_settings_file(std::string const& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(most_bytes) + 1, '\0');
  stream.read(text.data(), most_bytes + 1);
  auto const size = stream.gcount();
  if (size == 0 && !stream.eof()) return Refusal{fmt::format("--config: cannot read {}", path)};
  if (size > most_bytes) return Refusal{fmt::format("--config: {} is larger than 1 MiB", path)};
  text.resize(static_cast<std::size_t>(size));
  try {
    return read(YAML::Load(text));
  } catch (Malformed const& malformed) {
    return Refusal{fmt::format("--config: {}, line {}: {}", path, malformed.mark.line + 1, malformed.what)};
  } catch (YAML::Exception const& error) {
    return Refusal{fmt::format("--config: {}, line {}: {}", path, error.mark.line + 1, error.msg)};
  }
}

}  // namespace nfs
