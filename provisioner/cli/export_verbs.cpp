#include "provisioner/cli/export_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <ostream>
#include <utility>

#include "k8s/base/clock.hpp"
#include "provisioner/cli/listing.hpp"
#include "provisioner/cli/purge_in_turns.hpp"
#include "provisioner/cli/terminal.hpp"
#include "provisioner/core/restore.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {
namespace {

struct Survey {
  std::vector<ArchiveRecord> records;
  ArchiveSurvey rest;
};

StorageResult<Survey> survey(VolumeStore& store, bool tidy) {
  if (auto joined = store.join(); joined.has_error()) return joined.error();
  if (auto underway = store.intents(); underway.has_error()) return underway.error();
  auto rest = store.survey_archives({.readers = readers_over_nfs, .tidy = tidy});
  if (rest.has_error()) return rest.error();
  return Survey{store.catalog().all(), std::move(*rest)};
}

void warn(Terminal& terminal, ArchiveSurvey const& rest) {
  for (auto const& name : rest.unreadable) terminal.error << "note: record " << name << " cannot be read; it is kept\n";
  for (auto const& volume : rest.away)
    terminal.error << "note: the file system that the archive of " << volume << " is on is not mounted\n";
  for (auto const& volume : rest.dangling)
    terminal.error << "note: the archive of " << volume << " is gone, its record is still there\n";
}

std::string end_text(ArchiveRecord const& record) {
  auto const ends = ends_at(record);
  return ends ? k8s::to_rfc3339(k8s::WallTime(std::chrono::seconds(*ends))) : std::string{};
}

// The directory that a person means: by its own name, or by that of the volume that it was.
std::string archive_named(Survey const& all, std::string const& name) {
  for (auto const& record : all.records)
    if (!record.in_place() && (record.volume == name || record.archived_path == name)) return record.archived_path;
  auto const& others = all.rest.unrecorded;
  return std::find(others.begin(), others.end(), name) == others.end() ? std::string{} : name;
}

// Moved away first, all of them: that is quick, and whatever happens afterwards the service goes on with the rest.
std::deque<TreeToPurge> move_to_trash(std::vector<std::string> const& archives, VolumeStore& store, Terminal& terminal,
                                      int& status) {
  std::deque<TreeToPurge> trashed;
  for (auto const& archive : archives) {
    auto const name = store.move_to_trash(archive);
    if (name.has_value())
      trashed.push_back({archive, *name});
    else
      status = fail(terminal, name.error().message);
  }
  return trashed;
}

int remove_for_good(std::vector<std::string> const& archives, VolumeStore& store, Terminal& terminal) {
  int status = 0;
  auto trees = move_to_trash(archives, store, terminal, status);
  int const removed = purge_in_turns(std::move(trees), store, terminal);
  return std::max(status, removed);
}

}  // namespace

int list_archives(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  VolumeStore store(files, arguments.cluster_id);
  auto const all = survey(store, false);
  if (all.has_error()) return fail(terminal, all.error().message);
  Listing listing({{"ARCHIVE", "archive"},
                   {"CLAIM", "claim"},
                   {"CLASS", "class"},
                   {"ARCHIVED", "time"},
                   {"ASKED", "requestedStorage"},
                   {"KEPT UNTIL", "keptUntil"},
                   {"VOLUME", "volume"}});
  for (auto const& record : all->records)
    listing.row({record.in_place() && !arguments.json ? record.original_path + " (in place)" : record.archived_path,
                 record.claim_namespace + "/" + record.claim_name, record.storage_class, record.time,
                 record.requested_storage, end_text(record), record.volume});
  for (auto const& name : all->rest.unrecorded) listing.row({name, "", "", "", "", "", ""});
  warn(terminal, all->rest);
  return print(terminal, listing, arguments.json, "No archives.");
}

int restore_archive(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  VolumeStore store(files, arguments.cluster_id);
  auto const all = survey(store, false);
  if (all.has_error()) return fail(terminal, all.error().message);
  auto const archive = archive_named(*all, arguments.name);
  if (archive.empty())
    return fail(terminal, fmt::format("there is no archive \"{}\"; see archives list", arguments.name));
  auto const path = RelativePath::parse(arguments.to);
  if (auto const* why = std::get_if<Refusal>(&path)) return misused(terminal, "--to: " + why->message);
  auto const& to = std::get<RelativePath>(path);
  auto const unknown = store.unknown_above(to);
  if (unknown.has_error()) return fail(terminal, unknown.error().message);
  if (*unknown && !arguments.force)
    return fail(terminal,
                fmt::format("directory \"{}\" stands above that, and no record tells whose it is: it may be that of a "
                            "volume which this program did not make. See kubectl get pv; if it is none, --force",
                            **unknown));
  if (auto const moved = store.move_out(archive, to); moved.has_error()) return fail(terminal, moved.error().message);
  terminal.error << "note: relied on what is recorded on the export; volumes that this program did not make are not\n";
  terminal.out << fmt::format("{} is {} now; a claim whose path leads there adopts it\n", archive, to.text());
  return 0;
}

int purge_archives(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  VolumeStore store(files, arguments.cluster_id);
  auto const all = survey(store, true);
  if (all.has_error()) return fail(terminal, all.error().message);
  std::vector<std::string> chosen;
  if (!arguments.name.empty()) {
    chosen.push_back(archive_named(*all, arguments.name));
    if (chosen.front().empty())
      return fail(terminal, fmt::format("there is no archive \"{}\"; see archives list", arguments.name));
  } else {
    auto const before = k8s::to_rfc3339_micros(k8s::system_clock().wall() - *arguments.older_than);
    for (auto const& record : all->records)
      if (!record.in_place() && !record.time.empty() && record.time < before) chosen.push_back(record.archived_path);
  }
  if (chosen.empty()) {
    terminal.out << "No archive is that old.\n";
    return 0;
  }
  auto const until = k8s::system_clock().steady() + arguments.measure_for;
  for (auto const& archive : chosen) show_size(archive, archive, files, until, terminal);
  if (!confirmed(arguments.yes, terminal)) return fail(terminal, "nothing was removed");
  return remove_for_good(chosen, store, terminal);
}

int list_volumes(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  VolumeStore store(files, arguments.cluster_id);
  if (auto joined = store.join(); joined.has_error()) return fail(terminal, joined.error().message);
  auto volumes = store.volumes();
  if (volumes.has_error()) return fail(terminal, volumes.error().message);
  std::sort(volumes->begin(), volumes->end(), [](Intent const& a, Intent const& b) { return a.path < b.path; });
  Listing listing({{"DIRECTORY", "directory"}, {"CLAIM", "claim"}, {"VOLUME", "volume"}, {"STANDS", "stands"}});
  for (auto const& volume : *volumes) {
    auto const there = files.status(volume.path);
    listing.row({volume.path, volume.claim_namespace + "/" + volume.claim_name, volume.volume,
                 there.has_value() && there->kind == FileKind::directory ? "yes" : "no"});
  }
  return print(terminal, listing, arguments.json, "No volumes that this program made.");
}

}  // namespace nfs
