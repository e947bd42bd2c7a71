#pragma once

#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/export_queues.hpp"
#include "provisioner/controller/unreadable_notices.hpp"
#include "provisioner/controller/woken_keys.hpp"

namespace nfs {

/// The way from the watches to the queues: each change in the view becomes the keys that it wakes, and people are told
/// of objects that cannot be read. It works on the threads that write to the view. Thread-safe.
class ChangeRouter {
 public:
  /// Before anything is written to the view. All references outlive the last write to it, and so must this.
  ChangeRouter(ClusterView& view, WokenKeys& keys, ExportQueues& queues, UnreadableNotices& notices);
  ChangeRouter(ChangeRouter const&) = delete;
  ChangeRouter& operator=(ChangeRouter const&) = delete;

  /// Everything is to be looked at: for a replica that begins to lead, or may do more than before.
  void route_all();

 private:
  template <class T>
  void route_changes(k8s::Store<T>& store);
  template <class T>
  void route_changes_if_open(k8s::Store<T>& store);
  void route_unreadable(ClusterView& view);

  WokenKeys& keys_;
  ExportQueues& queues_;
  UnreadableNotices& notices_;
};

}  // namespace nfs
