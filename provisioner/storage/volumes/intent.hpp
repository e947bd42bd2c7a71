#pragma once

#include <cstdint>
#include <string>

namespace nfs {

/// Why a directory is being made: written to `creating/<volume>` in the cluster's directory before it is, so that a
/// crash leaves nothing behind. Settled (moved to `volumes/<volume>`), it tells what a volume in use was made for.
struct Intent {
  std::string volume;
  std::string claim_namespace;
  std::string claim_name;
  std::string claim_uid;
  std::string path;
  std::uint32_t existing = 0;      ///< how many leading components stood there already: parents, not ours alone
  std::string cluster_id = {};     ///< of the cluster whose volume it is
  std::string restored_from = {};  ///< volume of the archive that the directory is made of; empty: of none
  std::string restored_path = {};  ///< where that archive stood, and goes back to if the volume never comes to be
  std::string storage_class = {};  ///< of the claim; empty: an earlier program wrote the intent
  std::string namespace_uid = {};  ///< of the claim's namespace; empty: unknown, or an earlier program wrote it
  std::string time = {};           ///< RFC 3339: when it was written; empty: likewise
  /// The directory whose file system it is on, if that is not the export's; empty: it is, or no server has told.
  std::string file_system = {};
  bool operator==(Intent const&) const = default;
};

}  // namespace nfs
