#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "k8s/runtime/work_queue.hpp"
#include "provisioner/controller/reconciler.hpp"

namespace nfs {

/// Takes keys from one queue and has each reconciled; what could not be settled is put back, for later. Each thread has
/// its own.
class Worker {
 public:
  using Reconcile = std::function<Verdict(std::string const& key, std::stop_token stop)>;

  /// `queue` outlives it.
  Worker(k8s::WorkQueue& queue, Reconcile reconcile);

  /// Waits for keys and works on them, until `stop`.
  void run(std::stop_token stop);
  /// On one that was taken from the queue.
  void work_on(std::string const& key, std::stop_token stop);

 private:
  k8s::WorkQueue& queue_;
  Reconcile reconcile_;
};

}  // namespace nfs
