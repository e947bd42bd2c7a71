#include "provisioner/service/trash_keeper.hpp"

#include <set>
#include <utility>

#include "provisioner/core/clocks.hpp"

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 10s;
constexpr auto look_for_room_every = 1s;
/// A record whose tree has not come for so long is of one that was taken away.
constexpr auto lone_records_last = 24h;

}  // namespace

void TrashKeeper::run(std::stop_token stop) {
  while (true) {
    bool const room_is_needed = look(stop);
    if (!clock_.wait_for(room_is_needed ? look_for_room_every : look_every, stop)) {
      return;
    }
  }
}

bool TrashKeeper::look(std::stop_token const& stop) {
  trouble_.clear();
  take_stock();
  site_.server_clock().look_again_if_paused();
  end_what_is_due(stop);
  bool const room_is_needed = make_room();
  site_.health().rests_in_trash(resting_.size());
  if (once_.changed(trouble_) && !trouble_.empty()) {
    log_.warning("cannot look after all that rests in the trash; retrying", {{"error", trouble_}});
  }
  return room_is_needed;
}

/// One that cannot be looked at, or moved, holds up no other.
void TrashKeeper::note(StorageError const& error) {
  if (trouble_.empty()) {
    trouble_ = error.message;
  }
}

void TrashKeeper::take_stock() {
  auto const names = site_.store().resting();
  if (names.has_error()) {
    return note(names.error());
  }
  std::set<std::string, std::less<>> const standing(names->trees.begin(), names->trees.end());
  std::erase_if(resting_, [&](auto const& each) { return !standing.contains(each.first); });
  for (auto const& name : standing) {
    if (resting_.contains(name)) {
      continue;
    }
    auto tree = site_.store().find_resting(name);
    if (tree.has_error()) {
      note(tree.error());
    } else if (*tree) {
      resting_.emplace(name, std::move(**tree));
    }
  }
  for (auto const& name : names->lone_records) {
    auto const forgotten = site_.store().forget_lone_record(name, clock_.wall() - lone_records_last);
    if (forgotten.has_error()) {
      note(forgotten.error());
    }
  }
}

void TrashKeeper::end_what_is_due(std::stop_token const& stop) {
  // By our clock first, as far as it may be trusted: the server is asked only when something could be due.
  auto const trees = all();
  if (ended(trees, setting_, clock_.wall() + clocks_differ_at_most).empty()) {
    return;
  }
  auto const now = site_.server_clock().agreed_now();
  if (!now) {
    return;
  }
  for (auto const& name : ended(trees, setting_, *now)) {
    if (stop.stop_requested()) {
      return;
    }
    // Another one may rest under this name by now.
    auto const tree = site_.store().find_resting(name);
    if (tree.has_error()) {
      note(tree.error());
    } else if (*tree && rests_until(**tree, setting_) <= *now) {
      (void)end(name, "has rested in the trash for its time; it is removed in the background");
    }
  }
}

bool TrashKeeper::make_room() {
  auto const give_room = oldest_first(all());
  if (give_room.empty()) {
    return false;
  }
  auto const space = site_.store().space();
  if (space.has_error()) {
    note(space.error());
    return false;
  }
  if (!is_short_of_room(space->free_bytes, space->total_bytes)) {
    return false;
  }
  // What is being removed gives room, too. What is stuck gives none.
  auto const counts = site_.purger().counts();
  bool gives_room = counts.waiting > counts.stuck;
  for (auto const& name : give_room) {
    gives_room = gives_room || end(name,
                                   "goes from the trash before its time, as the oldest there: less than a tenth of the "
                                   "export is free; it is removed in the background");
  }
  return !resting_.empty();
}

bool TrashKeeper::end(std::string const& name, std::string_view why) {
  auto const moved = site_.store().end_rest(name);
  if (moved.has_error()) {
    note(moved.error());
    return false;
  }
  resting_.erase(name);
  if (!*moved) {
    return false;
  }
  site_.purger().put(**moved);
  log_.info(std::string("a directory ").append(why), {{"name", name}});
  return true;
}

std::vector<RestingTree> TrashKeeper::all() const {
  std::vector<RestingTree> trees;
  for (auto const& [name, tree] : resting_) {
    trees.push_back(tree);
  }
  return trees;
}

}  // namespace nfs
