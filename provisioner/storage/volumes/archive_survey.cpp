#include "provisioner/storage/volumes/archive_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/many_at_once.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {
namespace {

constexpr std::string_view record_suffix = ".json";

std::optional<std::string> volume_of_record(std::string_view file) {
  if (!file.ends_with(record_suffix) || layout::is_temporary(file)) return std::nullopt;
  file.remove_suffix(record_suffix.size());
  if (!layout::is_volume_name(file)) return std::nullopt;
  return std::string(file);
}

bool is_archive(std::string_view path) {
  return path.starts_with(names::archive_prefix) && component_count(path) == 1;
}

StorageError too_many(std::string_view what, std::size_t most) {
  return describe(
      {StorageFault::too_many,
       fmt::format("more than {} {} stand there; remove old ones with the verb archives purge", most, what)},
      "survey", "");
}

}  // namespace

StorageResult<ListedArchives> list_standing_archives(FileSystem& files, std::size_t most) {
  ListedArchives found;
  auto const root = files.scan("", [&](DirectoryEntry const& entry) {
    bool const archive = entry.kind == FileKind::directory && is_archive(entry.name);
    if (archive && found.archives.size() <= most) found.archives.insert(entry.name);
  });
  if (root.has_error()) return root.error();
  if (found.archives.size() > most) return too_many("archives", most);
  auto const records = files.scan(layout::archives, [&](DirectoryEntry const& entry) {
    auto volume = volume_of_record(entry.name);
    // No other archive is unknown because of it.
    bool const no_file = entry.kind == FileKind::directory || entry.kind == FileKind::symlink;
    auto& volumes = no_file ? found.unreadable : found.recorded;
    if (volume && volumes.size() <= most) volumes.insert(std::move(*volume));
  });
  // Nobody has archived anything yet, or the empty directory was cleared away.
  bool const none = records.has_error() && records.error().fault == StorageFault::not_found;
  if (records.has_error() && !none) return records.error();
  if (found.recorded.size() + found.unreadable.size() > most) return too_many("records of archives", most);
  return found;
}

namespace {

enum class Verdict { gone, unreadable, of_another, dangling, away, archived };

struct Looked {
  Verdict verdict = Verdict::gone;
  ArchiveRecord record = {};
};

class Surveyor {
 public:
  Surveyor(FileSystem& files, ListedArchives const& listing, std::string const& cluster_id,
           std::function<bool(std::string_view)> const& being_restored)
      : files_(files), listing_(listing), cluster_id_(cluster_id), being_restored_(being_restored) {}

  StorageResult<Looked> look_at(std::string const& volume) const {
    auto const path = layout::record_of(volume);
    auto const text = files_.read_file(path, layout::max_document_bytes);
    if (text.has_error() && text.error().fault == StorageFault::not_found) return Looked{};
    if (text.has_error() && text.error().fault != StorageFault::malformed) return text.error();
    auto record = text.has_value() ? read_record(*text) : Outcome<ArchiveRecord>(Failure{});
    if (record.has_error() || record->volume != volume) return Looked{Verdict::unreadable};
    if (record->cluster_id != cluster_id_) return Looked{Verdict::of_another, std::move(*record)};
    auto const stands = still_stands(*record);
    if (stands.has_error()) return stands.error();
    if (*stands) return Looked{Verdict::archived, std::move(*record)};
    auto const away = is_away(files_, record->archived_path);
    if (away.has_error()) return away.error();
    return Looked{*away ? Verdict::away : Verdict::dangling, std::move(*record)};
  }

 private:
  StorageResult<bool> still_stands(ArchiveRecord const& record) const {
    // One that was in use may have been moved to its claim's new volume, as an archive is.
    bool const stays = record.in_place() && !record.was_in_use();
    if (stays || listing_.archives.contains(record.archived_path)) return true;
    if (being_restored_(record.volume)) return true;
    bool const inner = !inner_root_of(record.archived_path).empty();  // at the place of an archive, as it was read
    if (!is_archive(record.archived_path) && !record.was_in_use() && !inner) return false;
    // It was moved there after the listing, or put back by a restore that was given up.
    auto const status = files_.status(record.archived_path);
    if (status.has_value()) return status->kind == FileKind::directory;
    if (status.error().fault == StorageFault::not_found) return false;
    return status.error();
  }

  FileSystem& files_;
  ListedArchives const& listing_;
  std::string const& cluster_id_;
  std::function<bool(std::string_view)> const& being_restored_;
};

/// Of what many threads answer, the error that came first.
class FirstError {
 public:
  void note(StorageError const& error) {
    k8s::MutexLock const lock(mutex_);
    if (!error_) error_ = error;
  }
  std::optional<StorageError> get() const {
    k8s::MutexLock const lock(mutex_);
    return error_;
  }

 private:
  mutable k8s::Mutex mutex_;
  std::optional<StorageError> error_ GUARDED_BY(mutex_);
};

/// What was looked at, in the order of `volumes`.
StorageResult<std::vector<Looked>> look_at_all(Surveyor const& surveyor, std::vector<std::string> const& volumes,
                                               SurveyOptions const& options) {
  std::vector<Looked> looked(volumes.size());
  FirstError error;
  many_at_once(volumes.size(), options.readers, [&](std::size_t i) {
    auto answer = options.stop.stop_requested() ? StorageError{StorageFault::io, "the survey was stopped"}
                                                : surveyor.look_at(volumes[i]);
    if (answer.has_value()) {
      looked[i] = std::move(*answer);
      return true;
    }
    error.note(answer.error());
    return false;
  });
  if (auto const first = error.get()) return *first;
  return looked;
}

}  // namespace

StorageResult<SurveyedArchives> survey(FileSystem& files, SurveyOptions const& options,
                                       std::function<bool(std::string_view)> const& being_restored) {
  auto listing = list_standing_archives(files, options.most);
  if (listing.has_error()) return listing.error();
  std::vector<std::string> const volumes(listing->recorded.begin(), listing->recorded.end());
  auto looked = look_at_all(Surveyor(files, *listing, options.cluster_id, being_restored), volumes, options);
  if (looked.has_error()) return looked.error();
  SurveyedArchives found;
  auto& unrecorded = listing->archives;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    auto& each = (*looked)[i];
    if (each.verdict == Verdict::unreadable) listing->unreadable.insert(volumes[i]);
    if (each.verdict == Verdict::of_another) {
      ++found.rest.of_others;
      unrecorded.erase(each.record.archived_path);
    }
    if (each.verdict == Verdict::dangling) found.rest.dangling.push_back(volumes[i]);
    if (each.verdict == Verdict::away) found.rest.away.push_back(volumes[i]);
    if (each.verdict != Verdict::archived && each.verdict != Verdict::away) continue;
    unrecorded.erase(each.record.archived_path);
    found.records.push_back(std::move(each.record));
  }
  for (auto const& volume : listing->unreadable) found.rest.unreadable.push_back(layout::record_file_of(volume));
  found.rest.unrecorded.assign(unrecorded.begin(), unrecorded.end());
  return found;
}

}  // namespace nfs
