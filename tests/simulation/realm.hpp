#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/controller_manager.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/people.hpp"
#include "tests/simulation/people_volumes.hpp"
#include "tests/simulation/replica.hpp"
#include "tests/simulation/scene.hpp"
#include "tests/simulation/script.hpp"

namespace nfs::simulation {

/// One of the clusters of a history: its API server, all who live there, its processes, and the oracle that knows what
/// they were promised. The world gives each its turns.
class Realm {
 public:
  /// The cluster `who`, which lives by `clock`. All references outlive it.
  Realm(Ground& ground, Identity who, VirtualClock& clock, Script const& script);

  /// What stands there in the beginning: as in the cluster `twin`, mostly, if there is one.
  void set_up(Realm const* twin);
  void start_replica();

  [[nodiscard]] Scene& scene() { return scene_; }
  [[nodiscard]] Oracle& oracle() { return oracle_; }
  [[nodiscard]] ControllerManager& controllers() { return controllers_; }
  [[nodiscard]] People& people() { return people_; }
  [[nodiscard]] VolumePeople& volume_people() { return volume_people_; }
  [[nodiscard]] std::list<std::unique_ptr<Replica>> const& replicas() const { return replicas_; }

  /// A step of the history has begun.
  void begin_step(std::size_t step);
  [[nodiscard]] bool elections_rest() const;
  void check_leaders();
  /// What its sender has given up reaches the API server all the same; false: there is nothing.
  [[nodiscard]] bool land_something();
  /// How much of the world's time is left until something happens by itself; nullopt: nothing will. `rest`: elections
  /// do, everywhere.
  [[nodiscard]] std::optional<k8s::SteadyTime::duration> next_timer(bool background, bool rest) const;
  [[nodiscard]] std::optional<k8s::SteadyTime::duration> next_election_timer() const;

  /// An op begins: of what stands now, etcd may be restored later.
  void back_up() { backups_.push_back(scene_.server.back_up()); }
  void perform_fault(Op const& op, Dice& dice);
  [[nodiscard]] bool machine_died() const;
  /// Of the processes, those that are dead go, or all; true if any did. One must be started if none is left.
  bool bury(bool all);
  void start_if_none_lives();

  void make_peace();
  /// With processes that begin anew.
  void begin_anew();
  void check_spinning();
  void look_at_rest();

 private:
  [[nodiscard]] bool volumes_stand() const;
  [[nodiscard]] bool elections_disturbed() const;
  void stop_process(Dice& dice);
  void cut_off(Dice& dice);
  void plan_death(Dice& dice, bool machine);
  void plan_request_fault(Dice& dice);
  void plan_storage_fault(Dice& dice);
  void unmount(Dice& dice);
  void end_unmounts();
  void spoil_claim(Dice& dice);
  void mend_claim();
  void restore_api(Dice& dice);
  [[nodiscard]] Replica& some_replica(Dice& dice);

  Scene scene_;
  Oracle oracle_;
  ControllerManager controllers_;
  People people_;
  VolumePeople volume_people_;
  Binding binding_ = Binding::direct;
  std::list<std::unique_ptr<Replica>> replicas_;
  std::size_t lives_ = 0;
  std::size_t step_ = 0;
  std::vector<std::shared_ptr<test::MemoryApiServer::Backup const>> backups_;
  k8s::SteadyTime api_away_until_{};  // VirtualClock::lively()
  std::size_t mounted_again_at_ = 0;
  std::size_t readable_again_at_ = 0;
  bool unmounted_ = false;
};

}  // namespace nfs::simulation
