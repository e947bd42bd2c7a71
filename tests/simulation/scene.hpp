#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "k8s/http/transport.hpp"
#include "k8s/text/rfc3339.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/ground.hpp"
#include "tests/simulation/hands.hpp"
#include "tests/support/memory_api_server.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::simulation {

inline constexpr std::string_view our_name = "example.com/nfs";
inline constexpr std::string_view server_name = "nfs.example";
inline constexpr std::string_view server_path = "/data/nfs";

/// Under which term an effect was begun: what was let pass by a fence.
struct Stamp {
  bool held = false;
  std::uint64_t term = 0;  ///< 0: nobody is elected
};

/// A request that is on its way still, though who sent it waits for it no more.
struct Late {
  k8s::Request request;
  k8s::SteadyTime lands_at;  ///< VirtualClock::lively()
  std::string who;
  Stamp begun;

  [[nodiscard]] bool renews() const { return request.target.find("/leases") != std::string::npos; }
};

/// Who a cluster is, of those in a history.
struct Identity {
  std::string id = own_cluster;
  std::string label = {};     ///< before all names in the trace; empty: the first one's
  std::string uids = "uid-";  ///< what the uids begin with that its API server gives
  bool shares = false;        ///< another cluster uses the export
};

/// What there is in one cluster, whoever acts on it, and what it shares with others.
struct Scene {
  Ground& ground;
  Identity const identity;
  ClusterLayout const layout;  ///< where its records are on the export
  test::MemoryApiServer server;
  MemoryFileSystem& files;
  MemoryFileSystem& bare;
  VirtualClock& clock;
  Dice& dice;
  Sabotage const& sabotage;
  bool initial_events = true;          ///< the server can begin a watch with all that stands
  bool lag_is_bounded = false;         ///< kube-controller-manager's: no more than a write behind
  bool unmarked = false;               ///< kube-controller-manager marks no volume Released
  bool elections = false;              ///< processes act only when they are elected
  std::uint64_t terms = 0;             ///< how many were elected
  k8s::SteadyTime disturbed_at{};      ///< VirtualClock::lively(): when renewals of a lock were last kept from anyone
  bool landed_late = false;            ///< what one had begun in its term took place when another one was elected
  bool leftovers_excused = false;      ///< a directory answered that it is not empty, though it was
  bool class_unreadable = false;       ///< a class could be watched and not read: it was taken as it was watched
  std::set<std::string> not_removed;   ///< empty directories whose removal failed: best effort is made once
  std::set<std::string> left_by_hand;  ///< directories of volumes that people deleted
  std::set<std::string> left_by_restore;  ///< directories of volumes that etcd's restore has changed, or taken away
  std::set<std::string> restored;         ///< uids of claims that etcd's restore has changed, or their volumes
  Hands hands;                            ///< whom people gave volumes to
  bool future_is_refused = true;      ///< watches from versions of the future are answered 504; else they are silent
  std::string spoilt_claim;           ///< uid: a field of it has a wrong type in every answer
  std::uint64_t compacted = 0;        ///< watches from before this version are answered 410
  std::uint64_t watches_dropped = 0;  ///< how often all watches were cut
  std::uint64_t restores = 0;         ///< how often etcd was restored, and the API server began anew
  std::list<Late> late;               ///< what was sent and never answered
  std::optional<Violation>& violation;
  std::function<void(std::string)> const& trace;  ///< empty: nobody reads it
  std::function<void()> api_changed;              ///< to be called after every write to the server
  std::function<void()> files_moved;              ///< to be called after data could have moved or gone

  Scene(Ground& common, Identity who, VirtualClock& its_clock)
      : ground(common),
        identity(std::move(who)),
        layout(identity.id),
        server(identity.uids),
        files(common.files),
        bare(common.bare),
        clock(its_clock),
        dice(common.dice),
        sabotage(common.sabotage),
        violation(common.violation),
        trace(common.trace) {}
  Scene(Scene const&) = delete;
  Scene& operator=(Scene const&) = delete;

  /// An effect begins: it has passed all fences.
  void note_beginning(Stamp const& stamp, std::string_view who, std::string_view what) {
    if (!stamp.held) broken("who leads no more changes nothing", std::string(who).append(": ").append(what));
  }
  /// An effect takes place.
  void note_landing(Stamp const& begun) {
    if (!begun.held || begun.term == terms || landed_late) return;
    landed_late = true;
    tell("world", "what was begun in another's term takes place");
  }
  /// The API server's clock, which nobody sets.
  [[nodiscard]] std::string api_time() const {
    auto const since = std::chrono::floor<std::chrono::seconds>(clock.steady().time_since_epoch());
    return k8s::to_rfc3339(k8s::WallTime(std::chrono::seconds(1'767'225'600)) + since);
  }
  [[nodiscard]] bool sabotaged(Sabotage what) const { return sabotage == what; }
  void tell(std::string_view who, std::string_view what) const {
    if (trace) trace(identity.label + std::string(who).append(": ").append(what));
  }
  /// The first one counts.
  void broken(std::string invariant, std::string details) {
    if (violation) return;
    tell("BROKEN", invariant + ": " + details);
    violation = Violation{std::move(invariant), std::move(details)};
  }
};

}  // namespace nfs::simulation
