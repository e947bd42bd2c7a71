#include "tests/integration/support/tokens.hpp"

#include <sstream>

namespace nfs::test {
namespace fs = std::filesystem;

namespace {

constexpr auto token_file = "token";

// nullopt: a token stands twice, or a directory went while it was read. Beside a rename a walk may see that; what stays
// so is a fault.
std::optional<std::map<std::string, std::string>> walk(ExportDir const& exported) {
  std::map<std::string, std::string> tokens;
  std::error_code gone;
  fs::recursive_directory_iterator entry(exported.root(), gone);
  for (; !gone && entry != fs::recursive_directory_iterator(); entry.increment(gone)) {
    if (entry->path().filename() != token_file) continue;
    auto const path = entry->path().lexically_relative(exported.root());
    auto const token = exported.read(path.string());
    if (!token) continue;
    if (!tokens.emplace(*token, path.parent_path().string()).second) return std::nullopt;
  }
  if (gone) return std::nullopt;
  return tokens;
}

}  // namespace

ClassSpec restoring(k8s::StringMap const& more) {
  ClassSpec spec{.parameters = more};
  spec.parameters.emplace("pathPattern", "${.PVC.namespace}/${.PVC.name}");
  spec.parameters.emplace("onCreate", "restore");
  return spec;
}

std::string archive_of(Pair const& pair) {
  return "archived-" + pair.claim.meta.name_space + "-" + pair.claim.meta.name + "-" + pair.volume.meta.name;
}

std::string record_of(Pair const& pair) {
  return ".nfs-subdir-provisioner/archives/" + pair.volume.meta.name + ".json";
}

std::string put_token(Scene& scene, Pair const& pair) {
  auto const& token = pair.claim.meta.uid;
  scene.exported().write(scene.directory(pair.volume) + "/" + token_file, token);
  return token;
}

std::optional<std::string> token_of(Scene& scene, Pair const& pair) {
  return scene.exported().read(scene.directory(pair.volume) + "/" + token_file);
}

void await_line(Scene& scene, k8s::Claim const& claim, std::string const& part) {
  auto const volume = "pvc-" + claim.meta.uid;
  eventually("a line about " + volume + " with " + part, [&] {
    std::istringstream log(scene.program().log());
    for (std::string line; std::getline(log, line);)
      if (line.find(volume) != std::string::npos && line.find(part) != std::string::npos) return true;
    return false;
  });
}

std::map<std::string, std::string> all_tokens(ExportDir const& exported) {
  return *eventually("a walk of the export that sees each token once", [&] { return walk(exported); });
}

}  // namespace nfs::test
