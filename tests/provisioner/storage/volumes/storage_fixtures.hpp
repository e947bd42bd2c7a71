#pragma once

#include <unistd.h>

#include <boost/filesystem/fstream.hpp>
#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <cstdlib>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "provisioner/core/relative_path.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {

namespace fs = boost::filesystem;

/// "ok", or the fault's name.
template <class T>
std::string outcome(StorageResult<T> const& result) {
  if (result.has_value()) return "ok";
  switch (result.error().fault) {
    case StorageFault::not_found:
      return "not_found";
    case StorageFault::exists:
      return "exists";
    case StorageFault::not_directory:
      return "not_directory";
    case StorageFault::permission:
      return "permission";
    case StorageFault::read_only:
      return "read_only";
    case StorageFault::full:
      return "full";
    case StorageFault::stale:
      return "stale";
    case StorageFault::busy:
      return "busy";
    case StorageFault::wrong_export:
      return "wrong_export";
    case StorageFault::malformed:
      return "malformed";
    case StorageFault::held_elsewhere:
      return "held_elsewhere";
    case StorageFault::wanted_elsewhere:
      return "wanted_elsewhere";
    case StorageFault::other_file_system:
      return "other_file_system";
    case StorageFault::not_mounted:
      return "not_mounted";
    case StorageFault::too_many:
      return "too_many";
    case StorageFault::not_leading:
      return "not_leading";
    case StorageFault::io:
      return "io";
  }
  return "unknown";
}

/// The value's name, or the fault's.
inline std::string outcome(StorageResult<Released> const& result) {
  if (result.has_error()) return outcome<Released>(result);
  switch (*result) {
    case Released::archived:
      return "archived";
    case Released::trashed:
      return "trashed";
    case Released::retained:
      return "retained";
    case Released::removed_empty:
      return "removed_empty";
    case Released::discarded:
      return "discarded";
    case Released::left:
      return "left";
    case Released::missing:
      return "missing";
  }
  return "unknown";
}

inline std::string outcome(StorageResult<Created> const& result) {
  if (result.has_error()) return outcome<Created>(result);
  if (*result == Created::restored) return "restored";
  return *result == Created::made ? "made" : "adopted";
}

inline std::string outcome(StorageResult<Undone> const& result) {
  if (result.has_error()) return outcome<Undone>(result);
  if (*result == Undone::nothing) return "nothing";
  return *result == Undone::gone ? "gone" : "kept";
}

inline std::string outcome(StorageResult<bool> const& result) {
  if (result.has_error()) return outcome<bool>(result);
  return *result ? "true" : "false";
}

inline RelativePath path_of(std::string_view text) {
  return std::get<RelativePath>(RelativePath::parse(text));
}

/// An export on which volumes lie that carry these ids.
inline ExpectedExport expecting(std::vector<std::string> const& ids) {
  ExpectedExport expected;
  for (auto const& id : ids) expected.push_back({"pvc-of-" + id, id, path_of("team-x/" + id)});
  return expected;
}

/// Where STORAGE_TEST_DIR says (a real NFS mount: `make nfs`), else in memory where there is such a place: the tests
/// sync a thousand times.
inline fs::path place_for_trees() {
  if (char const* chosen = std::getenv("STORAGE_TEST_DIR")) return chosen;  // NOLINT(concurrency-mt-unsafe): read only
  fs::path const memory("/dev/shm");
  return ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

/// A directory of its own, gone at the end.
class TempTree {
 public:
  TempTree() : root_(place_for_trees() / fs::unique_path("storage-test-%%%%-%%%%-%%%%")) {
    fs::create_directories(root_);
  }
  ~TempTree() {
    boost::system::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  TempTree(TempTree const&) = delete;
  TempTree& operator=(TempTree const&) = delete;

  [[nodiscard]] fs::path at(std::string_view path) const { return root_ / std::string(path); }
  [[nodiscard]] std::string text() const { return root_.string(); }

  void put_directory(std::string_view path) const { fs::create_directories(at(path)); }
  void put_file(std::string_view path, std::string_view content) const {
    fs::create_directories(at(path).parent_path());
    fs::ofstream(at(path)) << content;
  }
  void put_symlink(std::string_view path, fs::path const& target) const {
    fs::create_directories(at(path).parent_path());
    fs::create_symlink(target, at(path));
  }
  [[nodiscard]] std::string content(std::string_view path) const {
    fs::ifstream file(at(path));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::uint32_t mode(std::string_view path) const {
    return static_cast<std::uint32_t>(fs::status(at(path)).permissions()) & 07777U;
  }

  /// Every path below the root, and what stands there; links are not followed.
  [[nodiscard]] std::map<std::string, std::string> dump() const {
    std::map<std::string, std::string> all;
    for (fs::recursive_directory_iterator entry(root_), end; entry != end; ++entry) {
      auto const path = fs::relative(entry->path().parent_path(), root_) / entry->path().filename();
      auto const name = path.lexically_normal().string();
      auto const kind = entry->symlink_status().type();
      if (kind == fs::directory_file) all[name] = "directory " + std::to_string(mode(name));
      if (kind == fs::regular_file) all[name] = "file " + content(name);
      if (kind == fs::symlink_file) all[name] = "link " + fs::read_symlink(entry->path()).string();
    }
    return all;
  }

 private:
  fs::path root_;
};

inline DirectoryRequest request_for(std::string_view path, std::string volume = "pvc-1") {
  return {.volume = std::move(volume),
          .claim_namespace = "team-a",
          .claim_name = "web",
          .claim_uid = "1",
          .path = path_of(path),
          .mode = 0777,
          .uid = {},
          .gid = {}};
}

inline ArchiveRecord archive_of(std::string_view path, std::string const& volume = "pvc-1") {
  return {.volume = volume,
          .claim_namespace = "team-a",
          .namespace_uid = "n-1",
          .claim_name = "web",
          .claim_uid = "1",
          .storage_class = "standard",
          .original_path = std::string(path),
          .archived_path = "archived-team-a-web-" + volume,
          .time = "2026-01-31T23:59:59Z",
          .requested_storage = "1Gi",
          .on_delete = "archive",
          .retention = "30d",
          .program_version = "0.1.0",
          .cluster_id = own_cluster};
}

/// Of what is to rest in the trash.
inline TrashRecord trash_record_of(std::string_view path, std::string const& volume = "pvc-1",
                                   std::string const& retention = "1h") {
  return {.volume = volume,
          .volume_uid = "v-1",
          .claim_namespace = "team-a",
          .namespace_uid = "n-1",
          .claim_name = "web",
          .claim_uid = "1",
          .storage_class = "standard",
          .original_path = std::string(path),
          .requested_storage = "1Gi",
          .retention = retention,
          .program_version = "0.1.0",
          .cluster_id = own_cluster};
}

/// What is on an export but for the records of what rests in the trash: on a full one it rests without.
inline std::map<std::string, std::string> without_trash_records(std::map<std::string, std::string> dump) {
  std::erase_if(dump, [](auto const& entry) {
    return entry.first.starts_with(own_layout.resting() + "/") && entry.first.ends_with(".json");
  });
  return dump;
}

inline ArchiveRecord retained_at(std::string_view path, std::string const& volume = "pvc-1") {
  auto record = archive_of(path, volume);
  record.archived_path = record.original_path;
  record.on_delete = "retain";
  return record;
}

}  // namespace nfs::test
