#pragma once

#include <filesystem>

namespace nfs::bench {

/// Requests by what they are for, from the API server's audit log.
struct Requests {
  int writes = 0;  ///< of claims and volumes
  int reads = 0;   ///< single objects
  int events = 0;
  int lists = 0;  ///< lists and watches
  int rest = 0;   ///< leases, access reviews, discovery

  [[nodiscard]] int for_objects() const { return writes + reads + events; }
  friend Requests operator-(Requests const& left, Requests const& right) {
    return {left.writes - right.writes, left.reads - right.reads, left.events - right.events, left.lists - right.lists,
            left.rest - right.rest};
  }
};

/// All that were answered so far. A line that is not whole yet is left out.
[[nodiscard]] Requests count_requests(std::filesystem::path const& audit_log);

}  // namespace nfs::bench
