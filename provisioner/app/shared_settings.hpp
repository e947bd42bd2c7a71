#pragma once

#include <mutex>
#include <utility>

#include "provisioner/core/settings.hpp"

namespace nfs {

/// The settings that decisions use, with the permissions that turn out to be missing taken out. Thread-safe.
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

  void set(Binding binding) {
    auto const lock = std::scoped_lock(mutex_);
    settings_.binding = binding;
  }

  /// True if it was there until now: the one call that should be told about.
  bool withdraw(bool Permissions::*permission) {
    auto const lock = std::scoped_lock(mutex_);
    return std::exchange(settings_.permissions.*permission, false);
  }

 private:
  mutable std::mutex mutex_;
  Settings settings_;
};

}  // namespace nfs
