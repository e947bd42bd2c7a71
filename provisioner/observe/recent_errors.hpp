#pragma once

#include <list>
#include <string>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {

/// The last things that went wrong, the same thing again counted instead of added. Bounded; thread-safe.
class RecentErrors {
 public:
  explicit RecentErrors(std::size_t most = 10) : most_(most) {}

  void note(std::string const& what, std::string const& storage_class, std::string const& cause, k8s::WallTime now);
  /// Newest first.
  [[nodiscard]] std::vector<RecentError> last() const;

 private:
  std::size_t most_;
  mutable k8s::Mutex mutex_;
  std::list<RecentError> recent_errors_ GUARDED_BY(mutex_);  // newest first
};

}  // namespace nfs
