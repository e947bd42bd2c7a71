#pragma once

#include <utility>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/settings.hpp"

namespace nfs {

/// The settings that decisions use, with what the API server does not let us do left out. Thread-safe.
class SharedSettings {
 public:
  explicit SharedSettings(Settings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] Settings current() const {
    k8s::MutexLock const lock(mutex_);
    return settings_;
  }

  void set(Cluster cluster) {
    k8s::MutexLock const lock(mutex_);
    settings_.cluster = std::move(cluster);
  }

  void set(Permissions permissions) {
    k8s::MutexLock const lock(mutex_);
    settings_.permissions = permissions;
  }

  /// True if that changed something; likewise below.
  bool set(Binding binding) {
    k8s::MutexLock const lock(mutex_);
    return std::exchange(settings_.binding, binding) != binding;
  }

  bool set(bool Permissions::*permission, bool allowed) {
    k8s::MutexLock const lock(mutex_);
    return std::exchange(settings_.permissions.*permission, allowed) != allowed;
  }

 private:
  mutable k8s::Mutex mutex_;
  Settings settings_ GUARDED_BY(mutex_);
};

}  // namespace nfs
