#include "provisioner/storage/volumes/intents.hpp"

#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {
namespace {

constexpr std::size_t most_entries = 1 << 20;

void put(Occupancy& settled, Intent const& intent) {
  auto const path = RelativePath::parse_internal(intent.path);
  if (auto const* clean = std::get_if<RelativePath>(&path)) {
    Occupant who;
    who.volume = intent.volume;
    settled.put(*clean, who);
  }
}

}  // namespace

StorageResult<std::optional<Intent>> Intents::find(std::string_view volume) {
  return read_at(cluster_.intent_of(volume), volume);
}

StorageResult<std::optional<Intent>> Intents::find_settled(std::string_view volume) {
  return read_at(cluster_.volume_of(volume), volume);
}

StorageResult<std::optional<Intent>> Intents::read_at(std::string const& path, std::string_view volume) {
  auto const text = files_.read_file(path, layout::max_document_bytes);
  if (text.has_error() && text.error().fault == StorageFault::not_found) {
    return std::optional<Intent>();
  }
  if (text.has_error()) {
    return text.error();
  }
  auto intent = read_intent(*text);
  if (intent.has_error()) {
    return describe(intent.error(), "read", path);
  }
  if (intent->volume != volume || layout::is_private(intent->path) || layout::is_private(intent->restored_path)) {
    return describe({StorageFault::malformed, "it is not this volume's"}, "read", path);
  }
  return std::optional(std::move(*intent));
}

StorageResult<std::vector<Intent>> Intents::all_of(std::string_view directory) {
  ASSIGN_OR_RETURN(auto const listed, directories_.list(directory, most_entries));
  std::vector<Intent> found;
  for (auto const& entry : listed) {
    if (!layout::is_volume_name(entry.name)) {
      continue;
    }
    auto const text = files_.read_file(joined(directory, entry.name), layout::max_document_bytes);
    if (text.has_error()) {
      auto const fault = text.error().fault;
      if (fault != StorageFault::not_found && fault != StorageFault::malformed) {
        return text.error();
      }
      continue;
    }
    auto intent = read_intent(*text);
    if (intent.has_value() && intent->volume == entry.name) {
      found.push_back(std::move(*intent));
    }
  }
  return found;
}

StorageResult<std::vector<std::string>> Intents::settled_names() {
  ASSIGN_OR_RETURN(auto const listed, directories_.list(cluster_.volumes(), most_entries));
  std::vector<std::string> names;
  for (auto const& entry : listed) {
    if (layout::is_volume_name(entry.name)) {
      names.push_back(entry.name);
    }
  }
  return names;
}

StorageResult<void> Intents::write(Intent const& intent) {
  return directories_.write(cluster_.intent_of(intent.volume), write_document(intent));
}

StorageResult<void> Intents::write_settled(Intent const& intent) {
  auto written = directories_.write(cluster_.volume_of(intent.volume), write_document(intent));
  // Also after an error: it may have been written all the same.
  note_unsettled(intent.volume);
  note_settled(intent.volume);
  return written;
}

StorageResult<void> Intents::remove(std::string_view volume) {
  return remove_at(cluster_.intent_of(volume));
}

StorageResult<void> Intents::remove_settled(std::string_view volume) {
  auto removed = remove_at(cluster_.volume_of(volume));
  if (removed.has_value()) {
    note_unsettled(volume);
  }
  return removed;
}

StorageResult<std::optional<std::string>> Intents::settled_around(std::string_view path, std::string_view but_volume) {
  auto const clean = RelativePath::parse_internal(path);
  if (!std::holds_alternative<RelativePath>(clean)) {
    return std::optional<std::string>();
  }
  RETURN_IF_ERROR(read_settled());
  k8s::MutexLock const lock(mutex_);
  for (auto const& [where, who] : settled_.overlapping(std::get<RelativePath>(clean))) {
    if (who.volume != but_volume) {
      return std::optional(who.volume);
    }
  }
  return std::optional<std::string>();
}

/// The export is read without the mutex. What is settled meanwhile is read by the next call; what goes is noted.
StorageResult<void> Intents::read_settled() {
  bool all = false;
  Names fresh;
  {
    k8s::MutexLock const lock(mutex_);
    all = !all_known_;
    noting_ = true;
    ++reading_;
    fresh.swap(new_);
  }
  auto found = all ? all_settled() : StorageResult<std::vector<Intent>>(std::vector<Intent>());
  for (auto name = fresh.begin(); found.has_value() && name != fresh.end(); ++name) {
    auto intent = find_settled(*name);
    if (intent.has_error() && intent.error().fault != StorageFault::malformed) {
      found = intent.error();
    } else if (intent.has_value() && *intent) {
      found->push_back(std::move(**intent));
    }
  }
  k8s::MutexLock const lock(mutex_);
  --reading_;
  if (found.has_error()) {
    new_.merge(fresh);
    return found.error();
  }
  all_known_ = true;
  for (auto const& intent : *found) {
    if (gone_.contains(intent.volume)) {
      new_.emplace(intent.volume);  // it may have been settled again since
    } else {
      put(settled_, intent);
    }
  }
  if (reading_ == 0) {
    gone_.clear();
  }
  return {};
}

void Intents::note_settled(std::string_view volume) {
  k8s::MutexLock const lock(mutex_);
  if (noting_) {
    new_.emplace(volume);
  }
}

void Intents::note_unsettled(std::string_view volume) {
  k8s::MutexLock const lock(mutex_);
  settled_.erase(volume);
  new_.erase(std::string(volume));
  if (reading_ > 0) {
    gone_.emplace(volume);
  }
}

StorageResult<void> Intents::remove_at(std::string const& path) {
  auto removed = files_.remove_file(path);
  if (removed.has_error() && removed.error().fault == StorageFault::not_found) {
    return {};
  }
  return removed;
}

StorageResult<void> Intents::settle(std::string_view volume) {
  auto settled = directories_.move(cluster_.intent_of(volume), cluster_.volume_of(volume));
  if (settled.has_value()) {
    note_settled(volume);
  }
  return settled;
}

}  // namespace nfs
