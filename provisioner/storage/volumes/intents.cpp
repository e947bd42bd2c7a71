#include "provisioner/storage/volumes/intents.hpp"

#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {
namespace {

constexpr std::size_t most_entries = 1 << 20;

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

StorageResult<void> Intents::write(Intent const& intent) {
  return directories_.write(cluster_.intent_of(intent.volume), write_document(intent));
}

StorageResult<void> Intents::remove(std::string_view volume) {
  return remove_at(cluster_.intent_of(volume));
}

StorageResult<void> Intents::remove_settled(std::string_view volume) {
  return remove_at(cluster_.volume_of(volume));
}

StorageResult<void> Intents::remove_at(std::string const& path) {
  auto removed = files_.remove_file(path);
  if (removed.has_error() && removed.error().fault == StorageFault::not_found) {
    return {};
  }
  return removed;
}

StorageResult<void> Intents::settle(std::string_view volume) {
  return directories_.move(cluster_.intent_of(volume), cluster_.volume_of(volume));
}

}  // namespace nfs
