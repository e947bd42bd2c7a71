#include "provisioner/controller/worker.hpp"

#include <utility>
#include <variant>

namespace nfs {

Worker::Worker(k8s::WorkQueue& queue, Reconcile reconcile) : queue_(queue), reconcile_(std::move(reconcile)) {}

void Worker::run(std::stop_token stop) {
  while (auto const key = queue_.take(stop)) work_on(*key, stop);
}

void Worker::work_on(std::string const& key, std::stop_token stop) {
  auto const verdict = reconcile_(key, std::move(stop));
  if (auto const* again = std::get_if<TryAgain>(&verdict)) {
    queue_.retry(key, again->at_least);
  } else {
    queue_.done(key);
  }
}

}  // namespace nfs
