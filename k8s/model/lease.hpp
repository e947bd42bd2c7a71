#pragma once

#include <string>

#include "k8s/model/object_meta.hpp"

namespace k8s {

/// Who leads, as it stands in a Lease's spec, or as JSON in an annotation of older locks (client-go's
/// LeaderElectionRecord). Times are as they were written; nobody may judge by them.
struct LeaderRecord {
  std::string holder;     ///< empty: nobody
  int lease_seconds = 0;  ///< how long the holder may be silent
  std::string acquire_time;
  std::string renew_time;
  int transitions = 0;
  bool operator==(LeaderRecord const&) const = default;
};

/// coordination.k8s.io/v1 Lease.
struct Lease {
  ObjectMeta meta;
  LeaderRecord record;
  bool operator==(Lease const&) const = default;
};

/// core/v1 Endpoints, as the lock that it once was: its annotations are all that is read.
struct Endpoints {
  ObjectMeta meta;
  bool operator==(Endpoints const&) const = default;
};

}  // namespace k8s
