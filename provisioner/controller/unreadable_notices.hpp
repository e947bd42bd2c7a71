#pragma once

#include "k8s/base/log.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/executor.hpp"

namespace nfs {

/// Tells people of objects that cannot be read: the log, and whoever looks at the object. Nothing is done for these
/// until they are mended or deleted. Thread-safe.
class UnreadableNotices {
 public:
  /// All references outlive it.
  UnreadableNotices(ClusterView& view, TellEvent tell, k8s::Log const& log);

  /// To be told once of each change. The object gets an Event only if this replica `leads`.
  template <class T>
  void note(k8s::Unreadable const& object, k8s::Aside now, bool leads);
  /// An Event for each that cannot be read now: for a replica that begins to lead.
  void tell_all();

 private:
  ClusterView& view_;
  TellEvent tell_;
  k8s::Log const& log_;
};

}  // namespace nfs
