#include "k8s/runtime/event_recorder.hpp"

#include <fmt/format.h>

#include <optional>
#include <stop_token>
#include <thread>

#include "k8s/api/client.hpp"
#include "k8s/base/failure_log.hpp"
#include "k8s/base/mutex.hpp"
#include "k8s/base/retry_after.hpp"
#include "k8s/runtime/deferred_events.hpp"
#include "k8s/runtime/event_aggregator.hpp"

namespace k8s {
namespace {

constexpr std::uint32_t most_attempts = 5;
constexpr std::chrono::seconds farewell{1};
// What a server, or a proxy before it, may hold up all Events for.
constexpr std::chrono::minutes longest_wish{1};

enum class Answer { written, missing, dropped, dropped_silently, later };

/// Answers of namespaces that are gone, or on their way, are no news to anybody.
bool namespace_is_leaving(Error const& error, bool create) {
  if (create && error.not_found()) return true;
  return error.forbidden() && error.message.find("being terminated") != std::string::npos;
}

Answer judge(Error const& error, bool create) {
  if (create && error.already_exists()) return Answer::written;
  if (!create && error.not_found()) return Answer::missing;
  if (namespace_is_leaving(error, create)) return Answer::dropped_silently;
  if (!error.is(ErrorKind::api)) return Answer::later;
  auto const passing = error.code == 401 || error.code == 408 || error.code == 429 || error.code >= 500;
  return passing ? Answer::later : Answer::dropped;
}

EventOutcome outcome_of(Answer answer) {
  if (answer == Answer::written) return EventOutcome::written;
  if (answer == Answer::missing) return EventOutcome::missing;
  return EventOutcome::dropped;
}

AggregatorOptions aggregator_options(RecorderOptions const& options) {
  return {.component = options.component,
          .host = options.host,
          .max_pending = options.max_pending,
          .max_remembered = options.max_remembered,
          .repeat_window = options.repeat_window};
}

Result<Event> write_event(Client& client, EventWrite const& write, std::stop_token stop) {
  if (write.create) return client.create(write.event, stop);
  auto const body =
      fmt::format(R"({{"count":{},"lastTimestamp":"{}"}})", write.event.count, write.event.last_timestamp);
  return client.patch<Event>({write.event.meta.name_space, write.event.meta.name}, PatchType::merge, body, stop);
}

}  // namespace

struct EventRecorder::State {
  State(Transport& the_transport, RecorderOptions const& options, Clock const& the_clock, Log const& the_log)
      : transport(the_transport),
        clock(the_clock),
        log(the_log),
        aggregator(aggregator_options(options)),
        deferred(options.max_pending),
        retry(options.retry) {}

  void run(std::stop_token stop);
  void tell_dropped();
  [[nodiscard]] std::uint64_t newly_dropped() EXCLUDES(mutex);
  std::optional<EventWrite> next(std::stop_token stop);
  void await_next(std::stop_token const& stop) REQUIRES(mutex);
  void record_due() REQUIRES(mutex);
  bool put_back(EventWrite const& write, Answer answer) EXCLUDES(mutex);
  void settle(EventWrite const& write, std::optional<Error> const& error, FailureLog& failures, std::stop_token stop);

  Transport& transport;
  Clock const& clock;
  Log const& log;
  Mutex mutex;
  Condition changed;
  EventAggregator aggregator GUARDED_BY(mutex);
  DeferredEvents deferred GUARDED_BY(mutex);
  std::uint64_t told_dropped GUARDED_BY(mutex) = 0;  // how many of the dropped the log has told of
  bool closing GUARDED_BY(mutex) = false;
  bool finished GUARDED_BY(mutex) = false;
  BackoffPolicy retry;         // the writing thread's own
  std::uint32_t attempts = 0;  // the writing thread's own: of the event at hand
  std::jthread thread;
};

// Once all is written, so that one line tells of them all.
void EventRecorder::State::tell_dropped() {
  auto const count = newly_dropped();
  if (count > 0) log.warning("events dropped: too many at once", {{"count", std::to_string(count)}});
}

std::uint64_t EventRecorder::State::newly_dropped() {
  MutexLock const lock(mutex);
  if (aggregator.pending() > 0) return 0;
  auto const dropped = aggregator.dropped();
  return dropped - std::exchange(told_dropped, dropped);
}

std::optional<EventWrite> EventRecorder::State::next(std::stop_token stop) {
  tell_dropped();
  MutexLock const lock(mutex);
  await_next(stop);
  if (stop.stop_requested()) return std::nullopt;
  return aggregator.take();
}

void EventRecorder::State::await_next(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    record_due();
    if (closing || aggregator.pending() != 0) return;
    auto const due = deferred.next_due();
    auto const news = [&]() REQUIRES(mutex) {
      return closing || aggregator.pending() != 0 || deferred.next_due() != due;
    };
    if (due) {
      changed.wait_for(mutex, stop, *due - clock.steady(), news);
    } else {
      changed.wait(mutex, stop, news);
    }
  }
}

void EventRecorder::State::record_due() {
  for (auto const& each : deferred.take_due(clock.steady()))
    (void)aggregator.record(each.involved, each.type, each.reason, each.message, clock.wall());
}

// True: it is to be tried again.
bool EventRecorder::State::put_back(EventWrite const& write, Answer answer) {
  MutexLock const lock(mutex);
  if (answer == Answer::later && ++attempts < most_attempts && !closing) {
    aggregator.postpone(write.id);
    return true;
  }
  attempts = 0;
  aggregator.finish(write.id, outcome_of(answer));
  return false;
}

void EventRecorder::State::settle(EventWrite const& write, std::optional<Error> const& error, FailureLog& failures,
                                  std::stop_token stop) {
  auto const answer = !error ? Answer::written : judge(*error, write.create);
  if (put_back(write, answer)) {
    auto const delay = std::max(retry.delay(attempts, 0.5), clamped(error->retry_after, longest_wish));
    failures.failed(*error, delay);
    MutexLock const lock(mutex);
    changed.wait_for(mutex, stop, delay, [this]() REQUIRES(mutex) { return closing; });
    return;
  }
  if (answer == Answer::written) failures.recovered();
  if (answer == Answer::dropped || answer == Answer::later) failures.failed(*error);
}

void EventRecorder::State::run(std::stop_token stop) {
  Client client(transport.connect());
  FailureLog failures(log, "writing events");
  while (auto const write = next(stop)) {
    auto const result = write_event(client, *write, stop);
    settle(*write, result.has_error() ? std::optional(result.error()) : std::nullopt, failures, stop);
  }
  MutexLock const lock(mutex);
  finished = true;
  changed.notify_all();
}

EventRecorder::EventRecorder(Transport& transport, RecorderOptions const& options, Clock const& clock, Log const& log)
    : state_(std::make_unique<State>(transport, options, clock, log)) {
  state_->thread = std::jthread([state = state_.get()](std::stop_token stop) { state->run(stop); });
}

EventRecorder::~EventRecorder() {
  auto& state = *state_;
  {
    MutexLock const lock(state.mutex);
    state.closing = true;
    state.changed.notify_all();
    state.changed.wait_for(state.mutex, farewell, [&state]() REQUIRES(state.mutex) { return state.finished; });
  }
  state_->thread.request_stop();
  state_->thread.join();
}

void EventRecorder::record(ObjectReference const& involved, EventType type, std::string const& reason,
                           std::string const& message) {
  auto const now = state_->clock.wall();
  MutexLock const lock(state_->mutex);
  state_->deferred.drop(involved);
  (void)state_->aggregator.record(involved, type, reason, message, now);
  state_->changed.notify_all();
}

void EventRecorder::record_later(std::chrono::milliseconds delay, ObjectReference const& involved, EventType type,
                                 std::string const& reason, std::string const& message) {
  auto const due = state_->clock.steady() + delay;
  MutexLock const lock(state_->mutex);
  state_->deferred.add({involved, type, reason, message, due});
  state_->changed.notify_all();
}

}  // namespace k8s
