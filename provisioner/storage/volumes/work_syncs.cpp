// The syncs of work_steps.hpp.
#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/work_steps.hpp"

namespace nfs::plan::steps {

Done sync_source_parent(VolumeWork& work) {
  return work.parts.directories.sync_nearest(parent_of(work.subject.source));
}

Done sync_target_parent(VolumeWork& work) {
  return work.parts.directories.sync_nearest(parent_of(work.subject.target));
}

Done sync_archive_parent(VolumeWork& work) {
  return work.parts.directories.sync_nearest(parent_of(archive_place(work)));
}

Done sync_archive_origin(VolumeWork& work) {
  auto const origin = parent_of(work.subject.archive->original_path);
  // The usual case: it comes back to where it was, and that was synced just now.
  if (origin == parent_of(work.subject.source)) {
    return {};
  }
  return work.parts.directories.sync_nearest(origin);
}

Done sync_root(VolumeWork& work) {
  return work.parts.directories.sync("");
}

Done sync_trash(VolumeWork& work) {
  return work.parts.directories.sync_trash();
}

Done sync_creating(VolumeWork& work) {
  return work.parts.directories.sync(work.parts.cluster.creating());
}

Done sync_volumes(VolumeWork& work) {
  return work.parts.directories.sync(work.parts.cluster.volumes());
}

}  // namespace nfs::plan::steps
