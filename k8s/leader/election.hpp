#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <variant>

#include "k8s/base/clock.hpp"
#include "k8s/model/lease.hpp"

namespace k8s {

/// client-go's defaults. lease > renew > 1.2 * retry.
struct ElectionTimes {
  std::chrono::milliseconds lease{
      15'000};  ///< others wait so long, without a sign of the leader, before they take over
  std::chrono::milliseconds renew{10'000};  ///< a leader that could not renew for so long leads no more
  std::chrono::milliseconds retry{2'000};   ///< between renewals, and between looks of those who wait
};

/// Judges whether the holder of a lock is alive: by when WE saw its record change, never by the times in it, so that it
/// does not matter whose clock says what. Pure; not thread-safe.
class Observation {
 public:
  void saw(std::optional<LeaderRecord> record, SteadyTime now);
  /// Until when the holder must be taken for alive; nullopt: nobody holds it. The longer of `lease` and what it says.
  [[nodiscard]] std::optional<SteadyTime> alive_until(std::chrono::milliseconds lease) const;
  [[nodiscard]] std::optional<LeaderRecord> const& record() const { return record_; }
  [[nodiscard]] std::string holder() const { return record_ ? record_->holder : std::string{}; }

 private:
  bool seen_ = false;
  std::optional<LeaderRecord> record_;
  SteadyTime since_;
};

/// Who leads: the pure machine of one candidate (client-go's leaderelection). Time is given, what to do next comes out;
/// what came of it is told. Not thread-safe.
class Election {
 public:
  struct Look {};  ///< read the lock: saw() or failed()
  /// Over what was seen or written last, and only over that: wrote(), overtaken() or failed().
  struct Write {
    LeaderRecord record;
  };
  struct Pause {  ///< nothing to do until then
    SteadyTime until;
  };
  /// Another one leads. Each change of the lock is to be told by saw(); who cannot follow it calls look() now and then.
  struct StandBy {
    SteadyTime until;
  };
  struct Lost {  ///< it led, and does no more: nothing comes after this
    std::string why;
  };
  using Step = std::variant<Look, Write, Pause, StandBy, Lost>;

  /// From when on a leader must not begin anything (`act_until`), and when others may lead (`ends`).
  struct Validity {
    SteadyTime act_until;
    SteadyTime ends;
  };

  Election(std::string identity, ElectionTimes times, std::uint64_t seed = 0);

  [[nodiscard]] Step next(SteadyTime now, WallTime wall);
  void saw(std::optional<LeaderRecord> record, SteadyTime now);  ///< nullopt: there is no lock
  /// `sent`: when the write was sent, which is before anybody can have seen it.
  void wrote(LeaderRecord record, SteadyTime sent);
  void overtaken();             ///< somebody else wrote meanwhile (409)
  void failed(SteadyTime now);  ///< no answer, or another no
  void look();                  ///< what was seen is not good any more

  [[nodiscard]] bool leading() const { return sent_.has_value(); }
  [[nodiscard]] Validity validity() const { return {*sent_ + times_.renew, *sent_ + times_.lease}; }  ///< of a leader
  [[nodiscard]] Observation const& observed() const { return seen_; }
  /// What gives the lock to whoever comes next; nullopt: it is not ours. Nothing may be done any more as its holder.
  [[nodiscard]] std::optional<LeaderRecord> release(WallTime wall);

 private:
  [[nodiscard]] Step next_of_leader(SteadyTime now, WallTime wall);
  [[nodiscard]] LeaderRecord own_record(WallTime wall) const;

  std::string identity_;
  ElectionTimes times_;
  std::mt19937_64 random_;
  Observation seen_;
  bool known_ = false;              // what was seen is what the next write goes over
  SteadyTime not_before_;           // of the next request
  std::optional<SteadyTime> sent_;  // of the last write that was accepted: we lead
  std::string lost_;
};

}  // namespace k8s
