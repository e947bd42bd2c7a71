#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>

#include "provisioner/core/volume_life.hpp"

namespace nfs {

/// The volumes that kube-controller-manager has yet to mark Released: still Bound, and their claims gone. It works them
/// off, at 20 requests a second, before it looks at newer volumes; and it calls a claim Lost whose volume it does not
/// know yet. So no claim is bound while there is such a backlog. A value; the caller gives the time.
class ReleaseBacklog {
 public:
  /// A claim is gone whose volume is still Bound.
  void add(std::string volume, Instant now);
  /// A volume is Bound no more, or gone, or it cannot be read: nobody would see it marked.
  void remove(std::string_view volume, Instant now);
  /// Nothing is left, or there was no progress for 10 s: then kube-controller-manager is taken to be away.
  [[nodiscard]] bool is_over(Instant now) const;

 private:
  std::set<std::string, std::less<>> volumes_;
  Instant progress_{0};  // when one was removed last, or the first was added
};

}  // namespace nfs
