#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/core/archive_record.hpp"

namespace nfs {

/// The archives of one export, as far as they can be given back: in memory, so that a decision never waits for the
/// export. Loaded from the records once, kept up by whoever writes or removes one. Thread-safe.
class ArchiveCatalog {
 public:
  void replace(std::vector<ArchiveRecord> records);
  void put(ArchiveRecord record);
  void remove(std::string_view volume);

  [[nodiscard]] std::vector<ArchiveRecord> of_claim(std::string const& name_space, std::string const& claim) const;
  /// Those of directories that stood at this path.
  [[nodiscard]] std::vector<ArchiveRecord> of_path(std::string const& path) const;
  [[nodiscard]] std::vector<ArchiveRecord> all() const;
  /// How many there are, those retained in place aside.
  [[nodiscard]] std::size_t moved_aside() const;
  /// Volumes that were retained in place at this path.
  [[nodiscard]] std::vector<std::string> kept_at(std::string_view path) const;
  /// Those whose retention has ended.
  [[nodiscard]] std::vector<ArchiveRecord> ended(std::chrono::system_clock::time_point now) const;

 private:
  struct Entry {
    ArchiveRecord record;
    std::optional<std::int64_t> ends_at;  // seconds since the epoch
  };
  using ClaimKey = std::pair<std::string, std::string>;

  void insert(ArchiveRecord record);
  void erase(std::string_view volume);

  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> by_volume_;
  std::multimap<ClaimKey, std::string> by_claim_;
  std::multimap<std::string, std::string> by_path_;
};

}  // namespace nfs
