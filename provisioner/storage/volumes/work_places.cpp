// The steps of work_steps.hpp that choose where a target stands, and write it down.
#include <cstdint>
#include <utility>
#include <vector>

#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/work_steps.hpp"

namespace nfs::plan::steps {
namespace {

StorageResult<std::vector<std::string>> roots_above(FileSystem& files, std::string_view path) {
  std::vector<std::uint64_t> devices;
  for (std::size_t count = 1; count <= component_count(path); ++count) {
    ASSIGN_OR_RETURN(auto const status, files.status(leading(path, count)));
    devices.push_back(status.device);
  }
  return possible_inner_roots(path, devices);
}

/// What was written of a place where the source cannot be moved to tells of nothing. First: without its directory, the
/// place is taken for one that is not mounted.
Done forget_place(VolumeWork& work) {
  if (work.seen.record == RecordSeen::own) {
    RETURN_IF_ERROR(work.parts.archives.forget(recorded_as(work.subject)));
  }
  if (work.seen.done.has(Step::write_signpost)) {
    RETURN_IF_ERROR(work.parts.files.remove_file(work.subject.outer_target));
    RETURN_IF_ERROR(work.parts.directories.sync(parent_of(work.subject.outer_target)));
  }
  remove_inner_directories(work.parts.files, work.subject.target);
  return {};
}

/// Once something else is written than the place that was tried before.
void clear_place_tried(VolumeWork& work) {
  auto const tried = std::exchange(work.place_tried, {});
  if (inner_root_of(tried) != inner_root_of(work.subject.target)) {
    remove_inner_directories(work.parts.files, tried);
  }
}

}  // namespace

Done choose_place(VolumeWork& work) {
  auto& seen = work.seen;
  auto& target = work.subject.target;
  seen.crosses = false;
  if (!work.inner_roots) {
    ASSIGN_OR_RETURN(work.inner_roots, roots_above(work.parts.files, work.subject.source));
  }
  if (work.inner_roots->empty()) {
    seen.immovable = true;
    return forget_place(work);
  }
  if (seen.inner) {
    work.place_tried = target;
  }
  auto const root = work.inner_roots->front();
  work.inner_roots->erase(work.inner_roots->begin());
  auto const name = last_component(work.subject.outer_target);
  if (work.subject.record != nullptr) {
    target = inner_archive(root, name);
    seen.record = RecordSeen::none;  // what stands there, if anything does, was not moved there by this call
  } else {
    ASSIGN_OR_RETURN(target, work.parts.resting.free_place(root, name));
  }
  seen.inner = true;
  seen.target = Stands::unknown;
  for (auto const step : {Step::make_target_directory, Step::write_record, Step::write_signpost}) {
    seen.done.remove(step);
  }
  return {};
}

Done choose_name(VolumeWork& work) {
  auto& target = work.subject.target;
  ASSIGN_OR_RETURN(target, work.parts.resting.free_in_trash(work.subject.volume));
  work.subject.outer_target = target;
  work.seen.inner = false;
  work.seen.target = Stands::nothing;
  return {};
}

Done make_target_directory(VolumeWork& work) {
  return make_inner_directories(work.parts.files, work.parts.directories, work.subject.target);
}

Done write_record(VolumeWork& work) {
  RETURN_IF_ERROR(work.parts.archives.records().write(record_to_write(work.subject)));
  work.seen.record = RecordSeen::own;
  clear_place_tried(work);
  return {};
}

Done write_signpost(VolumeWork& work) {
  RETURN_IF_ERROR(work.parts.resting.write_signpost(work.subject.outer_target,
                                                    {.volume = work.subject.volume, .stands_at = work.subject.target}));
  clear_place_tried(work);
  return {};
}

Done look_whether_immovable(VolumeWork& work, StorageError const& busy) {
  auto const& path = work.subject.source;
  ASSIGN_OR_RETURN(auto const own, work.parts.files.status(path));
  ASSIGN_OR_RETURN(auto const above, work.parts.files.status(parent_of(path)));
  if (own.device == above.device) {
    return busy;
  }
  work.seen.immovable = true;
  work.seen.source_stays = true;
  return forget_place(work);
}

}  // namespace nfs::plan::steps
