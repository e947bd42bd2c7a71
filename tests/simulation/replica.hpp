#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "k8s/base/log.hpp"
#include "k8s/leader/elector.hpp"
#include "k8s/leader/fenced_transport.hpp"
#include "provisioner/controller/change_router.hpp"
#include "provisioner/controller/reconciler.hpp"
#include "provisioner/service/archive_reader.hpp"
#include "provisioner/service/cluster_watch.hpp"
#include "provisioner/service/export_opener.hpp"
#include "tests/simulation/fate.hpp"
#include "tests/simulation/fiber.hpp"
#include "tests/simulation/mandate.hpp"
#include "tests/simulation/sabotaged_keys.hpp"
#include "tests/simulation/sabotaged_wall.hpp"
#include "tests/simulation/scene.hpp"
#include "tests/simulation/wire.hpp"

namespace nfs::simulation {

/// One life of the program: everything that the service wires together, with fibers in place of threads. What it knew
/// goes with it; what it did stays.
class Replica {
 public:
  Replica(Scene& scene, std::string name, Binding binding);
  ~Replica();  ///< dead, whatever it was at

  struct Task {
    std::string name;
    bool background = false;  ///< wakes up for ever, with or without anything to do
    std::unique_ptr<Fiber> fiber;
    std::size_t asleep = 0;  ///< so many of its turns are passed over: it lags
    std::size_t weight = 1;
  };

  [[nodiscard]] std::vector<Task*> ready();
  void resume(Task& task);
  /// When something happens by itself; of what is in the background too, or not.
  [[nodiscard]] std::optional<k8s::SteadyTime> next_timer(bool background) const;
  /// When it goes on with the election, or at all, by VirtualClock::lively().
  [[nodiscard]] std::optional<k8s::SteadyTime> next_election_timer() const;
  [[nodiscard]] bool stopped() const { return scene_.clock.lively() < fate_.stopped_until; }
  /// It acts, and nothing keeps it from going on to do so.
  [[nodiscard]] bool leads_undisturbed() const;
  /// One of its watches sees nothing for a while.
  void lag(std::size_t watch, std::size_t turns);

  [[nodiscard]] std::string const& name() const { return name_; }
  [[nodiscard]] Fate& fate() { return fate_; }
  [[nodiscard]] bool dead() const { return dead_; }
  [[nodiscard]] bool machine_died() const { return machine_died_; }
  [[nodiscard]] bool leads() const { return queues_.opened() && mandate_.holds(); }
  /// How often each key was worked on since this was asked last.
  [[nodiscard]] std::map<std::string, std::size_t> take_counts() { return std::exchange(counts_, {}); }
  /// Of what a key's last decision told people; for messages.
  [[nodiscard]] std::map<std::string, std::string> const& told() const { return told_; }
  /// Permissions that were withdrawn count as granted again.
  void grant();

 private:
  void start(std::string name, std::function<void()> const& body, bool background = false);
  void stand_for_election();
  void elected();
  void lost();
  [[nodiscard]] ClusterWatchOptions watch_options();
  [[nodiscard]] k8s::WorkQueue& queue() const { return sites_.front()->queue(); }
  void begin();
  void ask_what_is_allowed();
  void serve();
  void read_archives();
  void work();
  [[nodiscard]] Verdict reconcile(Reconciler& reconciler, Reconciler& releaser, std::string const& key);
  void purge();
  void die(bool machine);

  Scene& scene_;
  std::string name_;
  Fate fate_;
  Mandate mandate_;
  k8s::Log log_;
  Wire wire_;
  k8s::FencedTransport acting_;
  std::vector<Export> exports_;
  std::vector<std::unique_ptr<ExportSite>> sites_;
  ClusterView view_;
  ClusterWatch watch_;
  Ledger ledger_;
  SharedSettings settings_;
  PermissionWatch permissions_;
  NamespaceUids namespace_uids_;
  ClassAnswers class_answers_;
  ReconcilerParts parts_;
  Ledger releases_;                  // sabotage: releases are noted apart, so that claims know nothing of them
  ReconcilerParts releasing_parts_;  // and of claims neither
  ExportQueues queues_;
  SabotagedKeys keys_;
  UnreadableNotices notices_;
  ChangeRouter router_;
  ExportOpener opener_;
  ArchiveReader archives_;
  SabotagedWall pruning_clock_;
  std::unique_ptr<k8s::Elector> elector_;
  std::map<std::string, std::size_t> counts_;
  std::map<std::string, std::string> told_;
  bool dead_ = false;
  bool machine_died_ = false;
  std::list<Task> tasks_;  // last: they end first
};

}  // namespace nfs::simulation
