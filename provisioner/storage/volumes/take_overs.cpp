#include "provisioner/storage/volumes/take_overs.hpp"

#include <fmt/format.h>

#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/record_in_place.hpp"

namespace nfs {
namespace {

constexpr std::size_t most_entries = 1 << 20;
constexpr int most_of_one_name = 99;

/// Another one of a name that is not free.
std::string numbered(std::string_view name, int number) {
  return number == 1 ? std::string(name) : fmt::format("{}-{}", name, number);
}

StorageError taken_by(std::string const& taker) {
  return describe(
      {StorageFault::held_elsewhere,
       fmt::format("cluster {} has taken the place of this one, and has its volumes and archives by now; if "
                   "this cluster is to live beside it, give it another id (--cluster-id)",
                   taker)},
      "use", "");
}

ArchiveRecord record_of(Intent const& intent, TakeOverDecision const& decision, std::string const& own_id) {
  auto record = record_in_place(intent, own_id, decision.time);
  record.taken_from = decision.from.id;
  record.made_at = intent.time;
  return record;
}

}  // namespace

bool TakeOvers::any() const {
  k8s::MutexLock const lock(mutex_);
  return any_;
}

StorageResult<void> TakeOvers::check() const {
  k8s::MutexLock const lock(mutex_);
  if (taken_by_.empty()) {
    return {};
  }
  return taken_by(taken_by_);
}

StorageResult<void> TakeOvers::look_back() {
  ASSIGN_OR_RETURN(auto const ours, names_in(cluster_.taken()));
  ASSIGN_OR_RETURN(auto const ids, names_in(layout::clusters));
  std::string taker;
  for (auto const& id : ids) {
    if (id == cluster_.id() || !is_cluster_id(id)) {
      continue;
    }
    ASSIGN_OR_RETURN(bool const has_us, directory_stands(files_, ClusterLayout(id).taken_of(cluster_.id())));
    if (has_us) {
      taker = id;
    }
  }
  {
    k8s::MutexLock const lock(mutex_);
    any_ = any_ || !ours.empty();
    taken_by_ = taker;
  }
  return check();
}

StorageResult<TakeOvers::Names> TakeOvers::names_in(std::string_view directory) {
  ASSIGN_OR_RETURN(auto const listed, directories_.list(directory, most_entries));
  Names names;
  for (auto const& entry : listed) {
    if (!layout::is_temporary(entry.name)) {
      names.insert(entry.name);
    }
  }
  return names;
}

// Not one of those that are always there.
StorageResult<void> TakeOvers::make_directory(std::string const& path) {
  auto const made = files_.make_directory(path, 0700);
  if (made.has_error() && made.error().fault != StorageFault::exists) {
    return made;
  }
  return directories_.sync(cluster_.root());
}

StorageResult<bool> TakeOvers::is_cluster(std::string_view id) {
  if (!is_cluster_id(id) || id == cluster_.id()) {
    return false;
  }
  return directory_stands(files_, ClusterLayout(std::string(id)).root());
}

StorageResult<void> TakeOvers::decide(TakeOverDecision const& decision) {
  ASSIGN_OR_RETURN(bool const there, is_cluster(decision.from.id));
  if (!there) {
    return describe({StorageFault::not_found, "no other cluster of that id uses the export"}, "take over",
                    decision.from.id);
  }
  RETURN_IF_ERROR(make_directory(cluster_.taking()));
  return directories_.write(cluster_.taking_of(decision.from.id), write_document(decision));
}

StorageResult<std::vector<TakeOverDecision>> TakeOvers::decided() {
  ASSIGN_OR_RETURN(auto const names, names_in(cluster_.taking()));
  std::vector<TakeOverDecision> decisions;
  for (auto const& name : names) {
    auto const path = joined(cluster_.taking(), name);
    auto const text = files_.read_file(path, layout::max_document_bytes);
    if (text.has_error() && text.error().fault == StorageFault::not_found) {
      continue;
    }
    if (text.has_error()) {
      return text.error();
    }
    auto decision = read_take_over(*text);
    bool const fits = decision.has_value() && is_cluster_id(decision->from.id) && decision->from.id != cluster_.id() &&
                      layout::record_file_of(decision->from.id) == name;
    if (!fits) {
      return describe({StorageFault::malformed, "it is no decision to take that cluster over"}, "read", path);
    }
    decisions.push_back(std::move(*decision));
  }
  return decisions;
}

StorageResult<TakenOver> TakeOvers::carry_out(TakeOverDecision const& decision) {
  TakenOver done;
  ASSIGN_OR_RETURN(bool const there, is_cluster(decision.from.id));
  // Its archives first: what its volumes were made of is one of them, if it stands.
  RETURN_IF_ERROR(take_archives(decision, done));
  if (there) {
    RETURN_IF_ERROR(take_volumes(decision, done));
    RETURN_IF_ERROR(put_aside(decision.from.id));
  }
  {
    k8s::MutexLock const lock(mutex_);
    any_ = true;
  }
  RETURN_IF_ERROR(forget(decision.from.id));
  return done;
}

StorageResult<void> TakeOvers::take_archives(TakeOverDecision const& decision, TakenOver& done) {
  ASSIGN_OR_RETURN(auto const files, names_in(layout::archives));
  for (auto const& file : files) {
    auto const text = files_.read_file(joined(layout::archives, file), layout::max_document_bytes);
    auto const fault = text.has_error() ? text.error().fault : StorageFault::malformed;
    if (text.has_error() && fault != StorageFault::not_found && fault != StorageFault::malformed) {
      return text.error();
    }
    // One that cannot be read is told of where the archives are surveyed.
    auto record = text.has_value() ? read_record(*text) : Outcome<ArchiveRecord>(Failure{});
    bool const theirs =
        record.has_value() && record->cluster_id == decision.from.id && layout::record_file_of(record->volume) == file;
    if (theirs) {
      RETURN_IF_ERROR(take_archive(std::move(*record), decision, done));
    }
  }
  return {};
}

StorageResult<void> TakeOvers::take_archive(ArchiveRecord record, TakeOverDecision const& decision, TakenOver& done) {
  ASSIGN_OR_RETURN(bool const stands, directory_stands(files_, record.archived_path));
  ASSIGN_OR_RETURN(bool const away, is_away(files_, record.archived_path));
  if (!stands && !away) {
    done.left.push_back(record.volume);
    return {};
  }
  record.cluster_id = cluster_.id();
  record.taken_from = decision.from.id;
  RETURN_IF_ERROR(archives_.records().write(record));
  archives_.catalog().put(std::move(record));
  ++done.archives;
  return {};
}

StorageResult<void> TakeOvers::take_volumes(TakeOverDecision const& decision, TakenOver& done) {
  ClusterLayout const theirs(decision.from.id);
  Intents intents(files_, directories_, theirs);
  ASSIGN_OR_RETURN(auto const ours, given());
  Names seen;
  // What had been begun may be in use, too: its program died before it was settled.
  for (auto const& directory : {theirs.creating(), theirs.volumes()}) {
    ASSIGN_OR_RETURN(auto const names, names_in(directory));
    for (auto const& volume : names) {
      if (!layout::is_volume_name(volume) || !seen.insert(volume).second) {
        continue;
      }
      bool const begun = directory == theirs.creating();
      ASSIGN_OR_RETURN(auto const intent, begun ? intents.find(volume) : intents.find_settled(volume));
      if (intent && !ours.contains(volume)) {
        RETURN_IF_ERROR(take_volume(*intent, decision, done));
      }
    }
  }
  return {};
}

StorageResult<void> TakeOvers::take_volume(Intent const& intent, TakeOverDecision const& decision, TakenOver& done) {
  ASSIGN_OR_RETURN(bool const stands, directory_stands(files_, intent.path));
  if (!stands) {
    done.without_directory.push_back(intent.volume);
    return {};
  }
  auto record = record_of(intent, decision, cluster_.id());
  ASSIGN_OR_RETURN(record.volume, free_name(record));
  RETURN_IF_ERROR(archives_.records().write(record));
  archives_.catalog().put(std::move(record));
  ++done.volumes;
  return {};
}

StorageResult<std::string> TakeOvers::free_name(ArchiveRecord const& record) {
  for (int number = 1; number <= most_of_one_name; ++number) {
    auto candidate = record;
    candidate.volume = numbered(record.volume, number);
    ASSIGN_OR_RETURN(auto const found, archives_.records().find(candidate.volume));
    // Written by a call that did not come to its end.
    if (!found || (found->was_in_use() && is_same_release(*found, candidate))) {
      return candidate.volume;
    }
  }
  return describe({StorageFault::exists, "there are too many records of this volume"}, "write",
                  layout::record_of(record.volume));
}

StorageResult<TakeOvers::Names> TakeOvers::given() {
  Intents intents(files_, directories_, cluster_);
  Names names;
  for (auto const all : {&Intents::all_settled, &Intents::all_begun}) {
    ASSIGN_OR_RETURN(auto const found, (intents.*all)());
    for (auto const& intent : found) {
      if (!intent.restored_from.empty()) {
        names.insert(intent.restored_from);
      }
    }
  }
  return names;
}

// From now on it is no neighbour any more, and holds nothing. It may have come back, and have been taken, before.
StorageResult<void> TakeOvers::put_aside(std::string const& id) {
  RETURN_IF_ERROR(make_directory(cluster_.taken()));
  ClusterLayout const theirs(id);
  for (int number = 1; number <= most_of_one_name; ++number) {
    auto const moved = files_.rename(theirs.root(), cluster_.taken_of(numbered(id, number)));
    if (moved.has_error() && moved.error().fault == StorageFault::exists) {
      continue;
    }
    if (moved.has_error()) {
      return moved;
    }
    RETURN_IF_ERROR(directories_.sync(cluster_.taken()));
    return directories_.sync(layout::clusters);
  }
  return describe({StorageFault::exists, "it was taken over too often"}, "move away", theirs.root());
}

// What a call before moved away, and did not sync, must not come back once the decision is gone.
StorageResult<void> TakeOvers::forget(std::string const& id) {
  RETURN_IF_ERROR(make_directory(cluster_.taken()));
  RETURN_IF_ERROR(directories_.sync(cluster_.taken()));
  RETURN_IF_ERROR(directories_.sync(layout::clusters));
  auto const removed = files_.remove_file(cluster_.taking_of(id));
  if (removed.has_error() && removed.error().fault != StorageFault::not_found) {
    return removed;
  }
  auto synced = directories_.sync(cluster_.taking());
  bool const cleared_away = synced.has_error() && synced.error().fault == StorageFault::not_found;
  return cleared_away ? StorageResult<void>() : synced;
}

}  // namespace nfs
