#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/file_content.hpp"
#include "provisioner/storage/files/path_steps.hpp"

// What stands where in the program's private directory on the export.
namespace nfs::layout {

inline constexpr std::string_view marker = ".nfs-subdir-provisioner/export.json";
inline constexpr std::string_view archives = ".nfs-subdir-provisioner/archives";
inline constexpr std::string_view clusters = ".nfs-subdir-provisioner/clusters";

// Where a program that knew of no other clusters kept its intents, settled intents and trash. Nothing there is touched.
inline constexpr std::array directories_of_before = {std::string_view(".nfs-subdir-provisioner/creating"),
                                                     std::string_view(".nfs-subdir-provisioner/volumes"),
                                                     std::string_view(".nfs-subdir-provisioner/trash")};

inline constexpr std::uint32_t mode_of_directories = 0700;

inline constexpr std::size_t max_document_bytes = 64 * 1024;

/// The name of a record in `archives`.
[[nodiscard]] inline std::string record_file_of(std::string_view volume) {
  return std::string(volume).append(".json");
}
[[nodiscard]] inline std::string record_of(std::string_view volume) {
  return joined(archives, record_file_of(volume));
}

/// A name that a Kubernetes object can have and that fits a file name with ".json" behind it.
[[nodiscard]] inline bool is_volume_name(std::string_view volume) {
  return is_plain_component(volume) && volume.front() != '.' && volume.size() <= 250;
}

/// Left behind by a write that a crash cut short.
[[nodiscard]] inline bool is_temporary(std::string_view name) {
  return name.starts_with(temporary_prefix);
}

[[nodiscard]] inline bool is_private(std::string_view path) {
  return leading(path, 1) == names::private_directory;
}

/// The name of a file that says which cluster a directory in `clusters` is of.
inline constexpr std::string_view cluster_file = "cluster.json";

}  // namespace nfs::layout

namespace nfs {

/// The directories of one cluster in `clusters`: no other cluster changes anything there.
class ClusterLayout {
 public:
  explicit ClusterLayout(std::string id = {})
      : id_(std::move(id)),
        root_(joined(layout::clusters, id_)),
        creating_(joined(root_, "creating")),
        volumes_(joined(root_, "volumes")),
        resting_(joined(root_, "resting")),
        trash_(joined(root_, "trash")) {}

  [[nodiscard]] std::string const& id() const { return id_; }  ///< empty: the cluster is not known yet
  [[nodiscard]] std::string const& root() const { return root_; }
  [[nodiscard]] std::string const& creating() const { return creating_; }
  [[nodiscard]] std::string const& volumes() const { return volumes_; }
  /// The trash as people know it: trees that rest until their time has ended, and their records.
  [[nodiscard]] std::string const& resting() const { return resting_; }
  /// Trees that are being removed.
  [[nodiscard]] std::string const& trash() const { return trash_; }

  [[nodiscard]] std::string cluster_file() const { return joined(root_, layout::cluster_file); }
  [[nodiscard]] std::string intent_of(std::string_view volume) const { return joined(creating_, volume); }
  /// A settled intent: what a volume that is in use was made for.
  [[nodiscard]] std::string volume_of(std::string_view volume) const { return joined(volumes_, volume); }
  [[nodiscard]] std::string resting_of(std::string_view name) const { return joined(resting_, name); }
  [[nodiscard]] std::string resting_record_of(std::string_view name) const {
    return joined(resting_, layout::record_file_of(name));
  }
  /// Written to be looked at: its time is the server's.
  [[nodiscard]] std::string clock_file() const { return joined(root_, "clock"); }
  [[nodiscard]] std::string trash_of(std::string_view volume) const { return joined(trash_, volume); }
  /// On the file system inside the export whose root is `root`. An export that lies there has a trash of its own.
  [[nodiscard]] std::string inner_trash(std::string_view root) const {
    return joined(root, joined(root_, "inner-trash"));
  }
  [[nodiscard]] std::string inner_trash_of(std::string_view root, std::string_view name) const {
    return joined(inner_trash(root), name);
  }
  /// Clusters that are to be taken over, a decision each; they stand only while there is one.
  [[nodiscard]] std::string taking() const { return joined(root_, "taking"); }
  [[nodiscard]] std::string taking_of(std::string_view cluster) const {
    return joined(taking(), layout::record_file_of(cluster));
  }
  /// Clusters that were taken over, with all that was left in their directories.
  [[nodiscard]] std::string taken() const { return joined(root_, "taken"); }
  [[nodiscard]] std::string taken_of(std::string_view cluster) const { return joined(taken(), cluster); }

  /// Those that the program makes, each after the one that it lies in.
  [[nodiscard]] std::array<std::string_view, 8> own_directories() const {
    return {names::private_directory, layout::archives, layout::clusters, root_, creating_, volumes_, resting_, trash_};
  }

 private:
  std::string id_;
  std::string root_;
  std::string creating_;
  std::string volumes_;
  std::string resting_;
  std::string trash_;
};

}  // namespace nfs
