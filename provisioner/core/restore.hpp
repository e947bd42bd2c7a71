#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "k8s/model/claim.hpp"
#include "provisioner/core/archive_record.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/refusal.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// The volume begins with what stands at its path, or empty.
struct WithoutArchive {
  bool operator==(WithoutArchive const&) const = default;
};

/// The volume begins with an archive, renamed back.
struct FromArchive {
  ArchiveRecord archive;
  /// The claim asked for it by annotation: nothing else will do. Otherwise a directory that stands at the path already
  /// comes first, and so does an empty one once the archive is gone.
  bool asked_for = false;
  bool operator==(FromArchive const&) const = default;
};

using InitialData = std::variant<WithoutArchive, FromArchive, Refusal>;

/// Whether the claim asks, by annotation, for a volume that begins empty: no archive comes back, nor what was in use,
/// and no directory with data is adopted, whatever its class says.
[[nodiscard]] bool asks_to_begin_empty(k8s::Claim const& claim);

/// Whether archives bear on what a claim's volume begins with: its class gives data back (but not to a pod's scratch),
/// or it asks for an archive by annotation.
[[nodiscard]] bool wants_data_back(k8s::Claim const& claim, ClassParameters const& parameters);

/// What does the volume of `claim` begin with, at `path`? docs/behaviour.md#restore. `namespace_uid` is of the claim's
/// namespace now (empty: unknown), `archives` are those that could be meant, in any order: one whose names are others
/// is never given to the claim, whoever handed it in. But where the class lets its claims share directories, the
/// archive of the very directory that this claim is to have is for any claim of that class and namespace: which of
/// those who shared it went last, and gave the archive its name, says nothing about whose data is in it. Scratch that
/// was shared with nobody is given only to who asks for it.
/// What was in use when its cluster was taken over comes first, whatever the class says: it is for the claim of the
/// same namespace, name and class, by their names. If it cannot be told which of several was the last, the claim has to
/// say. Scratch begins empty all the same.
[[nodiscard]] InitialData initial_data_of(k8s::Claim const& claim, ClassParameters const& parameters,
                                          RelativePath const& path, std::string const& namespace_uid,
                                          std::vector<ArchiveRecord> const& archives);

/// For the Event of a claim that asks to begin empty: that it does, and what would have come back and stays where it
/// is. The arguments are those of initial_data_of(); `all_known`: there are no other archives.
[[nodiscard]] std::string begins_empty_text(k8s::Claim const& claim, ClassParameters const& parameters,
                                            RelativePath const& path, std::string const& namespace_uid,
                                            std::vector<ArchiveRecord> const& archives, bool all_known);

/// Whether `left` was archived before `right`; of those that were in use and were taken over together, whether its
/// volume was made before. A tie is settled by the volume's name, so this is a total order of the archives of one
/// export.
[[nodiscard]] bool is_older(ArchiveRecord const& left, ArchiveRecord const& right);

/// When a record's retention ends, in seconds since the epoch; nullopt: never (no retention, kept in place, or a time
/// or retention that cannot be read: when unsure, the data is kept).
[[nodiscard]] std::optional<std::int64_t> ends_at(ArchiveRecord const& record);

/// Whether `record` was written later than `time` (RFC 3339); no, if either cannot be read.
[[nodiscard]] bool is_later_than(std::string_view time, ArchiveRecord const& record);

}  // namespace nfs
