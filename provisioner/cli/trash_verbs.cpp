#include "provisioner/cli/trash_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <ostream>
#include <set>
#include <utility>

#include "k8s/base/clock.hpp"
#include "provisioner/cli/listing.hpp"
#include "provisioner/cli/purge_in_turns.hpp"
#include "provisioner/core/trash.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {
namespace {

/// The oldest first. The service may end one while they are read.
StorageResult<std::vector<RestingTree>> all_resting(VolumeStore& store) {
  RETURN_IF_ERROR(store.join());
  ASSIGN_OR_RETURN(auto const names, store.resting());
  std::vector<RestingTree> trees;
  for (auto const& name : std::set<std::string>(names.trees.begin(), names.trees.end())) {
    ASSIGN_OR_RETURN(auto tree, store.find_resting(name));
    if (tree) {
      trees.push_back(std::move(*tree));
    }
  }
  std::ranges::sort(trees, {}, [](auto const& tree) { return std::pair(tree.since, tree.name); });
  return trees;
}

/// For who asks for a name that does not rest there.
std::string why_not(VolumeStore& store, std::string const& name) {
  auto const removed = store.trashed();
  bool const too_late = removed.has_value() && std::ranges::find(*removed, name) != removed->end();
  return too_late ? fmt::format("{:?} rests in the trash no more: it is being removed", name)
                  : fmt::format("nothing called {:?} rests in the trash; see trash list", name);
}

}  // namespace

int list_trash(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  VolumeStore store(files, arguments.cluster_id);
  auto const trees = all_resting(store);
  if (trees.has_error()) {
    return fail(terminal, trees.error().message);
  }
  auto const removed = store.trashed();
  if (removed.has_error()) {
    return fail(terminal, removed.error().message);
  }
  Listing listing({{"NAME", "name"},
                   {"CLAIM", "claim"},
                   {"CLASS", "class"},
                   {"PATH", "path"},
                   {"TRASHED", "time"},
                   {"ASKED", "requestedStorage"},
                   {"KEPT UNTIL", "keptUntil"},
                   {"STATE", "state"}});
  for (auto const& tree : *trees) {
    auto const record = tree.record.value_or(TrashRecord{});
    auto const claim = tree.record ? record.claim_namespace + "/" + record.claim_name : std::string();
    listing.row({tree.name, claim, record.storage_class, record.original_path, k8s::to_rfc3339(tree.since),
                 record.requested_storage, k8s::to_rfc3339(rests_until(tree, arguments.trash_retention)), "rests"});
  }
  for (auto const& name : std::set<std::string>(removed->begin(), removed->end())) {
    listing.row({name, "", "", "", "", "", "", "is being removed"});
  }
  return print(terminal, listing, arguments.json, "Nothing is in the trash.");
}

int restore_trash(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  VolumeStore store(files, arguments.cluster_id);
  if (auto const joined = store.join(); joined.has_error()) {
    return fail(terminal, joined.error().message);
  }
  auto const tree = store.find_resting(arguments.name);
  if (tree.has_error()) {
    return fail(terminal, tree.error().message);
  }
  if (!*tree) {
    return fail(terminal, why_not(store, arguments.name));
  }
  if (arguments.to.empty() && !(*tree)->record) {
    return misused(terminal, fmt::format("no record says where {:?} stood: say where it goes by --to", arguments.name));
  }
  auto const path = RelativePath::parse(arguments.to.empty() ? (*tree)->record->original_path : arguments.to);
  if (auto const* why = std::get_if<Refusal>(&path)) {
    return misused(terminal, "--to: " + why->message);
  }
  auto const& to = std::get<RelativePath>(path);
  if (auto const moved = store.take_back(arguments.name, to); moved.has_error()) {
    return fail(terminal, moved.error().message);
  }
  terminal.out << fmt::format("{} is {} now; a claim whose path leads there adopts it\n", arguments.name, to.text());
  return 0;
}

int purge_trash(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  VolumeStore store(files, arguments.cluster_id);
  auto trees = all_resting(store);
  if (trees.has_error()) {
    return fail(terminal, trees.error().message);
  }
  if (!arguments.all) {
    std::erase_if(*trees, [&](RestingTree const& tree) { return tree.name != arguments.name; });
    if (trees->empty()) {
      return fail(terminal, why_not(store, arguments.name));
    }
  }
  if (trees->empty()) {
    terminal.out << "Nothing rests in the trash.\n";
    return 0;
  }
  auto const until = k8s::system_clock().steady() + arguments.measure_for;
  for (auto const& tree : *trees) {
    auto const place = store.resting_place(tree.name);
    if (place.has_error()) {
      return fail(terminal, place.error().message);
    }
    show_size(tree.name, *place, files, until, terminal);
  }
  if (!confirmed(arguments.yes, terminal)) {
    return fail(terminal, "nothing was removed");
  }
  int status = 0;
  std::deque<TreeToPurge> ended;
  for (auto const& tree : *trees) {
    auto const name = store.end_rest(tree.name);
    if (name.has_error()) {
      status = fail(terminal, name.error().message);
    } else if (*name) {
      ended.push_back({.shown = tree.name, .name = **name});
    }
  }
  return std::max(status, purge_in_turns(std::move(ended), store, terminal));
}

}  // namespace nfs
