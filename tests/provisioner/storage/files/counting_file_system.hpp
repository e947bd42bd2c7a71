#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/decorated_file_system.hpp"
#include "provisioner/storage/files/path_steps.hpp"

namespace nfs::test {

/// Counts the calls that go through, and the components of their paths: what a walk from the root costs.
class CountingFileSystem final : public DecoratedFileSystem {
 public:
  explicit CountingFileSystem(FileSystem& inner, std::chrono::microseconds each_takes = {})
      : inner_(inner), each_takes_(each_takes) {}

  /// Called before each call that goes through.
  std::function<void(FileCall const&)> before = [](FileCall const&) {};

  [[nodiscard]] std::size_t calls() const { return calls_; }
  [[nodiscard]] std::size_t components() const { return components_; }
  [[nodiscard]] std::size_t calls(FileOperation operation, std::string_view path) const {
    k8s::MutexLock const lock(mutex_);
    auto const at = by_path_.find({operation, std::string(path)});
    return at == by_path_.end() ? 0 : at->second;
  }

 private:
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override {
    ++calls_;
    components_ += component_count(call.path);
    if (component_count(call.path) <= 3) {
      k8s::MutexLock const lock(mutex_);
      ++by_path_[{call.operation, std::string(call.path)}];
    }
    before(call);
    if (each_takes_.count() > 0) std::this_thread::sleep_for(each_takes_);
    proceed();
    return std::nullopt;
  }
  FileSystem& inner() const override { return inner_; }

  FileSystem& inner_;
  std::chrono::microseconds each_takes_;
  std::atomic<std::size_t> calls_ = 0;
  std::atomic<std::size_t> components_ = 0;
  mutable k8s::Mutex mutex_;
  std::map<std::pair<FileOperation, std::string>, std::size_t> by_path_ GUARDED_BY(mutex_);
};

}  // namespace nfs::test
