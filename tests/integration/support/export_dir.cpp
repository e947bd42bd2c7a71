#include "tests/integration/support/export_dir.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace nfs::test {
namespace fs = std::filesystem;

ExportDir::ExportDir() {
  auto pattern = (fs::temp_directory_path() / "nfs-integration-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
  top_ = pattern;
  fs::create_directory(root());
}

ExportDir::~ExportDir() {
  std::error_code ignored;
  fs::remove_all(top_, ignored);
}

void ExportDir::write(std::string const& path, std::string const& text) const {
  std::ofstream file(at(path), std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error{"cannot write " + at(path).string()};
}

std::optional<std::string> ExportDir::read(std::string const& path) const {
  std::ifstream file(at(path), std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::set<std::string> ExportDir::names_in(std::string const& path) const {
  std::set<std::string> names;
  std::error_code gone;
  for (auto const& entry : fs::directory_iterator(at(path), gone)) names.insert(entry.path().filename());
  return names;
}

std::string ExportDir::own(std::string const& directory) const {
  std::string const clusters = ".nfs-subdir-provisioner/clusters";
  auto const ids = names_in(clusters);
  if (ids.size() != 1) throw std::runtime_error{std::to_string(ids.size()) + " clusters use the export, not one"};
  return clusters + "/" + *ids.begin() + "/" + directory;
}

std::set<std::string> ExportDir::names() const {
  auto all = names_in("");
  all.erase(".nfs-subdir-provisioner");
  return all;
}

}  // namespace nfs::test
