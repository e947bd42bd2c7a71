#include "provisioner/storage/faulty_file_system.hpp"

#include "provisioner/storage/failure.hpp"

namespace nfs {

void FaultyFileSystem::plan(Plan next) {
  std::lock_guard const lock(mutex_);
  plan_ = next;
  effects_ = 0;
  dead_ = false;
}

void FaultyFileSystem::fail_at(std::size_t at, Moment moment, StorageFault fault) {
  plan({at, moment, fault});
}

void FaultyFileSystem::crash_at(std::size_t at, Moment moment) {
  plan({at, moment, std::nullopt});
}

void FaultyFileSystem::hang_at(std::size_t at) {
  std::lock_guard const lock(mutex_);
  calls_ = 0;
  hang_at_ = at;
}

void FaultyFileSystem::release() {
  std::lock_guard const lock(mutex_);
  hang_at_ = 0;
  changed_.notify_all();
}

void FaultyFileSystem::wait_until_hanging() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return hanging_; });
}

std::size_t FaultyFileSystem::effects() const {
  std::lock_guard const lock(mutex_);
  return effects_;
}

void FaultyFileSystem::enter() {
  std::unique_lock lock(mutex_);
  ++calls_;
  if (hang_at_ != 0 && calls_ == hang_at_) {
    hanging_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return hang_at_ == 0; });
    hanging_ = false;
  }
  if (dead_) throw Crash{};
}

std::optional<FaultyFileSystem::Plan> FaultyFileSystem::begin_effect() {
  std::lock_guard const lock(mutex_);
  ++effects_;
  if (!plan_ || plan_->at != effects_) return std::nullopt;
  return plan_;
}

StorageError FaultyFileSystem::strike(Plan const& plan) {
  if (plan.fault) return StorageError{*plan.fault, "injected fault"};
  std::lock_guard const lock(mutex_);
  dead_ = true;
  throw Crash{};
}

template <class Effect>
StorageResult<void> FaultyFileSystem::effect(Effect run) {
  enter();
  auto const chosen = begin_effect();
  if (!chosen) return run();
  if (chosen->moment == Moment::after) (void)run();
  return strike(*chosen);
}

StorageResult<void> FaultyFileSystem::make_directory(std::string_view path, std::uint32_t mode) {
  return effect([&] { return inner_.make_directory(path, mode); });
}

StorageResult<void> FaultyFileSystem::set_mode(std::string_view path, std::uint32_t mode) {
  return effect([&] { return inner_.set_mode(path, mode); });
}

StorageResult<void> FaultyFileSystem::set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                                std::optional<std::uint32_t> gid) {
  return effect([&] { return inner_.set_owner(path, uid, gid); });
}

StorageResult<void> FaultyFileSystem::remove_directory(std::string_view path) {
  return effect([&] { return inner_.remove_directory(path); });
}

StorageResult<void> FaultyFileSystem::remove_file(std::string_view path) {
  return effect([&] { return inner_.remove_file(path); });
}

StorageResult<void> FaultyFileSystem::rename(std::string_view from, std::string_view to) {
  return effect([&] { return inner_.rename(from, to); });
}

StorageResult<void> FaultyFileSystem::write_file(std::string_view path, std::string_view content) {
  return effect([&] { return inner_.write_file(path, content); });
}

StorageResult<void> FaultyFileSystem::sync_directory(std::string_view path) {
  return effect([&] { return inner_.sync_directory(path); });
}

StorageResult<FileStatus> FaultyFileSystem::status(std::string_view path) {
  enter();
  return inner_.status(path);
}

StorageResult<std::string> FaultyFileSystem::read_file(std::string_view path, std::size_t max_size) {
  enter();
  return inner_.read_file(path, max_size);
}

StorageResult<std::vector<DirectoryEntry>> FaultyFileSystem::list(std::string_view path, std::size_t max_entries) {
  enter();
  return inner_.list(path, max_entries);
}

StorageResult<Space> FaultyFileSystem::space() {
  enter();
  return inner_.space();
}

StorageResult<MountInfo> FaultyFileSystem::mount_info() {
  enter();
  return inner_.mount_info();
}

void FaultyFileSystem::reopen() {
  inner_.reopen();
}

}  // namespace nfs
