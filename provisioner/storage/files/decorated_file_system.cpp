#include "provisioner/storage/files/decorated_file_system.hpp"

namespace nfs {

template <class T, class Run>
StorageResult<T> DecoratedFileSystem::decorate(FileCall const& call, Run run) {
  StorageResult<T> answer = StorageError{StorageFault::io, "nobody made the call"};
  auto own = around(call, [&] {
    answer = run(inner());
    return answer.has_value();
  });
  if (own) return *std::move(own);
  return answer;
}

StorageResult<FileStatus> DecoratedFileSystem::status(std::string_view path) {
  return decorate<FileStatus>({FileOperation::status, path}, [&](auto& files) { return files.status(path); });
}

StorageResult<void> DecoratedFileSystem::make_directory(std::string_view path, std::uint32_t mode) {
  return decorate<void>({FileOperation::make_directory, path},
                        [&](auto& files) { return files.make_directory(path, mode); });
}

StorageResult<void> DecoratedFileSystem::set_mode(std::string_view path, std::uint32_t mode) {
  return decorate<void>({FileOperation::set_mode, path}, [&](auto& files) { return files.set_mode(path, mode); });
}

StorageResult<void> DecoratedFileSystem::set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                                   std::optional<std::uint32_t> gid) {
  return decorate<void>({FileOperation::set_owner, path}, [&](auto& files) { return files.set_owner(path, uid, gid); });
}

StorageResult<void> DecoratedFileSystem::remove_directory(std::string_view path) {
  return decorate<void>({FileOperation::remove_directory, path},
                        [&](auto& files) { return files.remove_directory(path); });
}

StorageResult<void> DecoratedFileSystem::remove_file(std::string_view path) {
  return decorate<void>({FileOperation::remove_file, path}, [&](auto& files) { return files.remove_file(path); });
}

StorageResult<void> DecoratedFileSystem::rename(std::string_view from, std::string_view to) {
  return decorate<void>({FileOperation::rename, from, to}, [&](auto& files) { return files.rename(from, to); });
}

StorageResult<std::string> DecoratedFileSystem::read_file(std::string_view path, std::size_t max_size) {
  return decorate<std::string>({FileOperation::read_file, path},
                               [&](auto& files) { return files.read_file(path, max_size); });
}

StorageResult<void> DecoratedFileSystem::write_file(std::string_view path, std::string_view content) {
  return decorate<void>({FileOperation::write_file, path},
                        [&](auto& files) { return files.write_file(path, content); });
}

StorageResult<void> DecoratedFileSystem::sync_directory(std::string_view path) {
  return decorate<void>({FileOperation::sync_directory, path}, [&](auto& files) { return files.sync_directory(path); });
}

StorageResult<std::vector<DirectoryEntry>> DecoratedFileSystem::list(std::string_view path, std::size_t max_entries) {
  return decorate<std::vector<DirectoryEntry>>({FileOperation::list, path},
                                               [&](auto& files) { return files.list(path, max_entries); });
}

StorageResult<void> DecoratedFileSystem::scan(std::string_view path, EntryVisitor const& visit) {
  return decorate<void>({FileOperation::list, path}, [&](auto& files) { return files.scan(path, visit); });
}

StorageResult<Space> DecoratedFileSystem::space() {
  return decorate<Space>({FileOperation::space, {}}, [](auto& files) { return files.space(); });
}

StorageResult<MountInfo> DecoratedFileSystem::mount_info() {
  return decorate<MountInfo>({FileOperation::mount_info, {}}, [](auto& files) { return files.mount_info(); });
}

StorageResult<RootedContent> DecoratedFileSystem::look(std::string_view path, std::size_t max_size) {
  return decorate<RootedContent>({FileOperation::look, path}, [&](auto& files) { return files.look(path, max_size); });
}

void DecoratedFileSystem::use(RootHandle root) {
  inner().use(std::move(root));
}

}  // namespace nfs
