#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/documents.hpp"

namespace nfs {

/// A cluster that uses an export, and how much it has there.
struct ClusterHoldings {
  ClusterCard card;
  std::size_t volumes = 0;   ///< in use
  std::size_t begun = 0;     ///< that are being made
  std::size_t archives = 0;  ///< records: also of what is kept in place
  std::size_t trash = 0;     ///< trees that rest, or are to be removed
};

/// Every cluster, by id. Reads each record once.
[[nodiscard]] StorageResult<std::vector<ClusterHoldings>> read_holdings(FileSystem& files);

}  // namespace nfs
