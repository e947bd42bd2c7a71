#include "tests/simulation/disk.hpp"

#include <fmt/format.h>

#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/fiber.hpp"

namespace nfs::simulation {

FileSystem& Disk::mounted() {
  return fate_.unmounted ? scene_.bare : scene_.files;
}

FileSystem& Disk::inner() {
  if (used_ == nullptr) used_ = &mounted();
  return *used_;
}

StorageResult<RootedContent> Disk::look(std::string_view path, std::size_t max_size) {
  Fiber::yield();
  auto& files = mounted();
  auto sight = files.look(path, max_size);
  if (sight.has_error()) return sight;
  if (scene_.sabotaged(Sabotage::no_marker_check)) {
    if (marker_.empty()) marker_ = sight->content.value_or("");
    if (!marker_.empty()) sight->content = marker_;
  }
  sight->root = RootHandle(&files, [](auto const*) {});  // it is there for as long as the history lasts
  return sight;
}

void Disk::use(RootHandle root) {
  used_ = root.get() == &scene_.bare ? &scene_.bare : &scene_.files;
}

template <class Effect>
StorageResult<void> Disk::effect(std::string const& line, bool moves, Effect run) {
  auto const begun = mandate_.stamp();
  if (!line.starts_with("sync ")) scene_.note_beginning(begun, who_, line);  // which changes nothing
  fate_.stop_if_due(scene_.clock.lively());
  Fiber::yield();
  bool const dies = fate_.death.strikes();
  auto const death = fate_.death;
  if (dies && death.moment == Moment::before) die_(death.what);
  // A directory that may not be opened need not be synced: that promises nothing.
  if (line.starts_with("sync ") && fate_.storage.what == StorageFault::permission)
    fate_.storage.what = StorageFault::io;
  bool const fails = fate_.storage.strikes();
  if (fails && fate_.storage.what == StorageFault::exists) scene_.leftovers_excused = true;
  if (fails && fate_.storage.moment == Moment::before) {
    scene_.tell(who_, line + " -> fault");
    return StorageError{fate_.storage.what, "injected fault"};
  }
  StorageResult<void> done = run();
  if (done.has_value()) scene_.note_landing(begun);
  if (scene_.trace) scene_.tell(who_, line + (done.has_error() ? " -> " + done.error().message : ""));
  if (moves && done.has_value()) scene_.files_moved();
  if (dies) die_(death.what);
  if (fails) {
    scene_.tell(who_, "  (answered with a fault)");
    return StorageError{fate_.storage.what, "injected fault, though it was done"};
  }
  return done;
}

StorageResult<void> Disk::make_directory(std::string_view path, std::uint32_t mode) {
  return effect(fmt::format("mkdir {}", path), false, [&] { return inner().make_directory(path, mode); });
}

StorageResult<void> Disk::set_mode(std::string_view path, std::uint32_t mode) {
  return effect(fmt::format("chmod {}", path), false, [&] { return inner().set_mode(path, mode); });
}

StorageResult<void> Disk::set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                    std::optional<std::uint32_t> gid) {
  return effect(fmt::format("chown {}", path), false, [&] { return inner().set_owner(path, uid, gid); });
}

StorageResult<void> Disk::remove_directory(std::string_view path) {
  auto done = effect(fmt::format("rmdir {}", path), true, [&] {
    auto removed = inner().remove_directory(path);
    bool const full = removed.has_error() && removed.error().fault == StorageFault::exists;
    if (!full || layout::is_private(path) || !scene_.sabotaged(Sabotage::undo_with_data)) return removed;
    remove_tree(std::string(path));
    return StorageResult<void>{};
  });
  if (done.has_value()) return done;
  if (auto const left = inner().list(path, 1); left.has_value() && left->empty()) scene_.not_removed.emplace(path);
  return done;
}

void Disk::remove_tree(std::string const& path) {
  if (auto const entries = inner().list(path, 1000); entries.has_value())
    for (auto const& entry : *entries) remove_tree(path + "/" + entry.name);
  if (inner().remove_directory(path).has_error()) (void)inner().remove_file(path);
}

StorageResult<void> Disk::remove_file(std::string_view path) {
  return effect(fmt::format("unlink {}", path), true, [&] { return inner().remove_file(where_intent_stands(path)); });
}

StorageResult<void> Disk::rename(std::string_view from, std::string_view to) {
  auto done = effect(fmt::format("rename {} {}", from, to), true, [&] {
    if (scene_.sabotaged(Sabotage::rename_overwrites)) {
      auto const standing = inner().status(to);
      if (standing.has_value() && inner().status(from).has_value()) remove_tree(std::string(to));
    }
    return inner().rename(from, to);
  });
  if (done.has_error()) return done;
  for (auto const& [record, content] : std::exchange(unwritten_, {}))
    if (auto written = write_file(record, content); written.has_error()) return written;
  return done;
}

StorageResult<void> Disk::write_file(std::string_view path, std::string_view content) {
  if (scene_.sabotaged(Sabotage::no_intent) && path.starts_with(scene_.layout.creating())) return {};
  if (scene_.sabotaged(Sabotage::record_after_rename) && path.starts_with(layout::archives) && !content.empty() &&
      unwritten_.empty() && !inner().status(path).has_value()) {
    unwritten_.emplace(path, content);
    return {};
  }
  return effect(fmt::format("write {}", path), false, [&] { return inner().write_file(path, content); });
}

StorageResult<void> Disk::sync_directory(std::string_view path) {
  return effect(fmt::format("sync {}", path.empty() ? "." : path), false, [&] {
    if (scene_.sabotaged(Sabotage::no_directory_sync)) return StorageResult<void>{};
    return inner().sync_directory(path);
  });
}

StorageResult<FileStatus> Disk::status(std::string_view path) {
  Fiber::yield();
  auto status = inner().status(path);
  bool const rests = parent_of(path) == scene_.layout.resting();
  if (status.has_value() && rests && scene_.sabotaged(Sabotage::trash_ignores_time))
    status->modified = status->changed = {};
  return status;
}

StorageResult<std::string> Disk::read_file(std::string_view path, std::size_t max_size) {
  Fiber::yield();
  return inner().read_file(where_intent_stands(path), max_size);
}

StorageResult<std::vector<DirectoryEntry>> Disk::list(std::string_view path, std::size_t max_entries) {
  Fiber::yield();
  auto entries = inner().list(path, max_entries);
  if (entries.has_error() || path != scene_.layout.creating()) return entries;
  for (auto const& theirs : others_creating())
    if (auto const begun = inner().list(theirs, max_entries); begun.has_value())
      entries->insert(entries->end(), begun->begin(), begun->end());
  return entries;
}

StorageResult<void> Disk::scan(std::string_view path, EntryVisitor const& visit) {
  Fiber::yield();
  return inner().scan(path, [&](DirectoryEntry const& entry) {
    if (!is_overlooked(path, entry.name)) visit(entry);
  });
}

StorageResult<Space> Disk::space() {
  return inner().space();
}

StorageResult<MountInfo> Disk::mount_info() {
  return inner().mount_info();
}

}  // namespace nfs::simulation
