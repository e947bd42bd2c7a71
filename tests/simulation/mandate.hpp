#pragma once

#include "k8s/leader/term.hpp"
#include "tests/simulation/local_clock.hpp"
#include "tests/simulation/sabotaged_clock.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

/// By what one process acts: the term that it was elected for, by its own clock; for ever where nobody is elected.
class Mandate {
 public:
  explicit Mandate(Scene& scene)
      : scene_(scene), clock_(scene.clock, scene.dice), election_clock_(clock_, faults_of(scene.sabotage)) {
    endless_.hold();
    if (!scene.elections) term_.hold();
  }

  [[nodiscard]] LocalClock const& clock() const { return clock_; }
  /// What the elector goes by.
  [[nodiscard]] k8s::Clock const& election_clock() const { return election_clock_; }
  [[nodiscard]] k8s::Term& term() { return term_; }
  [[nodiscard]] bool holds() const { return term_.holds(); }
  /// What the fences ask.
  [[nodiscard]] k8s::Term const& fence() const { return scene_.sabotaged(Sabotage::no_fence) ? endless_ : term_; }

  void begin() { number_ = ++scene_.terms; }
  [[nodiscard]] Stamp stamp() const { return {term_.holds(), number_}; }

 private:
  static SabotagedClock::Faults faults_of(Sabotage sabotage) {
    using namespace std::chrono_literals;
    if (sabotage == Sabotage::renewed_late) return {.oversleeps = 12s};
    if (sabotage == Sabotage::term_counted_late) return {.ahead = 12s};
    return {};
  }

  Scene& scene_;
  LocalClock clock_;
  SabotagedClock election_clock_;
  k8s::Term term_{clock_};
  k8s::Term endless_{clock_};
  std::uint64_t number_ = 0;
};

}  // namespace nfs::simulation
