#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "tests/simulation/controller_manager.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/people.hpp"
#include "tests/simulation/people_volumes.hpp"
#include "tests/simulation/replica.hpp"
#include "tests/simulation/scene.hpp"
#include "tests/simulation/script.hpp"

namespace nfs::simulation {

struct Setting {
  Sabotage sabotage = Sabotage::none;
  std::function<void(std::string)> trace;  ///< each line of what happens; empty: not wanted
};

/// One whole history: who does something next is chosen from the script's seed.
class World {
 public:
  World(Script const& script, Setting const& setting);
  ~World();

  /// Plays it to its end, or to the first promise that is broken.
  [[nodiscard]] std::optional<Violation> play();
  [[nodiscard]] std::size_t steps() const { return steps_; }

 private:
  void start_replica();
  [[nodiscard]] bool volumes_stand() const;
  [[nodiscard]] bool elections_disturbed() const;
  [[nodiscard]] bool elections_rest() const;
  void check_leaders();
  void pass(std::chrono::milliseconds by);
  [[nodiscard]] bool land_something();
  void stop_process(Dice& dice);
  void cut_off(Dice& dice);
  void bury_the_dead();
  [[nodiscard]] bool step();
  /// Time goes on to when something happens by itself; false: nothing will.
  [[nodiscard]] bool wait(bool background);
  void perform(Op const& op);
  void perform_fault(Op const& op, Dice& dice);
  void set_wall_clock(std::chrono::seconds by);
  void plan_death(Dice& dice, bool machine);
  void plan_request_fault(Dice& dice);
  void plan_storage_fault(Dice& dice);
  void end_unmounts();
  void spoil_claim(Dice& dice);
  void mend_claim();
  void restore_api(Dice& dice);
  void make_peace();
  void settle();
  void play_election();
  void check_spinning();
  [[nodiscard]] Replica& some_replica(Dice& dice);

  Script const& script_;
  Scene scene_;
  Oracle oracle_;
  ControllerManager controllers_;
  People people_;
  VolumePeople volume_people_;
  Binding binding_ = Binding::direct;
  std::list<std::unique_ptr<Replica>> replicas_;
  std::size_t lives_ = 0;
  std::size_t steps_ = 0;
  std::vector<std::shared_ptr<test::MemoryApiServer::Backup const>> backups_;
  k8s::SteadyTime api_away_until_{};  // VirtualClock::lively()
  std::size_t mounted_again_at_ = 0;
  std::size_t readable_again_at_ = 0;
  std::size_t next_op_at_ = 0;
  bool unmounted_ = false;
  bool at_peace_ = false;
};

}  // namespace nfs::simulation
