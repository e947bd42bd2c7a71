#include "k8s/leader/elector.hpp"

#include <fmt/format.h>

#include <random>

#include "k8s/base/failure_log.hpp"
#include "k8s/leader/choose_lock.hpp"
#include "k8s/leader/limited_transport.hpp"
#include "k8s/leader/lock.hpp"

namespace k8s {
using std::chrono::milliseconds;

class Elector::Candidate {
 public:
  Candidate(Transport& transport, ElectorOptions options, Term& term, Clock const& clock, Log const& log)
      : transport_(transport, options.times.renew / 2),
        options_(std::move(options)),
        term_(term),
        clock_(clock),
        log_(log),
        election_(options_.identity, options_.times, options_.seed ? *options_.seed : std::random_device{}()),
        failures_(log, "leader election"),
        refusals_(log, "taking the lock") {}

  void run(Callbacks callbacks, std::stop_token const& stop) {
    callbacks_ = std::move(callbacks);
    if (!choose(stop)) return;
    while (!stop.stop_requested() && take_step(stop)) {
    }
  }

  void release() {
    auto const record = election_.release(clock_.wall());
    if (!record || !term_.holds()) return term_.end();
    term_.end();
    auto released = lock_->write(*record, {});
    if (released.has_error() && released.error().has_code(409)) {
      // A renewal that was cut short may have been written.
      auto const standing = lock_->read({});
      if (standing && *standing && (*standing)->holder == options_.identity) released = lock_->write(*record, {});
    }
    if (released.has_error())
      log_.warning("cannot release the lock; it runs out by itself", {{"error", released.error().message}});
    else
      log_.info("leadership released", {{"lock", lock_->text()}});
  }

 private:
  // False: it is over.
  bool take_step(std::stop_token const& stop) {
    auto const step = election_.next(clock_.steady(), clock_.wall());
    if (auto const* lost = std::get_if<Election::Lost>(&step)) {
      lose(*lost);
      return false;
    }
    if (std::holds_alternative<Election::Look>(step)) look(stop);
    if (auto const* write = std::get_if<Election::Write>(&step)) take(write->record, stop);
    if (auto const* rest = std::get_if<Election::Pause>(&step)) clock_.wait_until(rest->until, stop);
    if (auto const* other = std::get_if<Election::StandBy>(&step)) stand_by(other->until, stop);
    return true;
  }

  // For good: others under the same rights choose the same, and a lock that is changed under way protects nobody.
  bool choose(std::stop_token const& stop) {
    Client client(transport_.connect());
    LockChooser chooser(options_.name_space);
    while (!stop.stop_requested()) {
      auto choice = chooser.choose(client, stop);
      // Who is refused the very question learns from the deed.
      if (choice.has_error() && choice.error().forbidden()) choice = LockChoice{LockKind::lease, true, true};
      if (choice.has_error())
        failures_.failed(choice.error());
      else if (choice->kind != LockKind::none) {
        use(*choice);
        return true;
      } else
        failures_.failed(make_error(
            ErrorKind::config,
            fmt::format("no permission for a lock in namespace {}: waiting for get, create, update and watch on "
                        "leases.coordination.k8s.io, nothing is done meanwhile (switched off, it needs none)",
                        options_.name_space)));
      clock_.wait_for(options_.times.retry, stop);
    }
    return false;
  }

  void use(LockChoice const& choice) {
    ObjectName const name{options_.name_space, options_.name};
    may_follow_ = choice.may_follow;
    if (choice.kind == LockKind::lease) {
      lock_ = make_lease_lock(transport_.connect(), name);
      if (choice.may_see_forerunner) forerunner_ = make_endpoints_lock(transport_.connect(), name);
    } else {
      lock_ = make_endpoints_lock(transport_.connect(), name);
      log_.warning("permission is missing: get, create and update leases.coordination.k8s.io",
                   {{"namespace", options_.name_space},
                    {"effect", "the lock is held on " + lock_->text() + " instead, as older programs do"}});
    }
    log_.info("taking part in the election", {{"lock", lock_->text()}, {"identity", options_.identity}});
  }

  void look(std::stop_token const& stop) {
    auto found = lock_->read(stop);
    if (found.has_error()) return fail(found.error(), failures_);
    failures_.recovered();
    election_.saw(std::move(*found), clock_.steady());
    tell_leader();
    if (!election_.leading()) look_at_forerunner(stop);
  }

  // Also while another one of us leads: so that it is known, when the time comes, whether somebody is behind it.
  void look_at_forerunner(std::stop_token const& stop) {
    if (!forerunner_) return;
    auto found = forerunner_->read(stop);
    if (found.has_value()) return forerunners_.saw(std::move(*found), clock_.steady());
    if (!found.error().forbidden()) return fail(found.error(), failures_);
    forerunner_.reset();
  }

  [[nodiscard]] bool forerunner_alive() const {
    auto const alive = forerunners_.alive_until(options_.times.lease);
    return forerunner_ && alive && clock_.steady() < *alive;
  }

  void take(LeaderRecord const& record, std::stop_token const& stop) {
    bool const first = !election_.leading();
    if (first && forerunner_alive()) return wait_for_forerunner(stop);
    auto const sent = clock_.steady();
    auto const written = lock_->write(record, stop);
    if (written.has_error() && written.error().has_code(409)) return election_.overtaken();
    if (written.has_error()) {
      fail(written.error(), refusals_);
      if (written.error().not_found()) election_.look();  // somebody deleted it
      return;
    }
    refusals_.recovered();
    election_.wrote(record, sent);
    auto const valid = election_.validity();
    term_.extend(valid.act_until, valid.ends);
    if (first) begin(stop);
  }

  void begin(std::stop_token const& stop) {
    log_.info("leading", {{"lock", lock_->text()}, {"identity", options_.identity}});
    callbacks_.elected(lock_->reference());
    clear_forerunner(stop);
  }

  void wait_for_forerunner(std::stop_token const& stop) {
    auto const holder = forerunners_.holder();
    if (std::exchange(forerunner_told_, holder) != holder)
      log_.warning("an older program holds the lock on Endpoints; waiting until it is gone",
                   {{"lock", forerunner_->text()}, {"holder", holder}});
    clock_.wait_for(options_.times.retry, stop);
    election_.look();
  }

  // A dead holder's name would hold up each later start for the time of a lease.
  void clear_forerunner(std::stop_token const& stop) {
    if (!forerunner_ || forerunners_.holder().empty()) return;
    auto record = *forerunners_.record();
    record.holder.clear();
    record.lease_seconds = 1;
    if (auto const written = forerunner_->write(record, stop); written.has_error())
      log_.debug("the older lock keeps its dead holder", {{"error", written.error().message}});
  }

  void stand_by(SteadyTime until, std::stop_token const& stop) {
    auto const began = clock_.steady();
    auto const quiet = std::chrono::ceil<milliseconds>(until - began);
    if (!may_follow_) {
      clock_.wait_for(std::min(quiet, options_.times.retry), stop);
      return election_.look();
    }
    auto const on_change = [&](std::optional<LeaderRecord> const& record) {
      election_.saw(record, clock_.steady());
      tell_leader();
      return record && !record->holder.empty();
    };
    auto const followed = lock_->follow(on_change, quiet, stop);
    // Also when the server ended the stream: what was seen is good, and if it is not, a write tells.
    if (followed.has_value()) return look_at_forerunner(stop);
    if (followed.error().forbidden()) may_follow_ = false;
    // The lock was silent for its time, or the stream broke.
    election_.look();
    if (clock_.steady() < until && clock_.steady() - began < options_.times.retry) fail(followed.error(), failures_);
  }

  void fail(Error const& error, FailureLog& failures) {
    if (error.is(ErrorKind::cancelled)) return;
    election_.failed(clock_.steady());
    failures.failed(error);
  }

  void tell_leader() {
    auto const holder = election_.observed().holder();
    if (election_.leading() || holder.empty() || std::exchange(leader_told_, holder) == holder) return;
    if (holder != options_.identity) log_.info("standing by", {{"lock", lock_->text()}, {"leader", holder}});
  }

  void lose(Election::Lost const& lost) {
    term_.end();
    log_.error("leadership lost: " + lost.why, {{"lock", lock_->text()}});
    callbacks_.lost();
  }

  LimitedTransport transport_;
  ElectorOptions options_;
  Term& term_;
  Clock const& clock_;
  Log const& log_;
  Callbacks callbacks_;
  Election election_;
  Observation forerunners_;
  FailureLog failures_;
  FailureLog refusals_;  // of writes: that the lock can be read does not mend them
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Lock> forerunner_;  // the Endpoints lock of the same name; null: not looked at
  bool may_follow_ = false;
  std::string forerunner_told_;
  std::string leader_told_;
};

Elector::Elector(Transport& transport, ElectorOptions options, Term& term, Clock const& clock, Log const& log)
    : candidate_(std::make_unique<Candidate>(transport, std::move(options), term, clock, log)) {}

Elector::~Elector() = default;

void Elector::run(Callbacks callbacks, std::stop_token stop) {
  candidate_->run(std::move(callbacks), stop);
}

void Elector::release() {
  candidate_->release();
}

}  // namespace k8s
