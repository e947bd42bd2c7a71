#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/file_content.hpp"
#include "provisioner/storage/files/path_steps.hpp"

// What stands where in the program's private directory on the export.
namespace nfs::layout {

inline constexpr std::string_view marker = ".nfs-subdir-provisioner/export.json";
inline constexpr std::string_view creating = ".nfs-subdir-provisioner/creating";
inline constexpr std::string_view archives = ".nfs-subdir-provisioner/archives";
inline constexpr std::string_view trash = ".nfs-subdir-provisioner/trash";
inline constexpr std::string_view volumes = ".nfs-subdir-provisioner/volumes";

/// The directory itself and those in it.
inline constexpr std::array own_directories = {names::private_directory, creating, archives, trash, volumes};

[[nodiscard]] inline bool is_own_directory(std::string_view path) {
  return std::ranges::find(own_directories, path) != own_directories.end();
}

inline constexpr std::size_t max_document_bytes = 64 * 1024;

[[nodiscard]] inline std::string intent_of(std::string_view volume) {
  return joined(creating, volume);
}
/// The name of a record in `archives`.
[[nodiscard]] inline std::string record_file_of(std::string_view volume) {
  return std::string(volume).append(".json");
}
[[nodiscard]] inline std::string record_of(std::string_view volume) {
  return joined(archives, record_file_of(volume));
}
/// A settled intent: what a volume that is in use was made for.
[[nodiscard]] inline std::string volume_of(std::string_view volume) {
  return joined(volumes, volume);
}
[[nodiscard]] inline std::string trash_of(std::string_view volume) {
  return joined(trash, volume);
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

}  // namespace nfs::layout
