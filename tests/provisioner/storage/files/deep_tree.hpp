#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <stdexcept>

#include "provisioner/storage/files/descriptor.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"

namespace nfs::test {

/// Directories in each other, `levels` of them below `top`, with a file in the deepest: as a tenant makes them, from
/// one working directory to the next, beyond what any path can name.
inline void dig(TempTree const& tree, std::string_view top, std::size_t levels) {
  tree.put_directory(top);
  Descriptor at(::open(tree.at(top).c_str(), O_PATH | O_DIRECTORY));
  for (std::size_t i = 0; i < levels; ++i) {
    if (::mkdirat(at.get(), "d", 0755) != 0) throw std::runtime_error("mkdirat");
    at = Descriptor(::openat(at.get(), "d", O_PATH | O_DIRECTORY));
  }
  Descriptor const file(::openat(at.get(), "f", O_WRONLY | O_CREAT, 0644));
  if (!file.is_open()) throw std::runtime_error("openat");
}

}  // namespace nfs::test
