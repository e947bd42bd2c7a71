#pragma once

#include <atomic>
#include <string_view>

#include "provisioner/storage/files/descriptor.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// Opens directories below an open root without ever following a symbolic link or leaving the root.
/// Thread-safe.
class DirectoryWalk {
 public:
  explicit DirectoryWalk(WalkMethod method) : method_(method) {}

  /// An O_PATH descriptor of the directory `path` (plain components, not empty) below `root`. With
  /// WalkMethod::automatic, openat2 is given up for good once the kernel, or a seccomp filter, refuses it.
  [[nodiscard]] Outcome<Descriptor> open(int root, std::string_view path);

 private:
  [[nodiscard]] bool falls_back(int error_number);

  std::atomic<WalkMethod> method_;
};

/// One directory directly below `parent`: never through a link. `access` is O_PATH or O_RDONLY.
[[nodiscard]] Outcome<Descriptor> open_directory_at(int parent, char const* name, int access);

}  // namespace nfs
