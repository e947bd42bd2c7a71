#pragma once

#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"

namespace nfs {

/// Told of what is done for claims and volumes, by those who do it. Thread-safe. A `cause` names nobody's objects.
class WorkObserver {
 public:
  virtual ~WorkObserver() = default;
  virtual void provisioned(k8s::Volume const& volume, k8s::SteadyTime::duration took) = 0;
  /// A try to serve the claim failed, or it was refused.
  virtual void provision_failed(k8s::Claim const& claim, std::string const& cause) = 0;
  /// Once for each volume, though it may be deleted again while another finalizer holds it.
  virtual void deleted(k8s::Volume const& volume, k8s::SteadyTime::duration took) = 0;
  /// Its directory was gone already when it was released.
  virtual void directory_missing(k8s::Volume const& volume) = 0;
  virtual void delete_failed(k8s::Volume const& volume, std::string const& cause) = 0;
};

}  // namespace nfs
