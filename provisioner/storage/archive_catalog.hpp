#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/core/archive_record.hpp"

namespace nfs {

/// The archives of one export, as far as they can be given back: in memory, so that a decision never waits for the
/// export. Loaded from the records once, kept up by whoever writes or removes one, also while they are being read.
/// Until complete(), what is not here may well be on the export: "there is none" is no answer then. Thread-safe.
class ArchiveCatalog {
 public:
  /// The records are being read: not complete until finish_reading(). What is put and removed meanwhile is newer than
  /// what is read, and counts.
  void begin_reading();
  /// All records that were read. Gives the volumes whose directory, kept in place, has moved meanwhile (vacate()): they
  /// are not taken over, and their records tell of nothing any more.
  [[nodiscard]] std::vector<std::string> finish_reading(std::vector<ArchiveRecord> records);
  /// Every archive of the export is here. False at first.
  [[nodiscard]] bool complete() const;
  /// Whether it was put or removed since begin_reading(), before complete().
  [[nodiscard]] bool changed_meanwhile(std::string_view volume) const;

  void put(ArchiveRecord record);
  void remove(std::string_view volume);
  /// What stood at this path has moved. Gives the volumes that were kept in place there; those whose records are still
  /// to be read are given by finish_reading().
  [[nodiscard]] std::vector<std::string> vacate(std::string_view path);

  [[nodiscard]] std::vector<ArchiveRecord> of_claim(std::string const& name_space, std::string const& claim) const;
  /// Those of directories that stood at this path.
  [[nodiscard]] std::vector<ArchiveRecord> of_path(std::string const& path) const;
  [[nodiscard]] std::vector<ArchiveRecord> all() const;
  /// How many there are, those retained in place aside.
  [[nodiscard]] std::size_t moved_aside() const;
  /// Those whose retention has ended; none before complete().
  [[nodiscard]] std::vector<ArchiveRecord> ended(std::chrono::system_clock::time_point now) const;

 private:
  using Names = std::set<std::string, std::less<>>;
  struct Entry {
    ArchiveRecord record;
    std::optional<std::int64_t> ends_at;  // seconds since the epoch
  };
  using ClaimKey = std::pair<std::string, std::string>;

  void note_change(std::string_view volume);
  void insert(ArchiveRecord record);
  void erase(std::string_view volume);

  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> by_volume_;
  std::multimap<ClaimKey, std::string> by_claim_;
  std::multimap<std::string, std::string> by_path_;
  bool complete_ = false;
  Names changed_;                                      // volumes; empty when complete
  std::map<std::string, Names, std::less<>> vacated_;  // paths, and who was kept there since; empty when complete
};

}  // namespace nfs
