#pragma once

#include <chrono>
#include <utility>

#include "k8s/base/clock.hpp"

namespace nfs::simulation {

/// Sabotage: a clock whose wall is so far ahead of the right one's.
class SabotagedWall final : public k8s::Clock {
 public:
  SabotagedWall(k8s::Clock const& clock, std::chrono::hours ahead) : clock_(clock), ahead_(ahead) {}

  [[nodiscard]] k8s::SteadyTime steady() const override { return clock_.steady(); }
  [[nodiscard]] k8s::WallTime wall() const override { return clock_.wall() + ahead_; }
  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    return clock_.wait_until(time, std::move(stop));
  }

 private:
  k8s::Clock const& clock_;
  std::chrono::hours ahead_;
};

}  // namespace nfs::simulation
