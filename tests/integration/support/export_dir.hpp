#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nfs::test {

/// A fresh directory that stands for the mounted export, and goes with the test.
class ExportDir {
 public:
  ExportDir();
  ~ExportDir();
  ExportDir(ExportDir const&) = delete;
  ExportDir& operator=(ExportDir const&) = delete;

  [[nodiscard]] std::filesystem::path root() const { return top_ / "export"; }
  [[nodiscard]] std::filesystem::path at(std::string const& path) const { return root() / path; }
  /// Of this test, on the same file system, and not on the export.
  [[nodiscard]] std::filesystem::path outside(std::string const& name) const { return top_ / name; }

  [[nodiscard]] bool has(std::string const& path) const { return std::filesystem::exists(at(path)); }
  /// Directories alone; no error when they are there.
  void make(std::string const& path) const { std::filesystem::create_directories(at(path)); }
  void write(std::string const& path, std::string const& text) const;
  /// nullopt: no such file.
  [[nodiscard]] std::optional<std::string> read(std::string const& path) const;

  /// Names at the root, our private directory aside.
  [[nodiscard]] std::set<std::string> names() const;
  /// The path of a directory ("creating", "volumes", "trash") of the one cluster that uses the export. Throws if there
  /// is none, or another one.
  [[nodiscard]] std::string own(std::string const& directory) const;
  /// Names in a directory; empty when it is not there.
  [[nodiscard]] std::set<std::string> names_in(std::string const& path) const;

 private:
  std::filesystem::path top_;
};

}  // namespace nfs::test
