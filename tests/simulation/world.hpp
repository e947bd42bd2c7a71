#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/realm.hpp"

namespace nfs::simulation {

struct Setting {
  Sabotage sabotage = Sabotage::none;
  std::function<void(std::string)> trace;  ///< each line of what happens; empty: not wanted
};

/// One whole history, of one cluster or of two that share an export: who does something next is chosen from the
/// script's seed.
class World {
 public:
  World(Script const& script, Setting const& setting);
  ~World();

  /// Plays it to its end, or to the first promise that is broken.
  [[nodiscard]] std::optional<Violation> play();
  [[nodiscard]] std::size_t steps() const { return steps_; }

 private:
  void add_neighbour();
  void add_realm(Identity who, VirtualClock& clock);
  void files_moved(Realm const* by);
  [[nodiscard]] bool elections_rest() const;
  void pass(std::chrono::milliseconds by);
  void stand_still(std::chrono::milliseconds by);
  void bury_the_dead();
  [[nodiscard]] bool step();
  [[nodiscard]] bool give_turn();
  /// Time goes on to when something happens by itself; false: nothing will.
  [[nodiscard]] bool wait(bool background);
  void perform(Op const& op);
  void set_wall_clock(Realm& realm, std::chrono::seconds by);
  void make_peace();
  void settle();
  [[nodiscard]] bool has_come_to_rest();
  [[nodiscard]] bool path_came_free();
  void resync();
  void play_election();

  Script const& script_;
  Ground ground_;
  std::optional<VirtualClock> neighbours_clock_;
  std::list<Realm> realms_;
  std::size_t steps_ = 0;
  std::size_t next_op_at_ = 0;
  bool at_peace_ = false;
};

}  // namespace nfs::simulation
