#include "provisioner/app/watched_file_system.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nfs {

WatchedFileSystem::WatchedFileSystem(std::unique_ptr<FileSystem> files, k8s::Clock const& clock)
    : files_(std::move(files)), clock_(clock) {}

std::optional<CallUnderWay> WatchedFileSystem::oldest_call() const {
  auto const lock = std::scoped_lock(mutex_);
  if (calls_.empty()) return std::nullopt;
  return calls_.front();
}

std::size_t WatchedFileSystem::calls_since_before(k8s::SteadyTime when) const {
  auto const lock = std::scoped_lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(calls_.begin(), calls_.end(), [when](CallUnderWay const& call) { return call.since < when; }));
}

template <class Call>
auto WatchedFileSystem::watched(std::string_view verb, std::string_view path, Call call) {
  auto const enter = [&] {
    auto const lock = std::scoped_lock(mutex_);
    return calls_.insert(calls_.end(), CallUnderWay{fmt::format("{} {}", verb, path), clock_.steady()});
  };
  struct Leave {
    WatchedFileSystem& self;
    std::list<CallUnderWay>::iterator call;
    ~Leave() {
      auto const lock = std::scoped_lock(self.mutex_);
      self.calls_.erase(call);
    }
  } const leave{*this, enter()};
  return call();
}

StorageResult<FileStatus> WatchedFileSystem::status(std::string_view path) {
  return watched("look at", path, [&] { return files_->status(path); });
}

StorageResult<void> WatchedFileSystem::make_directory(std::string_view path, std::uint32_t mode) {
  return watched("make directory", path, [&] { return files_->make_directory(path, mode); });
}

StorageResult<void> WatchedFileSystem::set_mode(std::string_view path, std::uint32_t mode) {
  return watched("set mode of", path, [&] { return files_->set_mode(path, mode); });
}

StorageResult<void> WatchedFileSystem::set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                                 std::optional<std::uint32_t> gid) {
  return watched("set owner of", path, [&] { return files_->set_owner(path, uid, gid); });
}

StorageResult<void> WatchedFileSystem::remove_directory(std::string_view path) {
  return watched("remove directory", path, [&] { return files_->remove_directory(path); });
}

StorageResult<void> WatchedFileSystem::remove_file(std::string_view path) {
  return watched("remove file", path, [&] { return files_->remove_file(path); });
}

StorageResult<void> WatchedFileSystem::rename(std::string_view from, std::string_view to) {
  return watched("rename", from, [&] { return files_->rename(from, to); });
}

StorageResult<std::string> WatchedFileSystem::read_file(std::string_view path, std::size_t max_size) {
  return watched("read", path, [&] { return files_->read_file(path, max_size); });
}

StorageResult<void> WatchedFileSystem::write_file(std::string_view path, std::string_view content) {
  return watched("write", path, [&] { return files_->write_file(path, content); });
}

StorageResult<void> WatchedFileSystem::sync_directory(std::string_view path) {
  return watched("sync", path, [&] { return files_->sync_directory(path); });
}

StorageResult<std::vector<DirectoryEntry>> WatchedFileSystem::list(std::string_view path, std::size_t max_entries) {
  return watched("list", path, [&] { return files_->list(path, max_entries); });
}

StorageResult<Space> WatchedFileSystem::space() {
  return watched("ask for the space of", "the export", [&] { return files_->space(); });
}

StorageResult<MountInfo> WatchedFileSystem::mount_info() {
  return watched("look at", "the mount", [&] { return files_->mount_info(); });
}

void WatchedFileSystem::reopen() {
  files_->reopen();
}

}  // namespace nfs
