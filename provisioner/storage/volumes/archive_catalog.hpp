#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/archive_record.hpp"
#include "provisioner/storage/volumes/archive_order.hpp"

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
  /// Only if it still is what `known` says; true if it was.
  bool remove_unchanged(ArchiveRecord const& known);
  /// What stood at this path has moved. Gives the volumes that were kept in place there; those whose records are still
  /// to be read are given by finish_reading().
  [[nodiscard]] std::vector<std::string> vacate(std::string_view path);

  /// Grows with every change of what is here: what was read at the same version is still so.
  [[nodiscard]] std::uint64_t version() const;
  /// nullopt: there is none of this volume.
  [[nodiscard]] std::optional<ArchiveRecord> find(std::string_view volume) const;
  /// Of the claim's archives the newest of each group: those of one namespace uid and one class, kept in place or moved
  /// aside. A claim begins with one of these whatever it asks for, unless it names a volume. There may be thousands of
  /// archives; there are few groups.
  [[nodiscard]] std::vector<ArchiveRecord> newest_of_claim(std::string_view name_space, std::string_view claim) const;
  /// The same of the archives whose directory stood at this path, for each of their namespaces.
  [[nodiscard]] std::vector<ArchiveRecord> newest_of_path(std::string_view path) const;
  using Predicate = std::function<bool(ArchiveRecord const&)>;
  /// Of the records whose directory stood at this path, above or below it: those at this very path that `concerns`
  /// holds for, and else the first one.
  [[nodiscard]] std::vector<ArchiveRecord> around_path(std::string_view path, Predicate const& concerns) const;
  /// Whether what stands at this path was in use when its cluster was taken over, and is not its claim's again yet.
  [[nodiscard]] bool keeps_what_was_in_use(std::string_view path) const;
  [[nodiscard]] std::vector<ArchiveRecord> all() const;
  /// Those that `concerns` holds for, which is quick and asks nothing of the catalog. There may be very many others.
  [[nodiscard]] std::vector<ArchiveRecord> those(Predicate const& concerns) const;
  /// How many there are, those retained in place aside.
  [[nodiscard]] std::size_t moved_aside() const;
  /// Whether there is one of this claim, or of a directory that stood at this path, `but_volume`'s own aside. True,
  /// too, before complete().
  [[nodiscard]] bool may_have_another(std::string_view name_space, std::string_view claim, std::string_view path,
                                      std::string_view but_volume) const;
  /// Those whose retention has ended; none before complete().
  [[nodiscard]] std::vector<ArchiveRecord> ended(std::chrono::system_clock::time_point now) const;

 private:
  using Names = std::set<std::string, std::less<>>;
  struct Entry {
    ArchiveRecord record;
    std::optional<std::int64_t> ends_at;  // seconds since the epoch
  };
  using ByClaim = std::set<ArchiveRecord const*, archive_order::ByGroup<archive_order::group_of_claim>>;
  using ByPath = std::set<ArchiveRecord const*, archive_order::ByGroup<archive_order::group_of_path>>;

  /// The first record from `first` on that `concerns` holds for, as long as they belong; null: none.
  [[nodiscard]] ArchiveRecord const* first_from(std::string_view first, Predicate const& belongs,
                                                Predicate const& concerns) const REQUIRES(mutex_);
  void note_change(std::string_view volume) REQUIRES(mutex_);
  void insert(ArchiveRecord record) REQUIRES(mutex_);
  void erase(std::string_view volume) REQUIRES(mutex_);

  mutable k8s::Mutex mutex_;
  std::map<std::string, Entry, std::less<>> by_volume_ GUARDED_BY(mutex_);
  ByClaim by_claim_ GUARDED_BY(mutex_);  // these point into by_volume_
  ByPath by_path_ GUARDED_BY(mutex_);
  std::uint64_t version_ GUARDED_BY(mutex_) = 0;
  bool complete_ GUARDED_BY(mutex_) = false;
  Names changed_ GUARDED_BY(mutex_);  // volumes; empty when complete
  // Paths, and who was kept there since; empty when complete.
  std::map<std::string, Names, std::less<>> vacated_ GUARDED_BY(mutex_);
};

}  // namespace nfs
