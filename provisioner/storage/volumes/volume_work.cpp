#include "provisioner/storage/volumes/volume_work.hpp"

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
    {Step::choose_name, steps::choose_name},
    {Step::look_at_intent, steps::look_at_intent},
    {Step::look_at_settled_intent, steps::look_at_settled_intent},
    {Step::look_whether_settled, steps::look_whether_settled},
    {Step::look_at_archive, steps::look_at_archive},
    {Step::look_at_own_release, steps::look_at_own_release},
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

}  // namespace

StorageResult<void> do_step(VolumeWork& work, Step step) {
  work.seen.done.add(step);  // first: the action may say that it is to be done again
  return actions[static_cast<std::size_t>(step)].action(work);
}

}  // namespace nfs::plan
