#include "provisioner/storage/volumes/tree_size.hpp"

#include <string>
#include <utility>
#include <vector>

#include "provisioner/storage/files/path_steps.hpp"

namespace nfs {
namespace {

constexpr std::size_t longest_path = 4000;  // below PATH_MAX: a longer one costs a call for each of its components
constexpr std::uint64_t files_between_progress = 1000;

class Measure {
 public:
  Measure(FileSystem& files, std::function<bool(TreeSize const&)> const& progress, MeasureLimits limits)
      : files_(files), progress_(progress), limits_(limits) {}

  TreeSize run(std::string_view top) {
    enter(std::string(top));
    while (goes_on_ && !levels_.empty()) {
      auto& level = levels_.back();
      if (level.waiting.empty()) {
        levels_.pop_back();
        continue;
      }
      auto path = joined(level.path, level.waiting.back());
      level.waiting.pop_back();
      enter(std::move(path));
    }
    return size_;
  }

 private:
  /// A directory, and those in it that were not entered yet.
  struct Level {
    std::string path;
    std::vector<std::string> waiting;
  };

  void enter(std::string path) {
    if (levels_.size() >= limits_.levels || path.size() > longest_path) return pass_over();
    auto const left = limits_.entries - size_.entries;
    auto const listed = files_.list(path, left);
    if (listed.has_error()) {
      pass_over();
    } else {
      ++size_.entries;
      levels_.push_back({std::move(path), {}});
      for (auto const& entry : *listed) {
        if (goes_on_) count(levels_.back(), entry);
      }
    }
    report();
    if (size_.entries >= limits_.entries || (listed.has_value() && listed->size() == left)) stop();
  }

  void count(Level& level, DirectoryEntry const& entry) {
    if (entry.kind == FileKind::directory) {
      level.waiting.push_back(entry.name);
      return;
    }
    auto const status = files_.status(joined(level.path, entry.name));
    if (status.has_error()) pass_over();
    if (status.has_value() && status->kind == FileKind::file) size_.bytes += status->size;
    ++size_.entries;
    if (++counted_ % files_between_progress == 0) report();
  }

  void pass_over() { size_.whole = false; }
  void report() {
    if (goes_on_ && !progress_(size_)) stop();
  }
  void stop() {
    goes_on_ = false;
    pass_over();
  }

  FileSystem& files_;
  std::function<bool(TreeSize const&)> const& progress_;
  MeasureLimits const limits_;
  std::vector<Level> levels_;
  std::uint64_t counted_ = 0;
  TreeSize size_;
  bool goes_on_ = true;
};

}  // namespace

TreeSize measure_tree(FileSystem& files, std::string_view path, std::function<bool(TreeSize const&)> const& progress,
                      MeasureLimits limits) {
  return Measure(files, progress, limits).run(path);
}

}  // namespace nfs
