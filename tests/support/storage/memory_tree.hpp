#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

/// A tree of files in memory that knows which of its directory entries would survive a crash. What a node holds
/// (content, mode, owner) is durable at once; an entry only when every directory that it changed was synced.
/// Not thread-safe: the part of MemoryFileSystem without locks and faults.
class MemoryTree {
 public:
  using NodeId = std::uint64_t;
  static constexpr NodeId root = 1;

  struct Node {
    FileKind kind = FileKind::directory;
    std::uint32_t mode = 0755;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t device = 1;
    std::string content;  ///< of a file; where a symbolic link leads
    FileTime modified = {};
    FileTime changed = {};
  };

  /// What a directory is told to do. A lasting change needs no sync.
  enum class Durability { volatile_until_synced, lasting };

  MemoryTree();

  /// not_found, or not_directory where something else stands in the middle of the path.
  [[nodiscard]] boost::system::result<NodeId, StorageFault> find(std::string_view path) const;
  /// What a path that leads to this entry's node comes to: the root of what is mounted there, or the node itself.
  [[nodiscard]] NodeId mounted_at(NodeId id) const;
  /// Whether it is the root of what is mounted somewhere.
  [[nodiscard]] bool is_mounted(NodeId id) const;
  [[nodiscard]] Node& node(NodeId id) { return nodes_.at(id); }
  [[nodiscard]] Node const& node(NodeId id) const { return nodes_.at(id); }
  [[nodiscard]] std::map<std::string, NodeId, std::less<>> const& entries(NodeId directory) const;

  /// Preconditions, the caller's to check: `directory` is one; `name` is free (or a file, when a file is added), there
  /// and empty, as the change needs it.
  NodeId add(NodeId directory, std::string_view name, Node node, Durability durability);
  void remove(NodeId directory, std::string_view name, Durability durability);
  void move(NodeId from, std::string_view name, NodeId to, std::string_view new_name, Durability durability);

  /// A directory with nothing in it that no entry names: the root of a file system that can be mounted.
  NodeId make_root(Node node);
  /// Over a directory, durable at once; nothing of what was there is seen until unmount().
  void mount(NodeId over, NodeId file_system);
  void unmount(NodeId file_system);

  void sync(NodeId directory);
  /// What was not synced is lost, but for those changes that `survives` says yes to, asked in their order.
  void crash(std::function<bool()> const& survives);

 private:
  using Entries = std::map<std::string, NodeId, std::less<>>;
  using Directories = std::map<NodeId, Entries>;

  /// One change of entries, by identity rather than path: it can be applied again when others before it were lost.
  struct Change {
    std::optional<NodeId> from;  ///< absent: the node is new
    std::string name;
    std::optional<NodeId> to;  ///< absent: the node is removed
    std::string new_name;
    NodeId node;
    std::set<NodeId> unsynced;
  };

  void record(Change change, Durability durability);
  [[nodiscard]] bool apply(Directories& directories, Change const& change) const;
  void fold();

  std::map<NodeId, Node> nodes_;
  Directories live_;
  Directories durable_;
  std::map<NodeId, NodeId> mounts_;  // by what they are mounted over
  std::vector<Change> journal_;
  NodeId next_ = root + 1;
};

}  // namespace nfs
