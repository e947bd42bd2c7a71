#include "provisioner/exports/fenced_file_system.hpp"

#include "provisioner/storage/files/failure.hpp"

namespace nfs {

// A sync must not be refused to what was done before the term's end, and changes nothing.
std::optional<StorageError> FencedFileSystem::around(FileCall const& call, Proceed const& proceed) {
  if (changes(call.operation) && !term_.holds()) return describe(not_leading(), verb_of(call.operation), call.path);
  proceed();
  return std::nullopt;
}

std::unique_ptr<FileSystem> open_fenced_file_system(std::string const& mount, k8s::Term const& term) {
  auto files = open_file_system(mount, WalkMethod::automatic, [&term] { return term.holds(); });
  return std::make_unique<FencedFileSystem>(std::move(files), term);
}

}  // namespace nfs
