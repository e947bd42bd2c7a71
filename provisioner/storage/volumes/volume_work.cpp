#include "provisioner/storage/volumes/volume_work.hpp"

#include <fmt/format.h>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/work_steps.hpp"

namespace nfs::plan {
namespace {

using Action = StorageResult<void> (*)(VolumeWork&);

struct StepAction {
  Step step;
  Action action;
};

// In the order of Step.
constexpr StepAction actions[] = {
    {Step::look_at_source, steps::look_at_source},
    {Step::look_at_target, steps::look_at_target},
    {Step::choose_place, steps::choose_place},
    {Step::look_at_intent, steps::look_at_intent},
    {Step::look_at_settled_intent, steps::look_at_settled_intent},
    {Step::look_at_archive, steps::look_at_archive},
    {Step::look_at_content, steps::look_at_content},
    {Step::look_at_way, steps::look_at_way},
    {Step::look_at_records, steps::look_at_records},
    {Step::look_at_neighbours, steps::look_at_neighbours},
    {Step::check_archive, steps::check_archive},
    {Step::check_marker, steps::check_marker},
    {Step::undo_other_intent, steps::undo_other_intent},
    {Step::write_intent, steps::write_intent},
    {Step::make_parents, steps::make_parents},
    {Step::make_source, steps::make_source},
    {Step::make_archive_parents, steps::make_archive_parents},
    {Step::set_owner, steps::set_owner},
    {Step::set_mode, steps::set_mode},
    {Step::make_target_directory, steps::make_target_directory},
    {Step::write_record, steps::write_record},
    {Step::write_trash_record, steps::write_trash_record},
    {Step::write_signpost, steps::write_signpost},
    {Step::move_to_target, steps::move_to_target},
    {Step::move_archive_to_source, steps::move_archive_to_source},
    {Step::move_source_to_archive, steps::move_source_to_archive},
    {Step::remove_source, steps::remove_source},
    {Step::remove_parents, steps::remove_parents},
    {Step::remove_archive_parents, steps::remove_archive_parents},
    {Step::settle_intent, steps::settle_intent},
    {Step::remove_intent, steps::remove_intent},
    {Step::remove_settled_intent, steps::remove_settled_intent},
    {Step::forget_record, steps::forget_record},
    {Step::forget_archive_record, steps::forget_archive_record},
    {Step::forget_kept_records, steps::forget_kept_records},
    {Step::note_record, steps::note_record},
    {Step::mark_restoring, steps::mark_restoring},
    {Step::free_archive, steps::free_archive},
    {Step::sync_source_parent, steps::sync_source_parent},
    {Step::sync_target_parent, steps::sync_target_parent},
    {Step::sync_archive_parent, steps::sync_archive_parent},
    {Step::sync_archive_origin, steps::sync_archive_origin},
    {Step::sync_way, steps::sync_way},
    {Step::sync_root, steps::sync_root},
    {Step::sync_trash, steps::sync_trash},
    {Step::sync_creating, steps::sync_creating},
    {Step::sync_volumes, steps::sync_volumes},
};

constexpr bool each_step_has_its_action() {
  std::size_t step = 0;
  for (auto const& each : actions) {
    if (static_cast<std::size_t>(each.step) != step++) {
      return false;
    }
  }
  return step == step_count;
}
static_assert(each_step_has_its_action());

/// What stands at the path already.
std::string why_not_adopted(Trouble trouble) {
  if (trouble == Trouble::source_not_new) {
    return "it is there already, and it is not known yet whose it is: a volume that cannot be read may have it, or a "
           "record that is still to be read may tell of it";
  }
  if (trouble == Trouble::source_not_empty) {
    return fmt::format(
        "it is there already with data in it, and the claim asks to begin empty; move it away, choose another "
        "directory, or take the annotation {} off",
        names::restore_from);
  }
  return "it is there already with data in it, and no record says whose that is; choose another directory, or have the "
         "class adopt what is there (class parameter onExisting: adopt)";
}

}  // namespace

StorageResult<void> do_step(VolumeWork& work, Step step) {
  work.seen.done.add(step);  // first: the action may say that it is to be done again
  return actions[static_cast<std::size_t>(step)].action(work);
}

StorageError error_of(VolumeWork const& work, Trouble trouble) {
  auto const& subject = work.subject;
  switch (trouble) {
    case Trouble::as_answered:
    case Trouble::unreadable_intent:
    case Trouble::held_by_neighbour:
    case Trouble::neighbour_at_work:
      break;
    case Trouble::foreign_record:
      return describe({StorageFault::exists, "a record of another volume, or of another archive of it, stands there"},
                      "write", layout::record_of(recorded_as(subject)));
    case Trouble::source_away:
      return describe({StorageFault::not_mounted,
                       "it was made on a file system of its own, which is not mounted; nothing was changed. If that is "
                       "gone for good, set the volume's reclaim policy to Retain and delete the volume"},
                      "release", subject.source);
    case Trouble::target_away:
      return not_mounted("release", subject.target);
    case Trouble::archive_away:
      return not_mounted("give back", steps::archive_place(work));
    case Trouble::source_immovable:
      return describe(
          {StorageFault::other_file_system,
           "it is a file system of its own, and cannot be moved; nothing was changed. To keep the data, set "
           "the volume's reclaim policy to Retain and delete the volume; else unmount it on the NFS server, "
           "and what stands there then is released"},
          "release", subject.source);
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
    case Trouble::source_unrecorded:
    case Trouble::source_not_empty:
      return describe({StorageFault::exists, why_not_adopted(trouble)}, "create directory", subject.source);
    case Trouble::parents_come_and_go:
      return describe({StorageFault::busy, "directories above it were removed again and again while it was made"},
                      "restore to", subject.source);
  }
  return work.answer.value_or(StorageError{StorageFault::io, "a step was refused without a reason"});
}

}  // namespace nfs::plan
