#include "provisioner/storage/directory_listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "provisioner/storage/directory_walk.hpp"
#include "provisioner/storage/path_steps.hpp"

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

Outcome<std::vector<DirectoryEntry>> list_directory_at(int parent, std::string const& name, std::size_t max_entries) {
  auto directory = open_directory_at(parent, name.c_str(), O_RDONLY);
  if (directory.has_error()) return directory.error();
  std::unique_ptr<DIR, CloseStream> const stream(::fdopendir(directory->get()));
  if (!stream) return last_failure();
  int const number = directory->release();  // the stream's now
  std::vector<DirectoryEntry> entries;
  while (entries.size() < max_entries) {
    errno = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own; glibc asks for no more than that.
    dirent const* entry = ::readdir(stream.get());
    if (entry == nullptr) {
      if (errno != 0) return last_failure();
      break;
    }
    if (!is_plain_component(entry->d_name)) continue;
    entries.push_back({entry->d_name, kind_of_entry(number, *entry)});
  }
  return entries;
}

}  // namespace nfs
