#pragma once

#include <string>
#include <string_view>

#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {

/// An export in memory, identified, its archives known.
struct Export {
  MemoryFileSystem files;
  VolumeStore store{files, own_cluster};
  std::string id = *store.identify({});
  bool surveyed = store.survey_archives().has_value();

  [[nodiscard]] bool has(std::string_view path) const { return files.dump().contains(std::string(path)); }
  [[nodiscard]] std::string at(std::string_view path) const {
    auto const all = files.dump();
    auto const found = all.find(std::string(path));
    return found == all.end() ? "nothing" : found->second;
  }
};

}  // namespace nfs::test
