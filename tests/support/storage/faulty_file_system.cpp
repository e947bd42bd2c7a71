#include "tests/support/storage/faulty_file_system.hpp"

#include "provisioner/storage/files/failure.hpp"

namespace nfs {

void FaultyFileSystem::plan(Plan next) {
  k8s::MutexLock const lock(mutex_);
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
  k8s::MutexLock const lock(mutex_);
  calls_ = 0;
  hang_at_ = at;
}

void FaultyFileSystem::release() {
  k8s::MutexLock const lock(mutex_);
  hang_at_ = 0;
  changed_.notify_all();
}

void FaultyFileSystem::wait_until_hanging() {
  k8s::MutexLock const lock(mutex_);
  changed_.wait(mutex_, [this]() REQUIRES(mutex_) { return hanging_; });
}

std::size_t FaultyFileSystem::effects() const {
  k8s::MutexLock const lock(mutex_);
  return effects_;
}

void FaultyFileSystem::enter() {
  k8s::MutexLock const lock(mutex_);
  ++calls_;
  if (hang_at_ != 0 && calls_ == hang_at_) {
    hanging_ = true;
    changed_.notify_all();
    changed_.wait(mutex_, [this]() REQUIRES(mutex_) { return hang_at_ == 0; });
    hanging_ = false;
  }
  if (dead_) throw Crash{};
}

std::optional<FaultyFileSystem::Plan> FaultyFileSystem::begin_effect() {
  k8s::MutexLock const lock(mutex_);
  ++effects_;
  if (!plan_ || plan_->at != effects_) return std::nullopt;
  return plan_;
}

StorageError FaultyFileSystem::strike(Plan const& plan) {
  if (plan.fault) return StorageError{*plan.fault, "injected fault"};
  k8s::MutexLock const lock(mutex_);
  dead_ = true;
  throw Crash{};
}

std::optional<StorageError> FaultyFileSystem::around(FileCall const& call, Proceed const& proceed) {
  enter();
  bool const is_effect = changes(call.operation) || call.operation == FileOperation::sync_directory;
  auto const chosen = is_effect ? begin_effect() : std::nullopt;
  if (!chosen || chosen->moment == Moment::after) proceed();
  if (!chosen) return std::nullopt;
  return strike(*chosen);
}

}  // namespace nfs
