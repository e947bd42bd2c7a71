#include "provisioner/storage/tree_size.hpp"

#include <string>
#include <vector>

#include "provisioner/storage/path_steps.hpp"

namespace nfs {
namespace {

constexpr std::size_t most_entries = 1 << 20;

}  // namespace

TreeSize measure_tree(FileSystem& files, std::string_view path, std::function<bool(TreeSize const&)> const& progress) {
  TreeSize size;
  std::vector<std::string> directories{std::string(path)};
  while (!directories.empty()) {
    auto const directory = std::move(directories.back());
    directories.pop_back();
    auto const listed = files.list(directory, most_entries);
    if (!listed || listed->size() == most_entries) size.whole = false;
    if (!listed) continue;
    ++size.entries;
    for (auto const& entry : *listed) {
      auto inside = joined(directory, entry.name);
      if (entry.kind == FileKind::directory) {
        directories.push_back(std::move(inside));
        continue;
      }
      ++size.entries;
      auto const status = files.status(inside);
      if (!status) size.whole = false;
      if (status && status->kind == FileKind::file) size.bytes += status->size;
    }
    if (!progress(size)) {
      size.whole = false;
      return size;
    }
  }
  return size;
}

}  // namespace nfs
