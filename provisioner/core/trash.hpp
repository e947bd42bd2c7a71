#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "k8s/text/rfc3339.hpp"

namespace nfs {

/// What is kept about a tree that rests in the trash: `resting/<name>.json` in the cluster's directory. Since when it
/// rests is when that file was written, by the server's clock.
struct TrashRecord {
  std::string volume;
  std::string volume_uid;  ///< of the object: a later one of this name has another. Empty: it was an archive
  std::string claim_namespace;
  std::string namespace_uid;
  std::string claim_name;
  std::string claim_uid;
  std::string storage_class;
  std::string original_path;  ///< where it stood as a volume
  std::string requested_storage;
  std::string retention;  ///< how long it rests: "1h"
  std::string program_version = {};
  std::string cluster_id = {};
  bool operator==(TrashRecord const&) const = default;
};

/// A tree that rests in the trash.
struct RestingTree {
  std::string name;                        ///< in the trash
  std::optional<TrashRecord> record = {};  ///< nullopt: there is none that can be read
  k8s::WallTime since =
      {};                  ///< by the server: when its record was written; without one, when the tree was changed last
  bool elsewhere = false;  ///< on another file system than the export's: once it is gone, the export has no more room
};

/// When it is removed. Without a record that says for how long it rests, after the longer of the program's setting and
/// an hour: its class may have said more than the setting, and it must not stay for ever.
[[nodiscard]] k8s::WallTime rests_until(RestingTree const& tree, std::chrono::seconds setting);

/// Those whose time has ended by `server_time`, the oldest first.
[[nodiscard]] std::vector<std::string> ended(std::vector<RestingTree> const& trees, std::chrono::seconds setting,
                                             k8s::WallTime server_time);

/// In the order in which they go where room is needed: the oldest first, of several the first by name. Those elsewhere
/// stay.
[[nodiscard]] std::vector<std::string> oldest_first(std::vector<RestingTree> const& trees);

/// Whether less than a tenth is free. An export that does not say its size is not short of room.
[[nodiscard]] bool is_short_of_room(std::uint64_t free_bytes, std::uint64_t total_bytes);

}  // namespace nfs
