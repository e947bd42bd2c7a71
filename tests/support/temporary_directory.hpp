#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace k8s::test {

/// A directory of its own that goes with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "k8s-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
    root_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  TemporaryDirectory(TemporaryDirectory const&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;

  [[nodiscard]] std::string path(std::string_view name = {}) const {
    return name.empty() ? root_.string() : (root_ / name).string();
  }

  /// Puts the text in place as a rotation does: a new file is renamed over the old one. Makes parents.
  std::string write(std::string_view name, std::string_view text) const {
    auto const target = path(name);
    std::filesystem::create_directories(std::filesystem::path{target}.parent_path());
    std::ofstream{target + ".new", std::ios::binary} << text;
    std::filesystem::rename(target + ".new", target);
    return target;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace k8s::test
