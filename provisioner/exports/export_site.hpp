#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "k8s/base/log.hpp"
#include "k8s/base/mutex.hpp"
#include "k8s/model/claim.hpp"
#include "k8s/runtime/work_queue.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/reservation.hpp"
#include "provisioner/exports/export_health.hpp"
#include "provisioner/exports/server_clock.hpp"
#include "provisioner/exports/watched_file_system.hpp"
#include "provisioner/storage/volumes/purger.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {

/// The archives that a claim may begin with, as known at one moment.
struct KnownArchives {
  std::vector<ArchiveRecord> records = {};
  std::vector<ArchiveRecord> here = {};  ///< of the directory that it is to have: what reserves it, or is kept for it
  ArchiveKnowledge known = ArchiveKnowledge::complete;  ///< else some may be missing
  std::uint64_t version = 0;
};

/// One export with all that belongs to it alone, so that one that hangs holds up nobody else.
class ExportSite {
 public:
  /// `retry` is how long the queue lets a key rest that failed; `seed` is of its jitter.
  ExportSite(Export where, std::unique_ptr<FileSystem> files, k8s::Clock const& clock, k8s::Log const& log,
             k8s::BackoffPolicy retry = {}, std::uint64_t seed = std::random_device{}())
      : where_(std::move(where)),
        files_(std::move(files), clock),
        store_(files_),
        server_clock_(store_, clock, log),
        purger_(store_, [&log](std::string_view line) { log.info(line); }),
        queue_(clock, retry, seed) {}

  [[nodiscard]] Export const& where() const { return where_; }
  [[nodiscard]] WatchedFileSystem& files() { return files_; }
  [[nodiscard]] VolumeStore& store() { return store_; }
  [[nodiscard]] ServerClock& server_clock() { return server_clock_; }
  [[nodiscard]] Purger& purger() { return purger_; }
  [[nodiscard]] k8s::WorkQueue& queue() { return queue_; }
  [[nodiscard]] ExportHealth& health() { return health_; }

  /// What could be given back to a claim: of the archives with a record of its namespace and name, or of the directory
  /// that it may share, those that may be chosen (ArchiveCatalog::newest_of_claim), and those that upstream left, as
  /// far as the claim names one of them. And what the records say of the directory that it is to have (`wanted`).
  /// Never waits for the export.
  [[nodiscard]] KnownArchives archives_of(k8s::Claim const& claim, std::optional<WantedPlace> const& wanted = {}) const;
  /// What archives_of() gave at this version is still so.
  [[nodiscard]] std::uint64_t archives_version() const;
  /// Directories `archived-*` that no record tells of: the last thing that a survey finds, so all archives are known.
  void found_unrecorded(std::vector<std::string> archives);
  /// The survey failed. True: that, or the kind of reason, is new.
  bool cannot_survey(StorageError const& error);
  [[nodiscard]] ArchiveKnowledge archives_known() const;
  void forget_archive(std::string const& name);
  /// Of the directories that no record tells of only those stand yet that are among these. Gives the others.
  std::vector<std::string> keep_unrecorded(std::set<std::string, std::less<>> const& standing);
  /// Directories `archived-*` that are known of, with a record or without.
  [[nodiscard]] std::size_t archive_count() const;

  /// Empty until the export was identified. Written once.
  [[nodiscard]] std::string id() const {
    k8s::MutexLock const lock(mutex_);
    return id_;
  }
  void identified(std::string id) {
    k8s::MutexLock const lock(mutex_);
    id_ = std::move(id);
  }

 private:
  /// That of this volume which upstream left without a record.
  [[nodiscard]] std::optional<ArchiveRecord> upstreams_archive(k8s::Claim const& claim,
                                                               std::string const& volume) const;

  Export where_;
  WatchedFileSystem files_;
  VolumeStore store_;
  ServerClock server_clock_;
  Purger purger_;
  k8s::WorkQueue queue_;
  ExportHealth health_;
  mutable k8s::Mutex mutex_;
  std::string id_ GUARDED_BY(mutex_);
  std::set<std::string, std::less<>> unrecorded_ GUARDED_BY(mutex_);
  ArchiveKnowledge archives_known_ GUARDED_BY(mutex_) = ArchiveKnowledge::being_read;
  std::uint64_t unrecorded_version_ GUARDED_BY(mutex_) = 0;  // of the two above
};

}  // namespace nfs
