#include "provisioner/cli/cluster_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <vector>

#include "k8s/base/clock.hpp"
#include "provisioner/base/counted.hpp"
#include "provisioner/base/host.hpp"
#include "provisioner/cli/listing.hpp"
#include "provisioner/cli/terminal.hpp"
#include "provisioner/core/take_over.hpp"
#include "provisioner/storage/volumes/cluster_holdings.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {
namespace {

/// Its program says every minute that it lives.
constexpr std::chrono::minutes running_within{3};

using Clusters = std::vector<ClusterHoldings>;

ClusterHoldings const* find(Clusters const& all, std::string const& id) {
  auto const at = std::ranges::find(all, id, [](auto const& each) { return each.card.cluster.id; });
  return at == all.end() ? nullptr : &*at;
}

std::string names_of(Clusters const& all) {
  std::string names;
  for (auto const& each : all) names += (names.empty() ? "" : ", ") + to_string(each.card.cluster);
  return names;
}

/// The cluster that takes over: the one that was named, or else the only other one.
OrRefusal<ClusterHoldings const*> taker_of(Clusters const& all, VerbArguments const& arguments) {
  if (arguments.cluster_id == arguments.name)
    return Refusal{
        fmt::format("\"{}\" is the cluster that would take over (--cluster-id): name another one", arguments.name)};
  if (!arguments.cluster_id.empty()) {
    auto const* named = find(all, arguments.cluster_id);
    if (named != nullptr) return named;
    return Refusal{fmt::format("no cluster \"{}\" (--cluster-id) uses the export; these do: {}", arguments.cluster_id,
                               names_of(all))};
  }
  if (all.size() < 2)
    return Refusal{fmt::format("no other cluster uses the export than {}: start the new cluster's program there first",
                               names_of(all))};
  if (all.size() > 2)
    return Refusal{
        fmt::format("say by --cluster-id which cluster takes over; these use the export: {}", names_of(all))};
  return all[0].card.cluster.id == arguments.name ? &all[1] : &all[0];
}

std::string last_seen(ClusterHoldings const& cluster) {
  return cluster.card.heartbeat.empty() ? "never seen alive" : "last seen " + cluster.card.heartbeat;
}

void show_plan(ClusterHoldings const& from, ClusterHoldings const& taker, Terminal& terminal) {
  terminal.out << fmt::format("{} takes the place of {}, {}:\n", to_string(taker.card.cluster),
                              to_string(from.card.cluster), last_seen(from));
  terminal.out << fmt::format(
      "  {} in use, and {} that {} being made: each directory that stands is kept where it is for a claim of the same "
      "namespace, name and class, and for nobody else\n",
      counted(from.volumes, "volume", "volumes"), from.begun, from.begun == 1 ? "was" : "were");
  terminal.out << fmt::format("  {} (what is kept in place among them): this cluster's from then on\n",
                              counted(from.archives, "archive", "archives"));
  terminal.out << fmt::format(
      "  {} in its trash: nothing of it is removed; it stays in {}, with all else in that cluster's directory\n",
      counted(from.trash, "tree", "trees"), ClusterLayout(taker.card.cluster.id).taken_of(from.card.cluster.id));
}

bool is_running(ClusterHoldings const& cluster, k8s::WallTime now) {
  auto const seen = k8s::from_rfc3339(cluster.card.heartbeat);
  return seen && now - *seen < running_within;
}

int decide(ClusterHoldings const& from, ClusterHoldings const& taker, bool forced, FileSystem& files,
           Terminal& terminal) {
  VolumeStore store(files, taker.card.cluster.id);
  if (auto const joined = store.join(); joined.has_error()) return fail(terminal, joined.error().message);
  auto const now = k8s::system_clock().wall();
  auto const decided = store.decide_take_over({.from = from.card.cluster,
                                               .decided_by = "clusters take, on " + host_name(),
                                               .time = k8s::to_rfc3339_micros(now),
                                               .forced = forced});
  if (decided.has_error()) return fail(terminal, decided.error().message);
  if (is_running(taker, now))
    terminal.out << "Decided. The program of that cluster does it within seconds, and then serves the claims.\n";
  else
    terminal.out << fmt::format("Decided. The program of {} does it when it runs: it was {}.\n",
                                to_string(taker.card.cluster), last_seen(taker));
  return 0;
}

}  // namespace

int list_clusters(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  auto const all = read_holdings(files);
  if (all.has_error()) return fail(terminal, all.error().message);
  Listing listing({{"CLUSTER", "id"},
                   {"NAME", "name"},
                   {"PROVISIONER", "provisioner"},
                   {"VERSION", "version"},
                   {"LAST SEEN", "lastSeen"},
                   {"VOLUMES", "volumes"},
                   {"ARCHIVES", "archives"}});
  for (auto const& each : *all) {
    auto const& card = each.card;
    listing.row({card.cluster.id, card.cluster.name, card.provisioner, card.program_version, card.heartbeat,
                 fmt::format("{}", each.volumes), fmt::format("{}", each.archives)});
  }
  return print(terminal, listing, arguments.json, "No cluster has used this export yet.");
}

int take_cluster(VerbArguments const& arguments, FileSystem& files, Terminal terminal) {
  if (arguments.take_over_never)
    return fail(terminal, "takeOver (TAKE_OVER, --take-over) is never: nothing is taken over; set it to ask first");
  auto const all = read_holdings(files);
  if (all.has_error()) return fail(terminal, all.error().message);
  auto const* from = find(*all, arguments.name);
  if (from == nullptr)
    return fail(terminal, fmt::format("no cluster \"{}\" uses the export; {}", arguments.name,
                                      all->empty() ? "none does" : "these do: " + names_of(*all)));
  auto const chosen = taker_of(*all, arguments);
  if (auto const* why = std::get_if<Refusal>(&chosen)) return fail(terminal, why->message);
  auto const& taker = *std::get<ClusterHoldings const*>(chosen);
  show_plan(*from, taker, terminal);
  bool const silent = sign_of_life(from->card.heartbeat, false, k8s::system_clock().wall()) == SignOfLife::silent;
  if (!silent && !arguments.force)
    return fail(terminal,
                fmt::format("cluster {} may live: it was {}. A cluster that lives must not be taken over: two "
                            "would use the same directories. Wait until it was not seen for {} minutes, or, "
                            "if it is certain that it is gone, add --force",
                            to_string(from->card.cluster), last_seen(*from), silent_after.count()));
  if (!arguments.yes) {
    terminal.out << "Nothing was done. To decide it, add --yes.\n";
    return 0;
  }
  return decide(*from, taker, arguments.force, files, terminal);
}

}  // namespace nfs
