#include "provisioner/app/fenced_file_system.hpp"

#include "provisioner/storage/failure.hpp"

namespace nfs {

template <class Effect>
StorageResult<void> FencedFileSystem::fenced(std::string_view action, std::string_view path, Effect effect) {
  if (!term_.holds()) return describe(not_leading(), action, path);
  return effect();
}

StorageResult<void> FencedFileSystem::make_directory(std::string_view path, std::uint32_t mode) {
  return fenced("create directory", path, [&] { return files_->make_directory(path, mode); });
}

StorageResult<void> FencedFileSystem::set_mode(std::string_view path, std::uint32_t mode) {
  return fenced("set the mode of", path, [&] { return files_->set_mode(path, mode); });
}

StorageResult<void> FencedFileSystem::set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                                std::optional<std::uint32_t> gid) {
  return fenced("set the owner of", path, [&] { return files_->set_owner(path, uid, gid); });
}

StorageResult<void> FencedFileSystem::remove_directory(std::string_view path) {
  return fenced("remove directory", path, [&] { return files_->remove_directory(path); });
}

StorageResult<void> FencedFileSystem::remove_file(std::string_view path) {
  return fenced("remove file", path, [&] { return files_->remove_file(path); });
}

StorageResult<void> FencedFileSystem::rename(std::string_view from, std::string_view to) {
  return fenced("move", from, [&] { return files_->rename(from, to); });
}

StorageResult<void> FencedFileSystem::write_file(std::string_view path, std::string_view content) {
  return fenced("write", path, [&] { return files_->write_file(path, content); });
}

// Changes nothing, and must not be refused to what was done before the term's end.
StorageResult<void> FencedFileSystem::sync_directory(std::string_view path) {
  return files_->sync_directory(path);
}

StorageResult<FileStatus> FencedFileSystem::status(std::string_view path) {
  return files_->status(path);
}

StorageResult<std::string> FencedFileSystem::read_file(std::string_view path, std::size_t max_size) {
  return files_->read_file(path, max_size);
}

StorageResult<std::vector<DirectoryEntry>> FencedFileSystem::list(std::string_view path, std::size_t max_entries) {
  return files_->list(path, max_entries);
}

StorageResult<Space> FencedFileSystem::space() {
  return files_->space();
}

StorageResult<MountInfo> FencedFileSystem::mount_info() {
  return files_->mount_info();
}

void FencedFileSystem::reopen() {
  files_->reopen();
}

std::unique_ptr<FileSystem> open_fenced_file_system(std::string mount, k8s::Term const& term) {
  auto files = open_file_system(std::move(mount), WalkMethod::automatic, [&term] { return term.holds(); });
  return std::make_unique<FencedFileSystem>(std::move(files), term);
}

}  // namespace nfs
