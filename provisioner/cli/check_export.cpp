#include "provisioner/cli/check_export.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "provisioner/base/bytes.hpp"
#include "provisioner/cli/text_table.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/storage/volumes/neighbour_survey.hpp"

namespace nfs {
namespace {

// What serving needs, once each, in a directory of its own that goes again.
StorageResult<void> try_writing(FileSystem& files) {
  auto const top = fmt::format("{}-check-{}", names::private_directory, ::getpid());
  auto const before = top + "/before";
  auto const after = top + "/after";
  auto const clean = [&] {
    for (auto const& path : {before + "/file", after + "/file"}) (void)files.remove_file(path);
    for (auto const& path : {before, after, top}) (void)files.remove_directory(path);
  };
  clean();  // of a check that died: in a container process ids come again
  auto result = [&]() -> StorageResult<void> {
    if (auto step = files.make_directory(top, 0700); step.has_error()) return step;
    if (auto step = files.make_directory(before, 0777); step.has_error()) return step;
    if (auto step = files.write_file(before + "/file", "check\n"); step.has_error()) return step;
    if (auto step = files.rename(before, after); step.has_error()) return step;
    if (auto step = files.sync_directory(top); step.has_error()) return step;
    if (auto step = files.remove_file(after + "/file"); step.has_error()) return step;
    return files.remove_directory(after);
  }();
  clean();
  return result;
}

// Who else uses the export, and what an earlier program left there.
void check_clusters(std::string const& subject, FileSystem& files, CheckReport& report) {
  auto const cards = read_cluster_cards(files);
  if (cards.has_error()) return report.wrong(subject, cards.error().message);
  for (auto const& card : *cards)
    report.note(subject, fmt::format("used by cluster {}, {}", to_string(card.cluster),
                                     card.heartbeat.empty() ? "never seen alive" : "last seen " + card.heartbeat));
  for (auto const directory : layout::directories_of_before) {
    auto const listed = files.list(directory, 1);
    if (listed.has_value() && !listed->empty())
      report.note(subject, fmt::format("{} was left by a program that knew of no other clusters; nothing there is "
                                       "touched. Volumes that it made are served and released as before",
                                       directory));
  }
}

}  // namespace

void check_export(Export const& where, FileSystem& files, CheckReport& report) {
  auto const subject = fmt::format("export {}:{} at {}", where.server, where.path, where.mount);
  auto const root = files.status("");
  if (root.has_error())
    return report.wrong(subject, fmt::format("{}; mount the export there, or set MOUNT_DIR", root.error().message));
  if (auto const mount = files.mount_info(); mount.has_error())
    report.note(subject, fmt::format("cannot tell what is mounted: {}", mount.error().message));
  else if (mount->type.starts_with("nfs"))
    report.fine(subject, fmt::format("{} mount of {}", mount->type, mount->source));
  else
    report.note(subject, fmt::format("{} {}, not NFS: right for a test or a bind mount, else the export is not mounted",
                                     mount->type, mount->is_mount_point ? "mount" : "directory"));
  if (auto const wrote = try_writing(files); wrote.has_error())
    report.wrong(subject, wrote.error().message);
  else
    report.fine(subject, "directories and files can be made, renamed, synced and removed");
  auto const space = files.space();
  if (space.has_error()) return report.wrong(subject, space.error().message);
  auto const line = fmt::format("{} of {} free", format_bytes(space->free_bytes), format_bytes(space->total_bytes));
  if (space->free_bytes == 0) return report.wrong(subject, line + ": nothing can be written");
  report.fine(subject, line);
  check_clusters(subject, files, report);
}

}  // namespace nfs
