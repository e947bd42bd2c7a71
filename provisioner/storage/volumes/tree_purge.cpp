#include "provisioner/storage/volumes/tree_purge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <vector>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/path_steps.hpp"

namespace nfs {
namespace {

constexpr std::size_t entries_a_listing = 256;
constexpr std::size_t stuck_entries_a_directory = 1024;  // more than these, and the directory is given up for this call
constexpr std::size_t deepest_level = 32;
constexpr std::size_t longest_path = 2048;  // well below PATH_MAX
constexpr std::size_t attempts_a_removal = 16;
constexpr std::size_t attempts_to_get_down = 16384;  // however small the budget, the first removal must be in reach
constexpr std::size_t levels_at_most = 512;          // where the server refuses to move subtrees up
constexpr int tries_for_a_name = 8;

/// A directory that is being emptied.
struct Level {
  std::string path;
  std::vector<std::string> waiting = {};          // subdirectories seen and not yet entered
  std::set<std::string, std::less<>> stuck = {};  // entries that cannot be removed now
  bool shown = false;                             // all of its entries were listed and tried
};

class TreePurge {
 public:
  TreePurge(FileSystem& files, std::string const& top, std::uint64_t device, std::size_t budget)
      : files_(files),
        top_(top),
        device_(device),
        budget_(budget),
        attempts_(attempts_to_get_down + budget * attempts_a_removal) {
    levels_.push_back({.path = top});
  }

  StorageResult<bool> run() {
    while (!levels_.empty()) {
      if (exhausted()) return end_early();
      auto const& level = levels_.back();
      if (!level.waiting.empty()) {
        enter_next();
      } else if (level.shown && level.stuck.empty()) {
        leave_empty();
      } else {
        list();
      }
    }
    if (first_error_) return *first_error_;
    return true;
  }

 private:
  StorageResult<bool> end_early() const {
    if (removed_ > 0 || moved_ > 0) return false;
    if (first_error_) return *first_error_;
    return describe({StorageFault::io, "no end in sight"}, "remove", top_);
  }

  void spend() {
    if (attempts_ > 0) --attempts_;
  }
  bool exhausted() const { return removed_ >= budget_ || attempts_ == 0; }
  void removed_one() { ++removed_; }

  void stuck(std::string_view name, StorageError error) {
    if (!first_error_) first_error_ = std::move(error);
    levels_.back().stuck.emplace(name);
  }

  /// Removes what is easily removed of the deepest level; notes its full subdirectories; leaves it when it is done.
  void list() {
    auto& level = levels_.back();
    spend();
    auto const asked_for = level.stuck.size() + entries_a_listing;
    auto const listed = files_.list(level.path, asked_for);
    if (listed.has_error()) return leave_unlisted(listed.error());
    bool fresh = false;
    for (auto const& entry : *listed) {
      if (level.stuck.contains(entry.name)) continue;
      fresh = true;
      if (exhausted()) return;
      remove_entry(level, entry);
    }
    level.shown = listed->size() < asked_for;
    bool const given_up = level.stuck.size() >= stuck_entries_a_directory;
    if (fresh && !given_up) return;
    if (level.stuck.empty()) return leave_empty();
    leave_stuck();
  }

  void remove_entry(Level& level, DirectoryEntry const& entry) {
    auto const path = joined(level.path, entry.name);
    spend();
    bool const directory = entry.kind == FileKind::directory;
    auto result = directory ? files_.remove_directory(path) : files_.remove_file(path);
    bool const full = result.has_error() && result.error().fault == StorageFault::exists;
    if (result.has_error() && !full && changed_kind(path, entry.kind)) {
      result = directory ? files_.remove_file(path) : files_.remove_directory(path);
    }
    if (result.has_value()) return removed_one();
    auto const fault = result.error().fault;
    if (fault == StorageFault::not_found) return;
    if (fault == StorageFault::exists) return level.waiting.push_back(entry.name);
    stuck(entry.name, result.error());
  }

  /// Tenants may still be at work in the tree: what was a directory when it was listed may be a link by now.
  bool changed_kind(std::string const& path, FileKind listed) {
    auto const now = files_.status(path);
    return now.has_value() && (now->kind == FileKind::directory) != (listed == FileKind::directory);
  }

  void enter_next() {
    auto& level = levels_.back();
    auto const name = std::move(level.waiting.back());
    level.waiting.pop_back();
    auto path = joined(level.path, name);
    spend();
    auto const status = files_.status(path);
    if (status.has_error()) {
      if (status.error().fault != StorageFault::not_found) stuck(name, status.error());
      return;
    }
    if (status->kind != FileKind::directory) return;  // seen again in the next listing
    if (status->device != device_) {
      return stuck(name, describe({StorageFault::busy, "another file system is mounted there"}, "remove", path));
    }
    if (is_deep(path) && move_up(path)) return;
    if (levels_.size() >= levels_at_most) {
      return stuck(name, describe({StorageFault::io, "nested too deeply, and it cannot be moved up"}, "remove", path));
    }
    levels_.push_back({.path = std::move(path)});
  }

  bool is_deep(std::string const& path) const { return levels_.size() >= deepest_level || path.size() >= longest_path; }

  /// Next to the top's own children, where a later listing finds it. False if the server does not want to.
  bool move_up(std::string const& path) {
    for (int i = 0; i < tries_for_a_name; ++i) {
      spend();
      // By chance: tenants may still write there, and must not be able to take the name first.
      auto const moved = files_.rename(path, joined(top_, fmt::format(".deep-{:08x}{:08x}", random_(), random_())));
      if (moved.has_value()) ++moved_;
      if (moved.has_value() || moved.error().fault == StorageFault::not_found) return true;
      if (moved.error().fault != StorageFault::exists) return false;
    }
    return false;
  }

  void leave_empty() {
    spend();
    auto const path = levels_.back().path;
    auto const removed = files_.remove_directory(path);
    if (removed.has_error() && removed.error().fault == StorageFault::exists) {
      levels_.back().shown = false;  // filled anew: once more
      return;
    }
    levels_.pop_back();
    if (removed.has_value()) return removed_one();
    if (removed.error().fault != StorageFault::not_found) leave_with(path, removed.error());
  }

  void leave_stuck() {
    auto const path = levels_.back().path;
    levels_.pop_back();
    leave_with(path, *first_error_);
  }

  void leave_unlisted(StorageError const& error) {
    auto const path = levels_.back().path;
    levels_.pop_back();
    bool const gone = error.fault == StorageFault::not_found;
    bool const link = error.fault == StorageFault::not_directory && !levels_.empty();  // the next listing shows it
    if (!gone && !link) leave_with(path, error);
  }

  /// A directory that stays makes its parent stay.
  void leave_with(std::string const& path, StorageError const& error) {
    if (!first_error_) first_error_ = error;
    if (!levels_.empty()) levels_.back().stuck.emplace(last_component(path));
  }

  FileSystem& files_;
  std::string const& top_;
  std::uint64_t const device_;
  std::size_t const budget_;
  std::size_t attempts_;
  std::size_t removed_ = 0;
  std::size_t moved_ = 0;
  std::random_device random_;
  std::vector<Level> levels_;
  std::optional<StorageError> first_error_;
};

}  // namespace

StorageResult<bool> purge_tree(FileSystem& files, std::string const& path, std::size_t budget) {
  auto const parent = files.status(parent_of(path));
  if (parent.has_error()) return parent.error();
  auto const top = files.status(path);
  if (top.has_error()) {
    if (top.error().fault == StorageFault::not_found) return true;
    return top.error();
  }
  if (top->kind != FileKind::directory) {
    if (auto removed = files.remove_file(path); removed.has_error()) return removed.error();
    return true;
  }
  if (top->device != parent->device) {
    return describe({StorageFault::busy, "another file system is mounted there"}, "remove", path);
  }
  return TreePurge(files, path, parent->device, std::max<std::size_t>(budget, 1)).run();
}

}  // namespace nfs
