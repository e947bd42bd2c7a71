#include "provisioner/storage/volumes/private_directories.hpp"

#include <algorithm>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {
namespace {

constexpr std::size_t listed_at_once = 1 << 16;

template <class T>
bool is_missing(StorageResult<T> const& result) {
  return result.has_error() && result.error().fault == StorageFault::not_found;
}

}  // namespace

StorageResult<void> PrivateDirectories::make() {
  for (auto const directory : cluster_.own_directories()) {
    auto const status = files_.status(directory);
    if (status.has_value() && status->kind != FileKind::directory) {
      return describe({StorageFault::not_directory, "something else than a directory stands there"}, "use", directory);
    }
    if (status.has_value()) {
      continue;
    }
    if (status.error().fault != StorageFault::not_found) {
      return status.error();
    }
    auto const made = files_.make_directory(directory, layout::mode_of_directories);
    if (made.has_error() && made.error().fault != StorageFault::exists) {  // exists: another worker was faster
      return made;
    }
  }
  for (auto const directory : {std::string_view(""), names::private_directory, layout::clusters}) {
    RETURN_IF_ERROR(sync_what_stands(directory));
  }
  return sync_what_stands(cluster_.root());
}

bool PrivateDirectories::is_own(std::string_view directory) const {
  auto const own = cluster_.own_directories();
  return std::ranges::find(own, directory) != own.end();
}

void PrivateDirectories::remove_temporaries() {
  for (auto const directory : {names::private_directory, layout::archives, std::string_view(cluster_.root()),
                               std::string_view(cluster_.creating()), std::string_view(cluster_.volumes()),
                               std::string_view(cluster_.resting()), std::string_view(cluster_.trash())}) {
    auto const listed = files_.list(directory, listed_at_once);
    if (!listed) {
      continue;
    }
    for (auto const& entry : *listed) {
      if (layout::is_temporary(entry.name)) {
        (void)files_.remove_file(joined(directory, entry.name));
      }
    }
  }
}

StorageResult<void> PrivateDirectories::make_again() {
  auto const marker = files_.status(layout::marker);
  if (is_missing(marker)) {
    return describe({StorageFault::wrong_export, "its marker is missing: is the mount missing?"}, "use", "");
  }
  if (marker.has_error()) {
    return marker.error();
  }
  return make();
}

StorageResult<void> PrivateDirectories::write(std::string const& path, std::string const& document) {
  auto written = files_.write_file(path, document);
  if (!is_missing(written)) {
    return written;
  }
  RETURN_IF_ERROR(make_again());
  return files_.write_file(path, document);
}

StorageResult<void> PrivateDirectories::move(std::string_view from, std::string const& to) {
  auto moved = files_.rename(from, to);
  if (!is_missing(moved)) {
    return moved;
  }
  auto const directory = files_.status(parent_of(to));
  if (is_missing(directory)) {
    RETURN_IF_ERROR(make_again());
  } else if (directory.has_error()) {
    return directory.error();
  }
  // Also if the directory stands: another worker may have made it just now, and then it was not `from` that is missing.
  return files_.rename(from, to);
}

StorageResult<std::vector<DirectoryEntry>> PrivateDirectories::list(std::string_view directory,
                                                                    std::size_t max_entries) {
  auto listed = files_.list(directory, max_entries);
  if (is_missing(listed)) {
    return std::vector<DirectoryEntry>();
  }
  return listed;
}

StorageResult<void> PrivateDirectories::sync(std::string_view directory) {
  auto synced = sync_what_stands(directory);
  return is_missing(synced) && is_own(directory) ? make_again() : synced;
}

// The export's durability is the server's affair; a directory that we may not open cannot be synced from here.
StorageResult<void> PrivateDirectories::sync_what_stands(std::string_view directory) {
  auto synced = files_.sync_directory(directory);
  if (synced.has_error() && synced.error().fault == StorageFault::permission) {
    return {};
  }
  return synced;
}

StorageResult<void> PrivateDirectories::sync_nearest(std::string_view directory) {
  while (true) {
    auto synced = sync(directory);
    if (!is_missing(synced) || directory.empty()) {
      return synced;
    }
    directory = parent_of(directory);
  }
}

StorageResult<void> PrivateDirectories::sync_trash() {
  RETURN_IF_ERROR(sync(cluster_.resting()));
  return sync(cluster_.trash());
}

StorageResult<void> PrivateDirectories::sync_way_to(std::string_view path) {
  RETURN_IF_ERROR(sync_trash());
  for (std::size_t count = 0; count < component_count(path); ++count) {
    RETURN_IF_ERROR(sync(leading(path, count)));
  }
  return {};
}

}  // namespace nfs
