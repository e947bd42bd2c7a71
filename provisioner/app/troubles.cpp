#include "provisioner/app/troubles.hpp"

#include <algorithm>

namespace nfs {

void Troubles::note(std::string const& what, std::string const& storage_class, std::string const& cause,
                    k8s::WallTime now) {
  k8s::MutexLock const lock(mutex_);
  auto const same = std::find_if(troubles_.begin(), troubles_.end(), [&](Trouble const& each) {
    return each.what == what && each.storage_class == storage_class && each.cause == cause;
  });
  if (same == troubles_.end())
    troubles_.push_front({what, storage_class, cause, 0, now});
  else
    troubles_.splice(troubles_.begin(), troubles_, same);
  ++troubles_.front().count;
  troubles_.front().last = now;
  if (troubles_.size() > most_) troubles_.pop_back();
}

std::vector<Trouble> Troubles::last() const {
  k8s::MutexLock const lock(mutex_);
  return {troubles_.begin(), troubles_.end()};
}

}  // namespace nfs
