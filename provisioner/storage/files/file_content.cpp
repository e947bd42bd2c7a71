#include "provisioner/storage/files/file_content.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>

#include "provisioner/storage/files/descriptor.hpp"
#include "provisioner/storage/files/directory_walk.hpp"
#include "provisioner/storage/files/interrupted.hpp"

namespace nfs {
namespace {

// In containers every process may be number 1: the random part keeps two replicas apart.
std::uint64_t process_mark() {
  std::uint64_t mark = 0;
  if (::getrandom(&mark, sizeof mark, 0) != sizeof mark) mark = 0;
  return mark;
}

std::string temporary_name() {
  static std::uint64_t const mark = process_mark();
  static std::atomic<std::uint64_t> counter{0};
  return fmt::format("{}{}-{:016x}-{}", temporary_prefix, ::getpid(), mark, ++counter);
}

Outcome<void> write_all(int file, std::string_view content) {
  while (!content.empty()) {
    auto const written = uninterrupted([&] { return ::write(file, content.data(), content.size()); });
    if (written < 0) return last_failure();
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// The inode of the file made.
Outcome<ino_t> write_new_file(int parent, std::string const& name, std::string_view content) {
  Descriptor file(uninterrupted(
      [&] { return ::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600); }));
  if (!file.is_open()) return last_failure();
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return last_failure();
  if (auto written = write_all(file.get(), content); written.has_error()) return written.error();
  if (uninterrupted([&] { return ::fsync(file.get()); }) != 0) return last_failure();
  if (int const number = file.close(); number != 0) return failure_of(number);
  return info.st_ino;
}

Outcome<void> replace(int parent, std::string const& from, ino_t inode, std::string const& to, EffectGate const& gate) {
  struct stat current {};
  if (::fstatat(parent, to.c_str(), &current, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(current.st_mode)) {
    return Failure{StorageFault::exists, "something else than a regular file stands there"};
  }
  if (gate && !gate()) return not_leading();
  if (::renameat(parent, from.c_str(), parent, to.c_str()) == 0) return {};
  int const number = errno;
  // NFS: the answer to a rename that was done may be lost, and the second asking fails.
  bool const moved =
      number == ENOENT && ::fstatat(parent, to.c_str(), &current, AT_SYMLINK_NOFOLLOW) == 0 && current.st_ino == inode;
  if (moved) return {};
  return failure_of(number);
}

Failure no_regular_file() {
  return {StorageFault::malformed, "not a regular file"};
}

}  // namespace

Outcome<std::string> read_content(int parent, std::string const& name, std::size_t max_size) {
  // O_NONBLOCK: a FIFO must not hang us before its type is seen.
  Descriptor file(
      uninterrupted([&] { return ::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC); }));
  if (!file.is_open() && errno == ENXIO) return no_regular_file();  // a socket, or a device that is not there
  if (!file.is_open()) return last_failure();
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return last_failure();
  if (!S_ISREG(info.st_mode)) return no_regular_file();
  std::string content;
  char buffer[4096];
  while (content.size() <= max_size) {
    auto const count = uninterrupted([&] { return ::read(file.get(), buffer, sizeof buffer); });
    if (count < 0) return last_failure();
    if (count == 0) return content;
    content.append(buffer, static_cast<std::size_t>(count));
  }
  return Failure{StorageFault::malformed, fmt::format("larger than {} bytes", max_size)};
}

Outcome<void> write_durably(int parent, std::string const& name, std::string_view content, EffectGate const& gate) {
  auto const temporary = temporary_name();
  auto const made = write_new_file(parent, temporary, content);
  auto const done = made.has_value() ? replace(parent, temporary, *made, name, gate) : Outcome<void>(made.error());
  if (done.has_error()) {
    if (done.error().fault != StorageFault::not_leading) ::unlinkat(parent, temporary.c_str(), 0);
    return done;
  }
  return sync_directory_at(parent, ".");
}

Outcome<void> sync_directory_at(int parent, std::string const& name) {
  auto directory = open_directory_at(parent, name.c_str(), O_RDONLY);
  if (directory.has_error()) return directory.error();
  if (uninterrupted([&] { return ::fsync(directory->get()); }) == 0) return {};
  if (errno == EINVAL) return {};  // a file system without fsync for directories
  return last_failure();
}

}  // namespace nfs
