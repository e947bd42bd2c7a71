#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace nfs::test {

/// A small file system of its own over a directory, as long as this lives: one that can be full and read-only, also for
/// root. It needs the right to mount.
class Tmpfs {
 public:
  /// `options` as for mount(8): "size=1m,nr_inodes=100". nullopt: mounting is not allowed here; this says so, loudly.
  [[nodiscard]] static std::optional<Tmpfs> over(std::filesystem::path const& directory, std::string const& options);
  ~Tmpfs();
  Tmpfs(Tmpfs&& other) noexcept;
  Tmpfs& operator=(Tmpfs&&) = delete;

  void set_read_only(bool read_only);
  /// Leaves room for so many more files and directories, and none for what they hold once `bytes` is false.
  void fill(std::size_t inodes_left, bool bytes_left);
  void make_room();

 private:
  Tmpfs(std::filesystem::path directory, std::string options)
      : directory_(std::move(directory)), options_(std::move(options)) {}

  std::filesystem::path directory_;
  std::string options_;
};

}  // namespace nfs::test
