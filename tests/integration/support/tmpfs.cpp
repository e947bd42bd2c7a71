#include "tests/integration/support/tmpfs.hpp"

#include <sys/mount.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace nfs::test {
namespace fs = std::filesystem;

namespace {

constexpr auto filler = ".filler";

struct statvfs room_of(fs::path const& directory) {
  struct statvfs room {};
  if (::statvfs(directory.c_str(), &room) != 0) throw std::runtime_error{"statvfs " + directory.string()};
  return room;
}

}  // namespace

std::optional<Tmpfs> Tmpfs::over(fs::path const& directory, std::string const& options) {
  if (::mount("tmpfs", directory.c_str(), "tmpfs", 0, options.c_str()) == 0) return Tmpfs(directory, options);
  std::cerr << "SKIPPED: no tmpfs can be mounted here (" << std::strerror(errno)
            << "); what happens on a full or read-only export was NOT tested\n";
  return std::nullopt;
}

Tmpfs::Tmpfs(Tmpfs&& other) noexcept
    : directory_(std::exchange(other.directory_, {})), options_(std::move(other.options_)) {}

Tmpfs::~Tmpfs() {
  if (!directory_.empty()) ::umount2(directory_.c_str(), MNT_DETACH);
}

void Tmpfs::set_read_only(bool read_only) {
  auto const flags = static_cast<unsigned long>(MS_REMOUNT) | (read_only ? static_cast<unsigned long>(MS_RDONLY) : 0UL);
  if (::mount("tmpfs", directory_.c_str(), "tmpfs", flags, options_.c_str()) != 0)
    throw std::runtime_error{std::string("remount: ") + std::strerror(errno)};
}

void Tmpfs::fill(std::size_t inodes_left, bool bytes_left) {
  auto const place = directory_ / filler;
  fs::create_directory(place);
  if (!bytes_left) {
    std::ofstream file(place / "bytes", std::ios::binary);
    std::vector<char> const block(room_of(directory_).f_bsize);
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  for (auto free = room_of(directory_).f_ffree; free > inodes_left; --free) std::ofstream(place / std::to_string(free));
}

void Tmpfs::make_room() {
  fs::remove_all(directory_ / filler);
}

}  // namespace nfs::test
