#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/archive_record.hpp"
#include "provisioner/core/trash.hpp"
#include "provisioner/storage/files/storage_error.hpp"
#include "provisioner/storage/volumes/directory_request.hpp"
#include "provisioner/storage/volumes/export_parts.hpp"
#include "provisioner/storage/volumes/intent.hpp"
#include "provisioner/storage/volumes/plan.hpp"

namespace nfs::plan {

/// What a call is about, as its caller says it. What is pointed to outlives the call.
struct Subject {
  std::string volume;
  std::string source = {};                    ///< path of its directory
  std::string target = {};                    ///< where a release moves that; a step may choose another place
  std::string outer_target = {};              ///< where that is unless the source is on an inner file system
  ArchiveRecord const* record = nullptr;      ///< to be written by a release
  TrashRecord const* resting = nullptr;       ///< to be written by a release into the trash, if it is to rest there
  DirectoryRequest const* request = nullptr;  ///< for a directory that is to be made, or restored
  ArchiveRecord const* archive = nullptr;     ///< to be restored
};

/// The record of the release, with the place that the archive has, or is to have.
[[nodiscard]] inline ArchiveRecord record_to_write(Subject const& subject) {
  auto record = *subject.record;
  record.archived_path = subject.target;
  return record;
}

/// The name of the volume in its record (ArchiveRecords::named); its own where it has none.
[[nodiscard]] inline std::string const& recorded_as(Subject const& subject) {
  return subject.record != nullptr ? subject.record->volume : subject.volume;
}

/// One call for one volume, on one thread: what its steps share.
struct VolumeWork {
  ExportParts& parts;
  Subject subject;
  Seen& seen;
  std::optional<Intent> intent = {};                         ///< as it was read or written
  std::optional<std::vector<std::string>> inner_roots = {};  ///< where the target may be put, not tried yet
  std::string file_system = {};             ///< the root of the inner file system that the source will be on
  std::string place_tried = {};             ///< the target that was chosen before, in vain
  bool made_again = false;                  ///< the target's directory, which was gone when the move came to it
  std::optional<StorageError> answer = {};  ///< of the export to a step that it refused: the plan goes on
  /// From the first step on that must have it to itself. No MutexLock, and not checked: it goes from step to step.
  std::unique_lock<k8s::Mutex> archives_lock{};
};

/// Does one step, and notes what it has shown. An error ends the call.
[[nodiscard]] StorageResult<void> do_step(VolumeWork& work, Step step);
[[nodiscard]] StorageError error_of(VolumeWork const& work, Trouble trouble);

/// Asks `plan` (Seen → Next<Answer>) for the next step and does it, until it has an answer.
template <class Answer, class SeenType, class Plan>
[[nodiscard]] StorageResult<Answer> carry_out(ExportParts& parts, Subject const& subject, SeenType seen,
                                              Plan const& plan) {
  VolumeWork work{.parts = parts, .subject = subject, .seen = seen};
  while (true) {
    Next<Answer> const next = plan(std::as_const(seen));
    if (auto const* answer = std::get_if<Answer>(&next)) {
      return *answer;
    }
    if (auto const* trouble = std::get_if<Trouble>(&next)) {
      return error_of(work, *trouble);
    }
    if (auto const done = do_step(work, std::get<Step>(next)); done.has_error()) {
      return done.error();
    }
  }
}

}  // namespace nfs::plan
