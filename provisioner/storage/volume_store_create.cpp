#include <fmt/format.h>

#include "provisioner/storage/documents.hpp"
#include "provisioner/storage/failure.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/volume_store.hpp"

namespace nfs {
namespace {

/// Another volume's release may remove a parent, empty so far, between two steps of ours.
constexpr int tries_to_make = 8;

StorageError in_the_way(std::string_view component) {
  return describe(
      {StorageFault::not_directory, "something else than a directory stands there; symbolic links are never followed"},
      "create directory", component);
}

Intent intent_for(DirectoryRequest const& request, std::uint32_t existing) {
  return {.volume = request.volume,
          .claim_namespace = request.claim_namespace,
          .claim_name = request.claim_name,
          .claim_uid = request.claim_uid,
          .path = request.path.text(),
          .existing = existing};
}

StorageError not_adopted(std::string_view path) {
  return describe({StorageFault::exists,
                   "it is there already, and may be that of a volume that cannot be read; mend or delete that volume"},
                  "create directory", path);
}

bool has_owner(DirectoryRequest const& request) {
  return request.uid || request.gid;
}

}  // namespace

StorageResult<Created> VolumeStore::create(DirectoryRequest const& request) {
  auto const& path = request.path.text();
  if (layout::is_private(path)) {
    return describe({StorageFault::io, "it lies in the program's own directory"}, "create directory", path);
  }
  if (auto ready = ready_for(request.volume); ready.has_error()) return ready.error();
  auto intent = find_intent(request.volume);
  if (intent.has_error()) return intent.error();
  if (*intent && ((*intent)->path != path || !(*intent)->restored_from.empty())) {  // asked for differently, in vain
    if (auto undone = undo_create(request.volume); undone.has_error()) return undone.error();
    intent->reset();
  }
  bool const intended_before = intent->has_value();
  for (int tries = tries_to_make;; --tries) {
    auto const standing = count_standing(path);
    if (standing.has_error()) return standing.error();
    bool const stands = *standing == component_count(path);
    if (!*intent && stands && request.only_new) return not_adopted(path);
    if (!*intent && stands) return adopt(path);
    if (!*intent || *standing < (*intent)->existing) {
      *intent = intent_for(request, *standing);
      if (auto written = write_intent(**intent); written.has_error()) return written.error();
    }
    auto const parents = make_parents(**intent);
    auto const made = parents.has_value() ? make_leaf(request, **intent, intended_before) : parents.error();
    if (made.has_error() && made.error().fault == StorageFault::not_found && tries > 0) continue;
    if (made.has_error()) return made.error();
    if (!made->ours && request.only_new) return not_adopted(path);
    if (auto dressed = dress(request, *made); dressed.has_error()) return dressed.error();
    return made->ours ? Created::made : Created::adopted;
  }
}

/// Whoever made it may not have made it last.
StorageResult<Created> VolumeStore::adopt(std::string_view path) {
  if (auto synced = sync_way_to(path); synced.has_error()) return synced.error();
  return Created::adopted;
}

StorageResult<std::uint32_t> VolumeStore::count_standing(std::string_view path) {
  auto const depth = component_count(path);
  for (std::uint32_t count = 0; count < depth; ++count) {
    auto const component = leading(path, count + 1);
    auto const status = files_.status(component);
    if (status.has_error() && status.error().fault == StorageFault::not_found) return count;
    if (status.has_error()) return status.error();
    if (status->kind != FileKind::directory) return in_the_way(component);
  }
  return static_cast<std::uint32_t>(depth);
}

StorageResult<void> VolumeStore::make_parents(Intent const& intent) {
  auto const depth = component_count(intent.path);
  for (std::size_t count = intent.existing + std::size_t{1}; count < depth; ++count) {
    auto const component = leading(intent.path, count);
    auto made = files_.make_directory(component, 0755);
    if (made.has_value()) continue;
    if (made.error().fault != StorageFault::exists) return made;
    // A neighbour's, ours of before a crash, or ours of just now, whose first answer NFS lost.
    auto const status = files_.status(component);
    if (status.has_error()) return status.error();
    if (status->kind != FileKind::directory) return in_the_way(component);
  }
  return {};
}

StorageResult<VolumeStore::Made> VolumeStore::make_leaf(DirectoryRequest const& request, Intent& intent,
                                                        bool intended_before) {
  // With an owner to come, the directory opens up only once it has that owner.
  auto const made = files_.make_directory(intent.path, has_owner(request) ? 0700 : request.mode);
  if (made.has_value()) return Made{.ours = true, .fresh = true};
  if (made.error().fault != StorageFault::exists) return made.error();
  auto const status = files_.status(intent.path);
  if (status.has_error()) return status.error();
  if (status->kind != FileKind::directory) return in_the_way(intent.path);
  if (intent.existing == component_count(intent.path)) return Made{};
  if (intended_before) return Made{.ours = true};
  // It was not there a moment ago. Empty: our own mkdir, whose first answer NFS lost. Else somebody else was faster.
  auto const content = files_.list(intent.path, 1);
  if (content.has_value() && content->empty()) return Made{.ours = true};
  intent.existing = static_cast<std::uint32_t>(component_count(intent.path));
  if (auto written = write_intent(intent); written.has_error()) return written.error();
  return Made{};
}

StorageResult<void> VolumeStore::dress(DirectoryRequest const& request, Made made) {
  auto const& path = request.path.text();
  if (made.ours && has_owner(request)) {
    if (auto owned = files_.set_owner(path, request.uid, request.gid); owned.has_error()) return owned;
  }
  if (made.ours && (has_owner(request) || !made.fresh)) {
    if (auto opened = files_.set_mode(path, request.mode); opened.has_error()) return opened;
  }
  return sync_way_to(path);
}

StorageResult<Undone> VolumeStore::undo_create(std::string_view volume) {
  if (auto ready = ready_for(volume); ready.has_error()) return ready.error();
  auto const intent = find_intent(volume);
  if (intent.has_error()) return intent.error();
  // Undone before, maybe without being sure that it lasts: one that came back would undo what a later volume made.
  if (!*intent) {
    if (auto forgotten = forget_intent(volume); forgotten.has_error()) return forgotten.error();
    return Undone::nothing;
  }
  auto const gone = remove_made(**intent);
  if (gone.has_error()) return gone.error();
  if (auto removed = remove_intent(volume); removed.has_error()) return removed.error();
  return *gone ? Undone::gone : Undone::kept;
}

StorageResult<bool> VolumeStore::remove_made(Intent const& intent) {
  if (auto back = take_back(intent); back.has_error()) return back.error();
  auto const depth = component_count(intent.path);
  bool standing = intent.existing == depth;
  std::size_t count = depth;
  for (; count > intent.existing; --count) {
    auto const removed = files_.remove_directory(leading(intent.path, count));
    if (removed.has_value()) continue;
    auto const fault = removed.error().fault;
    if (fault == StorageFault::not_found) continue;
    if (fault != StorageFault::exists && fault != StorageFault::not_directory) return removed.error();
    standing = count == depth;
    break;
  }
  if (auto synced = sync_nearest(leading(intent.path, count)); synced.has_error()) return synced.error();
  if (standing) return false;
  // Parents that stood there already may be another volume's that is gone by now: nobody else would remove them.
  if (auto tidied = remove_empty_parents(intent.path); tidied.has_error()) return tidied.error();
  return true;
}

StorageResult<std::optional<Intent>> VolumeStore::find_intent(std::string_view volume) {
  return read_intent_at(layout::intent_of(volume), volume);
}

StorageResult<std::optional<Intent>> VolumeStore::find_settled(std::string_view volume) {
  return read_intent_at(layout::volume_of(volume), volume);
}

StorageResult<std::optional<Intent>> VolumeStore::read_intent_at(std::string const& path, std::string_view volume) {
  auto const text = files_.read_file(path, layout::max_document_bytes);
  if (text.has_error() && text.error().fault == StorageFault::not_found) return std::optional<Intent>();
  if (text.has_error()) return text.error();
  auto intent = read_intent(*text);
  if (intent.has_error()) return describe(intent.error(), "read", path);
  if (intent->volume != volume || layout::is_private(intent->path) || layout::is_private(intent->restored_path)) {
    return describe({StorageFault::malformed, "it is not this volume's"}, "read", path);
  }
  return std::optional(std::move(*intent));
}

StorageResult<void> VolumeStore::write_intent(Intent const& intent) {
  return write_private(layout::intent_of(intent.volume), write_document(intent));
}

StorageResult<void> VolumeStore::remove_intent(std::string_view volume) {
  auto removed = files_.remove_file(layout::intent_of(volume));
  if (removed.has_error() && removed.error().fault != StorageFault::not_found) return removed;
  return forget_intent(volume);
}

StorageResult<void> VolumeStore::forget_intent(std::string_view volume) {
  // Only now: undone once more, it would take what stands at its path by then for the archive, if others had got that.
  forget_restoring(std::string(volume));
  // An intent that came back after a crash would undo the directory of a later volume on the same path.
  return sync(layout::creating);
}

}  // namespace nfs
