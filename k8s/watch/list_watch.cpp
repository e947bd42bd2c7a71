#include "k8s/watch/list_watch.hpp"

#include <algorithm>
#include <utility>

#include "k8s/base/retry_after.hpp"
#include "k8s/model/resource_version.hpp"

namespace k8s {
namespace {

/// A watch that ends sooner, without an event, is answered by back-off.
constexpr std::chrono::seconds shortest_watch{1};

/// A watch that the server ended as it was asked to lasts as long as that, within this.
constexpr std::chrono::seconds timeout_tolerance{1};

/// A list is dear, and some proxies cut all day: after cuts there are ten lists at once, then one a minute.
constexpr std::chrono::minutes list_every{1};
constexpr std::chrono::minutes lists_saved_up{10};

constexpr std::chrono::minutes longest_wish{1};

/// In a row; then a list is worth its price.
constexpr std::uint32_t most_silences = 10;

std::chrono::milliseconds wish_of(Error const& error) {
  return clamped(error.retry_after, longest_wish);
}

/// The resourceVersion cannot be served: compacted away, malformed, or (after a restore of etcd) of the future.
bool version_is_lost(Error const& error) {
  if (error.gone() || error.has_code(400) || error.has_code(422)) return true;
  return error.has_code(504) && error.message.find("resource version") != std::string::npos;
}

}  // namespace

ListWatch::ListWatch(int page_size, std::chrono::seconds watch_timeout, BackoffPolicy policy, std::uint64_t seed)
    : page_size_(page_size), watch_timeout_(watch_timeout), policy_(policy), random_(seed) {}

std::chrono::milliseconds ListWatch::jittered(std::uint32_t failures) {
  return policy_.delay(failures, std::uniform_real_distribution<double>(0.0, 1.0)(random_));
}

ListWatch::Next ListWatch::next(SteadyTime now) {
  auto const delay = std::exchange(delay_, std::chrono::milliseconds{0});
  asked_at_ = now + delay;
  heard_ = false;
  silent_ = true;
  if (state_ == State::watching && cut_ && may_list_again()) start_over();
  auto const fresh = state_ == State::empty;
  if (fresh) {
    list_begun_ = {asked_at_, in_doubt_};
    cut_ = false;
    state_ = initial_events_ok_ && !prefer_list_ ? State::initial_events : State::listing;
  }
  if (state_ == State::listing) {
    return {.request = List{continue_token_, whole_list_ ? 0 : page_size_}, .delay = delay, .begin_replace = fresh};
  }
  if (state_ == State::asking) return {.request = List{"", 1}, .delay = delay};
  auto const initial = state_ == State::initial_events;
  return {.request = Watch{initial ? "" : resource_version_, initial}, .delay = delay, .begin_replace = fresh};
}

ListWatch::Operation ListWatch::page(ListMeta const& meta) {
  if (state_ == State::asking) {
    answered(meta.resource_version);
    return Operation::none;
  }
  continue_token_ = meta.continue_token;
  if (!continue_token_.empty()) return Operation::none;
  failures_ = 0;
  in_doubt_ = false;
  resource_version_ = meta.resource_version;
  whole_list_ = false;
  prefer_list_ = false;
  state_ = State::watching;
  return Operation::commit_replace;
}

ListWatch::Operation ListWatch::event(WatchEvent::Type type, std::string resource_version) {
  auto const deleted = type == WatchEvent::Type::deleted;
  brought_something();
  if (state_ == State::initial_events) return deleted ? Operation::unstage : Operation::stage;
  progress();
  heard_ = true;
  resource_version_ = std::move(resource_version);
  return deleted ? Operation::erase : Operation::apply;
}

ListWatch::Operation ListWatch::bookmark(Bookmark const& bookmark) {
  brought_something();
  if (state_ == State::initial_events && !bookmark.initial_events_end) return Operation::none;
  if (!bookmark.resource_version.empty()) resource_version_ = bookmark.resource_version;
  if (state_ == State::watching) {
    progress();
    return Operation::none;
  }
  failures_ = 0;
  in_doubt_ = false;
  heard_ = true;
  state_ = State::watching;
  return Operation::commit_replace;
}

void ListWatch::brought_something() {
  silent_ = false;
  silences_ = 0;
}

void ListWatch::progress() {
  failures_ = 0;
  expired_ = 0;
}

ListWatch::Setback ListWatch::ended(SteadyTime now) {
  if (state_ == State::initial_events) {
    // A server that never says where the initial events end does not know them.
    initial_events_ok_ = false;
    start_over();
    return {.operation = Operation::abandon_replace, .ordinary = true};
  }
  auto const hasty = !heard_ && now - asked_at_ < shortest_watch;
  if (!hasty) {
    cut_ = cut_ || now - asked_at_ + timeout_tolerance < watch_timeout_;
    progress();
    if (silent_) {
      ++silences_;
      state_ = State::asking;
    }
    return {.ordinary = true};
  }
  back_off({});
  return {.ordinary = failures_ == 1};
}

void ListWatch::answered(std::string_view newest_version) {
  failures_ = 0;
  auto const newest = version_number(newest_version);
  auto const ours = version_number(resource_version_);
  state_ = State::watching;
  bool const served = newest && ours && *newest >= *ours;
  if (served && silences_ <= most_silences) return;
  silences_ = 0;
  start_over();
  in_doubt_ = !served;
}

ListWatch::Setback ListWatch::failed(Error const& error) {
  if (state_ == State::initial_events) return initial_events_failed(error);
  if (state_ == State::listing) return listing_failed(error);
  return watching_failed(error);
}

ListWatch::Setback ListWatch::initial_events_failed(Error const& error) {
  start_over();
  if (error.has_code(400) || error.has_code(422)) {
    initial_events_ok_ = false;
    return {.operation = Operation::abandon_replace, .ordinary = true};
  }
  // What is between us and the server may not bear the long silence before them: lists are tried in turn.
  prefer_list_ = !error.is(ErrorKind::api);
  back_off(wish_of(error));
  return {.operation = Operation::abandon_replace};
}

ListWatch::Setback ListWatch::listing_failed(Error const& error) {
  if (error.gone() && !continue_token_.empty() && !whole_list_) {
    whole_list_ = true;
    continue_token_.clear();
    state_ = State::empty;
    prefer_list_ = true;
    return {.operation = Operation::abandon_replace, .ordinary = true};
  }
  start_over();
  prefer_list_ = false;
  back_off(wish_of(error));
  return {.operation = Operation::abandon_replace};
}

ListWatch::Setback ListWatch::watching_failed(Error const& error) {
  if (error.silent) start_over();
  if (error.silent || state_ == State::asking || !version_is_lost(error)) {
    cut_ = cut_ || error.is(ErrorKind::transport);
    back_off(wish_of(error));
    // Connections are cut now and then; that they cannot be made again is news.
    return {.ordinary = failures_ == 1 && !error.is(ErrorKind::api)};
  }
  start_over();
  // The first time at once; a server that goes on so is not asked for everything again and again.
  if (expired_++ > 0) delay_ = std::max(jittered(expired_ - 1), wish_of(error));
  return {.ordinary = expired_ == 1};
}

bool ListWatch::may_list_again() {
  auto const paid_until = std::max(lists_paid_until_, asked_at_) + list_every;
  if (paid_until - asked_at_ > lists_saved_up) return false;
  lists_paid_until_ = paid_until;
  return true;
}

void ListWatch::start_over() {
  state_ = State::empty;
  in_doubt_ = true;
  resource_version_.clear();
  continue_token_.clear();
}

void ListWatch::back_off(std::chrono::milliseconds at_least) {
  ++failures_;
  delay_ = std::max(jittered(failures_), at_least);
}

}  // namespace k8s
