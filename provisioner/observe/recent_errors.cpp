#include "provisioner/observe/recent_errors.hpp"

#include <algorithm>

namespace nfs {

void RecentErrors::note(std::string const& what, std::string const& storage_class, std::string const& cause,
                        k8s::WallTime now) {
  k8s::MutexLock const lock(mutex_);
  auto const same = std::find_if(recent_errors_.begin(), recent_errors_.end(), [&](RecentError const& each) {
    return each.what == what && each.storage_class == storage_class && each.cause == cause;
  });
  if (same == recent_errors_.end())
    recent_errors_.push_front({what, storage_class, cause, 0, now});
  else
    recent_errors_.splice(recent_errors_.begin(), recent_errors_, same);
  ++recent_errors_.front().count;
  recent_errors_.front().last = now;
  if (recent_errors_.size() > most_) recent_errors_.pop_back();
}

std::vector<RecentError> RecentErrors::last() const {
  k8s::MutexLock const lock(mutex_);
  return {recent_errors_.begin(), recent_errors_.end()};
}

}  // namespace nfs
