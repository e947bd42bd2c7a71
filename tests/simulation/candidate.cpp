#include "tests/simulation/candidate.hpp"

#include <algorithm>
#include <utility>

#include "tests/simulation/fiber.hpp"

namespace nfs::simulation {

Candidate::Candidate(Scene& scene, k8s::Transport& transport, std::string identity, Mandate& mandate,
                     Callbacks callbacks)
    : scene_(scene),
      mandate_(mandate),
      transport_(transport, times_.renew / 2),
      callbacks_(std::move(callbacks)),
      election_(std::move(identity), times_, scene.dice.bits()),
      lock_(k8s::make_lease_lock(transport_.connect(), {"kube-system", "example.com-nfs"})) {}

void Candidate::run() {
  while (take_step()) {
  }
}

bool Candidate::take_step() {
  auto const& clock = mandate_.clock();
  auto const step = election_.next(clock.steady(), clock.wall());
  if (std::holds_alternative<k8s::Election::Lost>(step)) {
    mandate_.term().end();
    callbacks_.lost();
    return false;
  }
  if (std::holds_alternative<k8s::Election::Look>(step)) look();
  if (auto const* write = std::get_if<k8s::Election::Write>(&step)) take(write->record);
  if (auto const* rest = std::get_if<k8s::Election::Pause>(&step)) pause(rest->until);
  if (auto const* other = std::get_if<k8s::Election::StandBy>(&step)) {
    pause(std::min(other->until, clock.steady() + times_.retry));
    election_.look();
  }
  return true;
}

void Candidate::look() {
  auto found = lock_->read({});
  auto const now = mandate_.clock().steady();
  if (found.has_error()) return election_.failed(now);
  election_.saw(std::move(*found), now);
}

void Candidate::take(k8s::LeaderRecord const& record) {
  bool const first = !election_.leading();
  auto const sent = mandate_.clock().steady();
  auto const written = lock_->write(record, {});
  if (written.has_error() && written.error().has_code(409)) return election_.overtaken();
  if (written.has_error()) {
    election_.failed(mandate_.clock().steady());
    if (written.error().not_found()) election_.look();
    return;
  }
  election_.wrote(record, sent);
  auto const valid = election_.validity();
  mandate_.term().extend(valid.act_until, valid.ends);
  if (!first) return;
  mandate_.begin();
  callbacks_.elected();
}

void Candidate::pause(k8s::SteadyTime until) {
  auto const time = mandate_.clock().lively_at(until);
  wakes_at_ = time;
  Fiber::wait([&clock = scene_.clock, time] { return clock.lively() >= time; });
  wakes_at_.reset();
}

}  // namespace nfs::simulation
