#include "tests/simulation/script.hpp"

#include <array>

#include "tests/simulation/dice.hpp"

namespace nfs::simulation {
namespace {

struct Weight {
  OpKind kind;
  std::string_view name;
  unsigned weight;
};

// Users act more often than things break.
constexpr std::array weights{
    Weight{OpKind::create_claim, "create claim", 24},
    Weight{OpKind::delete_claim, "delete claim", 12},
    Weight{OpKind::recreate_claim, "re-create claim", 16},
    Weight{OpKind::move_claim, "re-create claim elsewhere", 6},
    Weight{OpKind::edit_claim, "edit claim", 4},
    Weight{OpKind::replace_class, "replace class", 6},
    Weight{OpKind::delete_class, "delete class", 2},
    Weight{OpKind::delete_namespace, "delete namespace", 3},
    Weight{OpKind::create_namespace, "create namespace", 3},
    Weight{OpKind::edit_reclaim_policy, "edit reclaim policy", 3},
    Weight{OpKind::delete_volume, "delete volume", 2},
    Weight{OpKind::occupy, "occupy", 3},
    Weight{OpKind::pass_time, "pass time", 5},
    Weight{OpKind::set_wall_clock, "set wall clock", 2},
    Weight{OpKind::crash, "crash", 7},
    Weight{OpKind::crash_machine, "crash machine", 4},
    Weight{OpKind::second_process, "second process", 4},
    Weight{OpKind::end_process, "end process", 4},
    Weight{OpKind::stop_process, "stop process", 8},
    Weight{OpKind::cut_off, "cut off", 4},
    Weight{OpKind::fail_requests, "fail requests", 8},
    Weight{OpKind::fail_storage, "fail storage", 7},
    Weight{OpKind::lag, "lag", 6},
    Weight{OpKind::drop_watches, "drop watches", 3},
    Weight{OpKind::compact, "compact", 3},
    Weight{OpKind::silence_watches, "silence watches", 3},
    Weight{OpKind::spoil_claim, "spoil claim", 3},
    Weight{OpKind::restore_api, "restore API server", 3},
    Weight{OpKind::unmount, "unmount", 2},
    // Drawn apart, by let_volumes_change_hands().
    Weight{OpKind::give_away, "give volume away", 0},
    Weight{OpKind::apply_again, "make volume again", 0},
    Weight{OpKind::populate, "populate claim", 0},
    Weight{OpKind::end_handed, "delete handed claim", 0},
};

OpKind pick_kind(Dice& dice) {
  std::uint64_t total = 0;
  for (auto const& each : weights) total += each.weight;
  auto at = dice.below(total);
  for (auto const& each : weights) {
    if (at < each.weight) return each.kind;
    at -= each.weight;
  }
  return OpKind::create_claim;
}

bool needs_elections(OpKind kind) {
  return kind == OpKind::second_process || kind == OpKind::end_process || kind == OpKind::stop_process ||
         kind == OpKind::cut_off;
}

unsigned pick_gap(Dice& dice) {
  if (dice.chance(20)) return 0;
  if (dice.chance(60)) return static_cast<unsigned>(dice.below(25));
  return static_cast<unsigned>(dice.below(150));
}

/// What people do, and not what breaks.
bool is_peoples(OpKind kind) {
  return kind < OpKind::pass_time;
}

/// One of six, by a die of its own: the others are as they would be without it.
bool has_neighbour(std::uint64_t seed) {
  return Dice(~seed).below(6) == 0;
}

/// Who lives in two clusters. Much of what people do in one of them they do in the other one, too, soon after.
void write_for_two(Script& script, Dice& dice) {
  auto const count = 14 + dice.below(26);
  auto const add = [&](OpKind kind, bool in_both) {
    Op const op{kind, pick_gap(dice), dice.bits(), dice.chance(50)};
    script.ops.push_back(op);
    if (in_both) script.ops.push_back({kind, static_cast<unsigned>(dice.below(30)), op.dice, !op.neighbours});
  };
  for (int i = 0; i < 2; ++i) add(OpKind::create_claim, true);
  while (script.ops.size() < count) {
    auto const kind = pick_kind(dice);
    if (needs_elections(kind) && !script.elections) continue;
    add(kind, is_peoples(kind) && dice.chance(40));
  }
}

/// In one of eight histories, by dice of their own: the others keep their course.
void let_volumes_change_hands(Script& script) {
  Dice dice(script.seed * 2 + 0x9e3779b97f4a7c15);
  script.hands = dice.chance(12);
  if (!script.hands) return;
  auto const count = 2 + dice.below(5);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto const chosen = dice.below(10);
    auto const kind = chosen < 4   ? OpKind::give_away
                      : chosen < 6 ? OpKind::apply_again
                      : chosen < 8 ? OpKind::populate
                                   : OpKind::end_handed;
    auto const at = 2 + dice.below(script.ops.size() - 1);
    auto const gap = pick_gap(dice);
    script.ops.insert(script.ops.begin() + static_cast<std::ptrdiff_t>(at), {kind, gap, dice.bits()});
  }
}

}  // namespace

std::string_view to_string(OpKind kind) {
  for (auto const& each : weights)
    if (each.kind == kind) return each.name;
  return "?";
}

Script write_script(std::uint64_t seed) {
  Dice dice(seed * 2 + 1);
  Script script{.seed = seed,
                .elections = dice.chance(40),
                .neighbour = has_neighbour(seed),
                .hands = false,
                .unmarked = Dice(seed * 2 + 0x7f4a7c159e3779b9).chance(10),
                .ops = {}};
  if (script.neighbour) {
    write_for_two(script, dice);
    return script;
  }
  auto const count = 8 + dice.below(22);
  // A claim or two to begin with: nothing happens without one.
  for (int i = 0; i < 2; ++i) script.ops.push_back({OpKind::create_claim, pick_gap(dice), dice.bits()});
  while (script.ops.size() < count) {
    auto const kind = pick_kind(dice);
    if (needs_elections(kind) && !script.elections) continue;
    auto const gap = pick_gap(dice);
    script.ops.push_back({kind, gap, dice.bits()});
  }
  let_volumes_change_hands(script);
  return script;
}

Script keep_only(Script const& script, std::vector<std::size_t> const& kept) {
  Script shorter{.seed = script.seed,
                 .elections = script.elections,
                 .neighbour = script.neighbour,
                 .hands = script.hands,
                 .unmarked = script.unmarked,
                 .ops = {}};
  for (auto const index : kept)
    if (index < script.ops.size()) shorter.ops.push_back(script.ops[index]);
  return shorter;
}

}  // namespace nfs::simulation
