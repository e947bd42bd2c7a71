#include "provisioner/storage/files/directory_listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "provisioner/storage/files/directory_walk.hpp"
#include "provisioner/storage/files/path_steps.hpp"

namespace nfs {
namespace {

struct CloseStream {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

FileKind kind_of_entry(int directory, dirent const& entry) {
  switch (entry.d_type) {
    case DT_DIR:
      return FileKind::directory;
    case DT_REG:
      return FileKind::file;
    case DT_LNK:
      return FileKind::symlink;
    case DT_UNKNOWN:
      break;
    default:
      return FileKind::other;
  }
  struct stat info {};
  if (::fstatat(directory, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return FileKind::other;
  return kind_of(info.st_mode);
}

}  // namespace

FileKind kind_of(std::uint32_t mode) {
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISREG(mode)) return FileKind::file;
  if (S_ISLNK(mode)) return FileKind::symlink;
  return FileKind::other;
}

Outcome<void> scan_directory_at(int parent, std::string const& name, std::function<bool(DirectoryEntry)> const& visit) {
  auto directory = open_directory_at(parent, name.c_str(), O_RDONLY);
  if (directory.has_error()) return directory.error();
  std::unique_ptr<DIR, CloseStream> const stream(::fdopendir(directory->get()));
  if (!stream) return last_failure();
  int const number = directory->release();  // the stream's now
  while (true) {
    errno = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own; glibc asks for no more than that.
    dirent const* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    if (!is_plain_component(entry->d_name)) continue;
    if (!visit({entry->d_name, kind_of_entry(number, *entry), entry->d_ino})) return {};
  }
  if (errno != 0) return last_failure();
  return {};
}

Outcome<std::vector<DirectoryEntry>> list_directory_at(int parent, std::string const& name, std::size_t max_entries) {
  std::vector<DirectoryEntry> entries;
  if (max_entries == 0) return entries;
  auto const scanned = scan_directory_at(parent, name, [&](DirectoryEntry entry) {
    entries.push_back(std::move(entry));
    return entries.size() < max_entries;
  });
  if (scanned.has_error()) return scanned.error();
  return entries;
}

}  // namespace nfs
