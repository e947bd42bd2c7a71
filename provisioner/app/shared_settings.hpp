#pragma once

#include <mutex>
#include <utility>

#include "provisioner/core/settings.hpp"

namespace nfs {

/// The settings that decisions use, with what the API server does not let us do left out. Thread-safe.
class SharedSettings {
 public:
  explicit SharedSettings(Settings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] Settings current() const {
    auto const lock = std::scoped_lock(mutex_);
    return settings_;
  }

  void set(Permissions permissions) {
    auto const lock = std::scoped_lock(mutex_);
    settings_.permissions = permissions;
  }

  /// True if that changed something; likewise below.
  bool set(Binding binding) {
    auto const lock = std::scoped_lock(mutex_);
    return std::exchange(settings_.binding, binding) != binding;
  }

  bool set(bool Permissions::*permission, bool allowed) {
    auto const lock = std::scoped_lock(mutex_);
    return std::exchange(settings_.permissions.*permission, allowed) != allowed;
  }

 private:
  mutable std::mutex mutex_;
  Settings settings_;
};

}  // namespace nfs
