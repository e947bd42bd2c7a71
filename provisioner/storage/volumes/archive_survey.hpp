#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/core/archive_record.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

/// A read over NFS is a wait for the network: so many at the same time overlap.
inline constexpr std::size_t readers_over_nfs = 16;

struct SurveyOptions {
  std::size_t readers = 1;       ///< records read at the same time; one: on the caller's thread alone
  std::size_t most = 1'000'000;  ///< archives, and records; each takes about 1 KB of memory
  std::string cluster_id = {};   ///< records of other clusters are none of ours, and neither are their archives
  bool tidy = true;              ///< records that tell of nothing any more go; else nothing at all is changed
  std::stop_token stop = {};     ///< once requested, the survey ends soon, with an error
};

/// What stands on the export beside the archives that can be given back.
struct ArchiveSurvey {
  std::vector<std::string> unrecorded;  ///< directories `archived-*` without a record: upstream's, or restored by hand
  std::vector<std::string> unreadable;  ///< records that cannot be read, or are no files: kept, and their archives too
  std::size_t of_others = 0;            ///< records of other clusters, or of none
  std::vector<std::string> away;        ///< volumes whose archive is on an inner file system that is not mounted: kept
  std::vector<std::string> dangling;    ///< volumes whose record stands, but no archive: nothing to give back
};

/// By their names alone.
struct ListedArchives {
  using Names = std::set<std::string, std::less<>>;
  Names archives;    ///< directories `archived-*` at the root
  Names recorded;    ///< volumes that have a record, of whichever cluster
  Names unreadable;  ///< volumes in the place of whose record something else than a file stands
};

/// Two listings, nothing is read. `too_many`: there are more than `most` of either.
[[nodiscard]] StorageResult<ListedArchives> list_standing_archives(FileSystem& files, std::size_t most);

struct SurveyedArchives {
  /// Of archives that stand, are kept in place, are being restored, or are on an inner file system that is not there.
  std::vector<ArchiveRecord> records;
  ArchiveSurvey rest;  ///< each list sorted
};

/// Reads all records and looks whether their archives stand; changes nothing. An archive counts as gone only when it
/// was looked for itself, so that one that is moved while others list the export is not missed. `being_restored` says
/// whether a volume's archive is being given back: it goes back if that fails; asked by several threads.
/// `too_many`: there are more than `options.most`; those that were left out would count as gone.
[[nodiscard]] StorageResult<SurveyedArchives> survey(
    FileSystem& files, SurveyOptions const& options,
    std::function<bool(std::string_view volume)> const& being_restored);

}  // namespace nfs
