// error_of() of volume_work.hpp: what people are told of a plan that goes no further.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/volume_work.hpp"
#include "provisioner/storage/volumes/work_steps.hpp"

namespace nfs::plan {
namespace {

/// What is said of the source.
struct OfSource {
  Trouble trouble;
  StorageFault fault;
  char const* action;
  char const* why;
};

constexpr OfSource of_source[] = {
    {Trouble::source_away, StorageFault::not_mounted, "release",
     "it was made on a file system of its own, which is not mounted; nothing was changed. If that is gone for good, "
     "set "
     "the volume's reclaim policy to Retain and delete the volume"},
    {Trouble::source_immovable, StorageFault::other_file_system, "release",
     "it is a file system of its own, and cannot be moved; nothing was changed. To keep the data, set the volume's "
     "reclaim policy to Retain and delete the volume; else unmount it on the NFS server, and what stands there then is "
     "released"},
    {Trouble::source_no_directory, StorageFault::not_directory, "release",
     "something else than a directory stands there"},
    {Trouble::source_in_the_way, StorageFault::not_directory, "restore to",
     "something else than a directory stands there; move it away"},
    {Trouble::source_has_data, StorageFault::exists, "restore to",
     "a directory with data stands there; move it away, or take the annotation off"},
    {Trouble::source_holds_private, StorageFault::exists, "create directory",
     "it is there already, and the program's own directory stands in it: archives or trash of other volumes lie there, "
     "or it is an export itself; choose another directory (class parameter pathPattern)"},
    {Trouble::source_not_new, StorageFault::exists, "create directory",
     "it is there already, and it is not known yet whose it is: a volume that cannot be read may have it, or a record "
     "that is still to be read may tell of it"},
    {Trouble::source_unrecorded, StorageFault::exists, "create directory",
     "it is there already with data in it, and no record says whose that is; choose another directory, or have the "
     "class adopt what is there (class parameter onExisting: adopt)"},
    {Trouble::parents_come_and_go, StorageFault::busy, "restore to",
     "directories above it were removed again and again while it was made"},
};

std::string why_not_empty() {
  return fmt::format(
      "it is there already with data in it, and the claim asks to begin empty; move it away, choose another directory, "
      "or take the annotation {} off",
      names::restore_from);
}

StorageError as_answered(VolumeWork const& work) {
  return work.answer.value_or(StorageError{StorageFault::io, "a step was refused without a reason"});
}

}  // namespace

StorageError error_of(VolumeWork const& work, Trouble trouble) {
  auto const& subject = work.subject;
  if (trouble == Trouble::source_no_directory && work.answer) {
    return *work.answer;
  }
  auto const* const told = std::ranges::find(of_source, trouble, &OfSource::trouble);
  if (told != std::end(of_source)) {
    return describe({told->fault, told->why}, told->action, subject.source);
  }
  switch (trouble) {
    case Trouble::foreign_record:
      return describe({StorageFault::exists, "a record of another volume, or of another archive of it, stands there"},
                      "write", layout::record_of(recorded_as(subject)));
    case Trouble::target_away:
      return not_mounted("release", subject.target);
    case Trouble::archive_away:
      return not_mounted("give back", steps::archive_place(work));
    case Trouble::target_occupied:
      return describe({StorageFault::exists, fmt::format("{:?} stands there already, without a record; move one of "
                                                         "them away",
                                                         subject.target)},
                      "archive", subject.source);
    case Trouble::source_not_empty:
      return describe({StorageFault::exists, why_not_empty()}, "create directory", subject.source);
    default:
      return as_answered(work);
  }
}

}  // namespace nfs::plan
