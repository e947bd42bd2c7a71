#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/decorated_file_system.hpp"

namespace nfs {

/// A call to a file system that has not come back yet.
struct CallUnderWay {
  std::string what;  ///< "move team-a/web"
  k8s::SteadyTime since;
};

/// Hands every call on and keeps note of those under way: a call on NFS can hang for minutes and cannot be interrupted,
/// but somebody else can say so. Thread-safe.
class WatchedFileSystem final : public DecoratedFileSystem {
 public:
  WatchedFileSystem(std::unique_ptr<FileSystem> files, k8s::Clock const& clock);

  /// The call that has been under way for longest.
  [[nodiscard]] std::optional<CallUnderWay> oldest_call() const;
  /// How many have been under way since before `when`.
  [[nodiscard]] std::size_t calls_since_before(k8s::SteadyTime when) const;

 private:
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override;
  FileSystem& inner() const override { return *files_; }

  std::unique_ptr<FileSystem> files_;
  k8s::Clock const& clock_;
  mutable k8s::Mutex mutex_;
  std::list<CallUnderWay> calls_ GUARDED_BY(mutex_);  // oldest first
};

}  // namespace nfs
