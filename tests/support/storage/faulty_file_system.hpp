#pragma once

#include <cstddef>
#include <optional>
#include <variant>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/decorated_file_system.hpp"

namespace nfs {

/// Thrown where a FaultyFileSystem plays the program's death. Only tests make and catch it; it is no std::exception, so
/// that nothing on the way takes it for an error.
struct Crash {};

/// Passes everything on to another file system and breaks it at a point that a test chose. Effects are the calls that
/// change something, syncs included; they are counted from 1. Thread-safe.
class FaultyFileSystem final : public DecoratedFileSystem {
 public:
  enum class Moment { before, after };  ///< whether the effect takes place

  explicit FaultyFileSystem(FileSystem& inner) : inner_(inner) {}

  /// The effect number `at`, from now on, answers `fault`. One plan at a time: the last one given.
  void fail_at(std::size_t at, Moment moment, StorageFault fault);
  /// Throws Crash there, and, as the dead do nothing, at every call after it.
  void crash_at(std::size_t at, Moment moment);
  /// Call number `at` (reads count as well), from now on, does not return until release().
  void hang_at(std::size_t at);
  void release();
  /// Blocks until a call hangs.
  void wait_until_hanging();

  /// Effects begun since the last plan.
  [[nodiscard]] std::size_t effects() const;

 private:
  struct Plan {
    std::size_t at = 0;
    Moment moment = Moment::before;
    std::optional<StorageFault> fault;  ///< absent: crash
  };

  void plan(Plan next);
  /// Counts the call, hangs if it is its turn, throws if the program is dead.
  void enter();
  /// Whether the effect that begins now is the chosen one.
  [[nodiscard]] std::optional<Plan> begin_effect();
  [[nodiscard]] StorageError strike(Plan const& plan);
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override;
  FileSystem& inner() const override { return inner_; }

  FileSystem& inner_;
  mutable k8s::Mutex mutex_;
  k8s::Condition changed_;
  std::optional<Plan> plan_ GUARDED_BY(mutex_);
  std::size_t effects_ GUARDED_BY(mutex_) = 0;
  std::size_t calls_ GUARDED_BY(mutex_) = 0;
  std::size_t hang_at_ GUARDED_BY(mutex_) = 0;
  bool hanging_ GUARDED_BY(mutex_) = false;
  bool dead_ GUARDED_BY(mutex_) = false;
};

}  // namespace nfs
