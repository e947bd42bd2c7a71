#include "k8s/leader/election.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "k8s/text/rfc3339.hpp"

namespace k8s {
namespace {

constexpr double most_jitter = 0.2;

int whole_seconds(std::chrono::milliseconds time) {
  return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

}  // namespace

void Observation::saw(std::optional<LeaderRecord> record, SteadyTime now) {
  if (std::exchange(seen_, true) && record == record_) return;
  record_ = std::move(record);
  since_ = now;
}

std::optional<SteadyTime> Observation::alive_until(std::chrono::milliseconds lease) const {
  if (!record_ || record_->holder.empty()) return std::nullopt;
  return since_ + std::max(lease, std::chrono::milliseconds(std::chrono::seconds(record_->lease_seconds)));
}

Election::Election(std::string identity, ElectionTimes times, std::uint64_t seed)
    : identity_(std::move(identity)), times_(times), random_(seed) {}

Election::Step Election::next(SteadyTime now, WallTime wall) {
  if (!lost_.empty()) return Lost{lost_};
  if (leading()) return next_of_leader(now, wall);
  if (now < not_before_) return Pause{not_before_};
  if (!known_) return Look{};
  auto const alive = seen_.alive_until(times_.lease);
  // One that bears our own name is ours: the answer to our write was lost.
  if (alive && now < *alive && seen_.holder() != identity_) return StandBy{*alive};
  return Write{own_record(wall)};
}

Election::Step Election::next_of_leader(SteadyTime now, WallTime wall) {
  auto const deadline = validity().act_until;
  if (now >= deadline) {
    lost_ = fmt::format("it could not be renewed for {} ms", times_.renew.count());
    return Lost{lost_};
  }
  if (now < not_before_) return Pause{std::min(not_before_, deadline)};
  if (!known_) return Look{};
  return Write{own_record(wall)};
}

void Election::saw(std::optional<LeaderRecord> record, SteadyTime now) {
  seen_.saw(std::move(record), now);
  known_ = true;
  auto const holder = seen_.holder();
  if (leading() && !holder.empty() && holder != identity_) lost_ = fmt::format("{} has taken it", holder);
}

void Election::wrote(LeaderRecord record, SteadyTime sent) {
  seen_.saw(std::move(record), sent);
  known_ = true;
  sent_ = sent;
  not_before_ = sent + times_.retry;
}

void Election::overtaken() {
  known_ = false;
}

void Election::failed(SteadyTime now) {
  auto pause = std::chrono::duration<double, std::milli>(times_.retry);
  // Those who wait are many, and should not all ask at once.
  if (!leading()) pause *= 1 + std::uniform_real_distribution<double>(0.0, most_jitter)(random_);
  not_before_ = now + std::chrono::ceil<std::chrono::milliseconds>(pause);
  if (!leading()) known_ = false;
}

void Election::look() {
  known_ = false;
}

std::optional<LeaderRecord> Election::release(WallTime wall) {
  if (!leading() || !lost_.empty()) return std::nullopt;
  sent_.reset();
  lost_ = "it was released";
  auto record = own_record(wall);
  record.holder.clear();
  record.lease_seconds = 1;
  return record;
}

LeaderRecord Election::own_record(WallTime wall) const {
  auto const now = to_rfc3339_micros(wall);
  LeaderRecord record{
      .holder = identity_, .lease_seconds = whole_seconds(times_.lease), .acquire_time = now, .renew_time = now};
  auto const& before = seen_.record();
  if (!before) return record;
  record.transitions = before->transitions;
  if (before->holder == identity_)
    record.acquire_time = before->acquire_time;
  else
    ++record.transitions;
  return record;
}

}  // namespace k8s
