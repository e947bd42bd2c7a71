#pragma once

#include <memory>

#include "k8s/leader/term.hpp"
#include "provisioner/storage/files/decorated_file_system.hpp"

namespace nfs {

/// Lets nothing be changed unless the term holds: each effect is `not_leading` then. Reads go through. `term` outlives
/// this. Thread-safe.
class FencedFileSystem final : public DecoratedFileSystem {
 public:
  FencedFileSystem(std::unique_ptr<FileSystem> files, k8s::Term const& term) : files_(std::move(files)), term_(term) {}

 private:
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override;
  FileSystem& inner() const override { return *files_; }

  std::unique_ptr<FileSystem> files_;
  k8s::Term const& term_;
};

/// The file system at `mount` behind the fence, which is asked once more before each rename.
[[nodiscard]] std::unique_ptr<FileSystem> open_fenced_file_system(std::string const& mount, k8s::Term const& term);

}  // namespace nfs
