#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace nfs::simulation {

/// What happens to the program from outside, in order. What exactly is read from `dice` when its turn comes.
enum class OpKind {
  // users
  create_claim,
  delete_claim,
  recreate_claim,  ///< deleted, and made anew as soon as it is gone
  move_claim,      ///< as recreate_claim, and its class is another by then: another layout
  edit_claim,
  replace_class,
  delete_class,
  delete_namespace,
  create_namespace,
  edit_reclaim_policy,
  delete_volume,
  occupy,  ///< somebody puts data where a directory is about to be made, or an archive to be put back
  // time
  pass_time,
  set_wall_clock,
  // faults
  crash,           ///< the program dies at an effect to come
  crash_machine,   ///< and so does the file server: what was not synced is lost in part
  second_process,  ///< another one starts while the first still acts, and waits for its turn
  end_process,     ///< the older of two dies
  stop_process,    ///< SIGSTOP, at any moment; it goes on later
  cut_off,         ///< a process does not reach the API server for a while
  fail_requests,
  fail_storage,
  lag,  ///< a watch, or kube-controller-manager, sees nothing for a while
  drop_watches,
  compact,
  silence_watches,  ///< the watches of a process bring nothing more, and do not end, until it gives them up
  spoil_claim,      ///< a claim cannot be read for a while: a field of it has a wrong type
  restore_api,      ///< etcd is restored from a backup: objects are gone, or back, or as they were
  unmount,          ///< an empty directory stands where the export was, for a while
  // volumes that change hands, or are made again; in a share of the histories
  give_away,    ///< a volume is kept, its claim goes, and another claim takes it
  apply_again,  ///< a volume is made again from a backup, with or without its claim
  populate,     ///< a claim that a volume populator fills
  end_handed,   ///< a claim goes that was given a volume
  end,          ///< (number of kinds)
};

[[nodiscard]] std::string_view to_string(OpKind kind);

struct Op {
  OpKind kind = OpKind::end;
  unsigned gap = 0;  ///< steps of the schedule between the op before and this one
  std::uint64_t dice = 0;
  bool neighbours = false;  ///< it happens in the second cluster
};

/// How a history is set: what does not change while it goes on.
struct Script {
  std::uint64_t seed = 0;
  bool elections = false;  ///< processes act by a lease, of which more than one may ask for; else there is but one
  bool neighbour = false;  ///< a second cluster uses the export
  bool hands = false;      ///< volumes change hands, or are made again
  bool unmarked = false;   ///< kube-controller-manager marks no volume Released
  std::vector<Op> ops;
};

[[nodiscard]] Script write_script(std::uint64_t seed);
/// Only the ops with these indices.
[[nodiscard]] Script keep_only(Script const& script, std::vector<std::size_t> const& kept);

}  // namespace nfs::simulation
