#include "k8s/auth/kubeconfig_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "k8s/http/bounded_file.hpp"

namespace k8s {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_kubeconfig = 4u << 20;

struct Section {
  char const* list;
  char const* body;
  KubeconfigEntries KubeconfigDocument::*entries;
};

constexpr Section sections[] = {
    {"clusters", "cluster", &KubeconfigDocument::clusters},
    {"users", "user", &KubeconfigDocument::users},
    {"contexts", "context", &KubeconfigDocument::contexts},
};

Error complaint(std::string const& file, std::string what) {
  std::replace(what.begin(), what.end(), '\n', ' ');
  return make_error(ErrorKind::config, fmt::format("kubeconfig {}: {}", file, what));
}

bool is_absent(YAML::Node const& node) {
  return !node.IsDefined() || node.IsNull();
}

/// A Node by itself could be made of an Error as well, as of anything.
struct Parsed {
  YAML::Node root;
};

Result<Parsed> parse(std::string const& file) {
  auto const text = read_bounded_file(file, largest_kubeconfig);
  if (text.has_error()) return make_error(ErrorKind::config, "kubeconfig " + text.error().message);
  try {
    auto root = YAML::Load(*text);
    if (is_absent(root)) return Parsed{YAML::Node{YAML::NodeType::Map}};
    if (!root.IsMap()) return complaint(file, "not a mapping of clusters, users and contexts");
    return Parsed{root};
  } catch (YAML::Exception const& error) {
    return complaint(file, error.what());
  }
}

Result<void> take_section(KubeconfigDocument& into, YAML::Node const& root, Section const& section,
                          std::string const& file) {
  auto const list = root[section.list];
  if (is_absent(list)) return {};
  if (!list.IsSequence()) return complaint(file, fmt::format("{} is not a list", section.list));
  std::set<std::string> names;
  for (auto const& item : list) {
    auto const name = item.IsMap() ? item["name"] : YAML::Node{};
    if (!name.IsDefined() || !name.IsScalar()) {
      return complaint(file, fmt::format("{}: an entry without a name", section.list));
    }
    auto const body = item[section.body];
    if (!is_absent(body) && !body.IsMap()) {
      return complaint(file, fmt::format("{} \"{}\": not a mapping", section.body, name.Scalar()));
    }
    if (!names.insert(name.Scalar()).second) {
      return complaint(file, fmt::format("{} \"{}\": twice in the file", section.body, name.Scalar()));
    }
    auto const kept = is_absent(body) ? YAML::Node{YAML::NodeType::Map} : YAML::Node{body};
    (into.*section.entries).try_emplace(name.Scalar(), KubeconfigEntry{kept, file});
  }
  return {};
}

Result<void> take_file(KubeconfigDocument& into, std::string const& file) {
  auto const parsed = parse(file);
  if (parsed.has_error()) return parsed.error();
  YAML::Node const& root = parsed->root;
  for (auto const& section : sections) {
    auto const taken = take_section(into, root, section, file);
    if (taken.has_error()) return taken;
  }
  auto const current = root["current-context"];
  if (!is_absent(current) && !current.IsScalar()) return complaint(file, "current-context is not a name");
  if (into.current_context.empty() && !is_absent(current)) into.current_context = current.Scalar();
  into.files += (into.files.empty() ? "" : ", ") + file;
  return {};
}

}  // namespace

Result<KubeconfigDocument> load_kubeconfig(std::vector<std::string> const& paths) {
  KubeconfigDocument document;
  for (auto const& path : paths) {
    std::error_code error;
    auto const file = fs::absolute(path, error).lexically_normal().string();
    if (fs::status(file, error).type() == fs::file_type::not_found) continue;
    try {
      auto const taken = take_file(document, file);
      if (taken.has_error()) return taken.error();
    } catch (YAML::Exception const& failure) {
      return complaint(file, failure.what());
    }
  }
  if (document.files.empty()) {
    return make_error(ErrorKind::config, fmt::format("no kubeconfig: {} not there", fmt::join(paths, ", ")));
  }
  return document;
}

}  // namespace k8s
