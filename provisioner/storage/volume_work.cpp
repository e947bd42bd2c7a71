#include "provisioner/storage/volume_work.hpp"

#include <fmt/format.h>

#include <array>

#include "provisioner/storage/failure.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/work_steps.hpp"

namespace nfs::plan {
namespace {

using Action = StorageResult<void> (*)(VolumeWork&);

constexpr auto actions = [] {
  std::array<Action, step_count> all{};
  auto const set = [&](Step step, Action action) { all[static_cast<std::size_t>(step)] = action; };
  set(Step::look_at_record, steps::look_at_record);
  set(Step::look_at_source, steps::look_at_source);
  set(Step::look_at_target, steps::look_at_target);
  set(Step::look_at_intent, steps::look_at_intent);
  set(Step::look_at_settled_intent, steps::look_at_settled_intent);
  set(Step::look_at_archive, steps::look_at_archive);
  set(Step::look_at_way, steps::look_at_way);
  set(Step::check_archive, steps::check_archive);
  set(Step::check_marker, steps::check_marker);
  set(Step::undo_other_intent, steps::undo_other_intent);
  set(Step::write_intent, steps::write_intent);
  set(Step::make_parents, steps::make_parents);
  set(Step::make_source, steps::make_source);
  set(Step::set_owner, steps::set_owner);
  set(Step::set_mode, steps::set_mode);
  set(Step::write_record, steps::write_record);
  set(Step::move_to_target, steps::move_to_target);
  set(Step::move_archive_to_source, steps::move_archive_to_source);
  set(Step::move_source_to_archive, steps::move_source_to_archive);
  set(Step::remove_source, steps::remove_source);
  set(Step::remove_parents, steps::remove_parents);
  set(Step::settle_intent, steps::settle_intent);
  set(Step::remove_intent, steps::remove_intent);
  set(Step::remove_settled_intent, steps::remove_settled_intent);
  set(Step::note_record, steps::note_record);
  set(Step::forget_record, steps::forget_record);
  set(Step::forget_archive_record, steps::forget_archive_record);
  set(Step::forget_kept_records, steps::forget_kept_records);
  set(Step::mark_restoring, steps::mark_restoring);
  set(Step::free_archive, steps::free_archive);
  set(Step::sync_source_parent, steps::sync_source_parent);
  set(Step::sync_target_parent, steps::sync_target_parent);
  set(Step::sync_archive_parent, steps::sync_archive_parent);
  set(Step::sync_way, steps::sync_way);
  set(Step::sync_root, steps::sync_root);
  set(Step::sync_trash, steps::sync_trash);
  set(Step::sync_creating, steps::sync_creating);
  set(Step::sync_volumes, steps::sync_volumes);
  return all;
}();

constexpr bool each_step_has_its_action() {
  for (auto const action : actions) {
    if (action == nullptr) {
      return false;
    }
  }
  return true;
}
static_assert(each_step_has_its_action());

}  // namespace

StorageResult<void> do_step(VolumeWork& work, Step step) {
  work.seen.done.add(step);  // first: the action may say that it is to be done again
  return actions[static_cast<std::size_t>(step)](work);
}

StorageError error_of(VolumeWork const& work, Trouble trouble) {
  auto const& subject = work.subject;
  switch (trouble) {
    case Trouble::as_answered:
    case Trouble::unreadable_intent:
      break;
    case Trouble::foreign_record:
      return describe({StorageFault::exists, "a record of another volume, or of another archive of it, stands there"},
                      "write", layout::record_of(subject.volume));
    case Trouble::target_occupied:
      return describe({StorageFault::exists, fmt::format("{:?} stands there already, without a record; move one of "
                                                         "them away",
                                                         subject.target)},
                      "archive", subject.source);
    case Trouble::source_no_directory:
      if (work.answer) {
        return *work.answer;
      }
      return describe({StorageFault::not_directory, "something else than a directory stands there"}, "release",
                      subject.source);
    case Trouble::source_in_the_way:
      return describe({StorageFault::not_directory, "something else than a directory stands there; move it away"},
                      "restore to", subject.source);
    case Trouble::source_has_data:
      return describe(
          {StorageFault::exists, "a directory with data stands there; move it away, or take the annotation off"},
          "restore to", subject.source);
    case Trouble::source_not_new:
      return describe({StorageFault::exists,
                       "it is there already, and may be that of a volume that cannot be read; mend "
                       "or delete that volume"},
                      "create directory", subject.source);
    case Trouble::parents_come_and_go:
      return describe({StorageFault::busy, "directories above it were removed again and again while it was made"},
                      "restore to", subject.source);
  }
  return work.answer.value_or(StorageError{StorageFault::io, "a step was refused without a reason"});
}

}  // namespace nfs::plan
