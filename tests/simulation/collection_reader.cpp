#include "tests/simulation/collection_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "k8s/json/frame.hpp"
#include "tests/simulation/fiber.hpp"
#include "tests/support/api_target.hpp"

namespace nfs::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t largest_object = 1U << 20;

std::uint64_t to_number(std::string const& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string line_of(std::string_view type, std::string_view object) {
  return fmt::format(R"({{"type":"{}","object":{}}})", type, object) + "\n";
}

std::string bookmark(std::uint64_t version) {
  return line_of("BOOKMARK", fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}}}})", version));
}

Answer of_the_future() {
  return test::failure(504, "Timeout", "Too large resource version");
}

}  // namespace

Answer CollectionReader::page(k8s::Request const& request, Answer whole) {
  if (whole.has_error() || whole->status != 200) return whole;
  auto const target = test::parse(request.target);
  auto& rest = rests_[target.plural];
  bool const goes_on = !test::parameter(target.query, "continue").empty();
  if (goes_on && scene_.server.version_at(to_number(rest.version)) < scene_.compacted)
    return test::failure(410, "Expired", "the provided continue parameter is too old");
  if (!goes_on) {
    rest.items.clear();
    k8s::ListFramer framer(largest_object, [&](std::string_view item) -> k8s::Result<void> {
      rest.items.push_back(as_answered(scene_, target.plural, std::string(item)));
      return {};
    });
    (void)framer.feed(whole->body);
    rest.version = framer.finish()->resource_version;
  }
  auto const limit = to_number(test::parameter(target.query, "limit"));
  auto const count = limit == 0 ? rest.items.size() : std::min<std::size_t>(limit, rest.items.size());
  auto const end = rest.items.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<std::string> const items(std::make_move_iterator(rest.items.begin()), std::make_move_iterator(end));
  rest.items.erase(rest.items.begin(), end);
  bool more = !rest.items.empty();
  if (more && scene_.sabotaged(Sabotage::list_swapped_early)) {
    for (auto const& item : std::exchange(rest.items, {})) held_back_[target.plural].push_back(line_of("ADDED", item));
    more = false;
  }
  whole->body = fmt::format(R"({{"kind":"List","metadata":{{"resourceVersion":"{}"{}}},"items":[{}]}})", rest.version,
                            more ? R"(,"continue":"more")" : "", fmt::join(items, ","));
  return whole;
}

Answer CollectionReader::watch(k8s::Request const& request, k8s::BodySink const& sink, std::stop_token const& stop) {
  Fiber::yield();
  if (network_.cut_off() && !network_.get_through(request, stop)) return answer_of(RequestFault::timeout);
  if (network_.is_new_server()) return answer_of(RequestFault::timeout);
  if (network_.fate().requests.strikes()) return answer_of(network_.fate().requests.what);
  auto const plural = test::parse(request.target).plural;
  auto const dropped = scene_.watches_dropped;
  auto const begun = begin(request, plural, sink);
  if (auto const* over = std::get_if<Answer>(&begun)) return *over;
  auto told = std::get<std::uint64_t>(begun);
  auto const ends_at = end_of(request, plural, told);
  auto const silenced = network_.fate().silenced;
  while (true) {
    bool const silent = network_.fate().silenced != silenced;
    auto const news = [&] {
      if (stop.stop_requested()) return true;
      if (silent) return false;
      if (scene_.watches_dropped != dropped || network_.fate().silenced != silenced) return true;
      return !network_.cut_off() && scene_.server.version_of(plural) > told;
    };
    bool const idle = !wait(request, plural, silent, ends_at, news);
    if (stop.stop_requested()) return cancelled();
    if (idle && ends_at && !silent) return k8s::Response{.status = 200, .body = {}, .retry_after = {}};
    if (idle) return k8s::make_error(k8s::ErrorKind::transport, "no byte for the whole idle time");
    if (network_.fate().silenced != silenced) continue;
    if (scene_.watches_dropped != dropped) return end_of_watch();
    if (auto taken = tell_next(plural, told, sink); taken.has_error()) return taken.error();
  }
}

std::variant<std::uint64_t, Answer> CollectionReader::begin(k8s::Request const& request, std::string const& plural,
                                                            k8s::BodySink const& sink) {
  auto const query = test::parse(request.target).query;
  if (test::parameter(query, "sendInitialEvents") == "true") {
    if (!scene_.initial_events) return Answer(test::failure(400, "BadRequest", "sendInitialEvents is not known"));
    auto const version = scene_.server.version();
    if (auto taken = tell(plural, initial_lines(plural), sink); taken.has_error()) return Answer(taken.error());
    if (auto taken = tell_held_back(plural, sink); taken.has_error()) return Answer(taken.error());
    return version;
  }
  if (auto taken = tell_held_back(plural, sink); taken.has_error()) return Answer(taken.error());
  auto const asked = scene_.server.version_at(to_number(test::parameter(query, "resourceVersion")));
  if (asked > scene_.server.version() && scene_.future_is_refused) return Answer(of_the_future());
  if (asked >= scene_.compacted) return asked;  // of the future: nothing comes until the server has got there
  if (scene_.sabotaged(Sabotage::watch_resumes_after_410)) return scene_.server.version();
  return expired(sink);
}

k8s::Result<void> CollectionReader::tell(std::string const& plural, std::vector<std::string> const& lines,
                                         k8s::BodySink const& sink) const {
  for (auto const& line : lines) {
    if (auto taken = sink(as_answered(scene_, plural, line)); taken.has_error()) return taken;
    Fiber::yield();
  }
  return {};
}

k8s::Result<void> CollectionReader::tell_next(std::string const& plural, std::uint64_t& told,
                                              k8s::BodySink const& sink) {
  auto const change = scene_.server.change_after(told, plural);
  if (!change) return {};
  told = change->version;
  if (change->type == "DELETED" && scene_.sabotaged(Sabotage::deletions_missed)) return {};
  auto taken = sink(line_of(change->type, as_answered(scene_, plural, change->object)));
  if (taken.has_error() || !scene_.dice.chance(5)) return taken;
  return sink(bookmark(scene_.server.resource_version_at(told)));
}

/// Mostly never: time would go on for ever. But nothing else ends a watch that goes on from what the server, restored
/// from a backup, has not got to.
std::optional<k8s::SteadyTime> CollectionReader::end_of(k8s::Request const& request, std::string const& plural,
                                                        std::uint64_t told) const {
  if (told <= scene_.server.version() || plural == "leases") return std::nullopt;
  return scene_.clock.steady() +
         std::chrono::seconds(to_number(test::parameter(test::parse(request.target).query, "timeoutSeconds")));
}

bool CollectionReader::wait(k8s::Request const& request, std::string const& plural, bool silent,
                            std::optional<k8s::SteadyTime> ends_at, Fiber::Ready const& early) const {
  if (plural == "leases") {  // without bookmarks: it is idle while nobody renews
    auto const& clock = network_.clock();
    clock.wait_until(clock.steady() + request.idle_timeout, early);
  } else if (silent) {
    Fiber::wait_until(scene_.clock.steady() + request.idle_timeout, early);
  } else if (ends_at) {
    Fiber::wait_until(*ends_at, early);
  } else {
    Fiber::wait(early);
  }
  return early();
}

/// As the status of the answer, or as an event of a watch that began well.
Answer CollectionReader::expired(k8s::BodySink const& sink) const {
  auto const status = test::failure(410, "Expired", "too old resource version");
  if (scene_.dice.chance(50)) return status;
  if (auto taken = sink(line_of("ERROR", status.body)); taken.has_error()) return taken.error();
  return k8s::Response{.status = 200, .body = {}, .retry_after = {}};
}

Answer CollectionReader::end_of_watch() const {
  if (scene_.dice.chance(50)) return k8s::make_error(k8s::ErrorKind::transport, "connection reset");
  return k8s::Response{.status = 200, .body = {}, .retry_after = {}};
}

/// All that stands, then the bookmark that says so.
std::vector<std::string> CollectionReader::initial_lines(std::string const& plural) {
  auto lines = scene_.server.initial_lines(plural);
  if (!scene_.sabotaged(Sabotage::list_swapped_early)) return lines;
  auto const half = lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2);
  held_back_[plural].assign(half, lines.end() - 1);
  lines.erase(half, lines.end() - 1);
  return lines;
}

/// The second half of a list takes its time.
k8s::Result<void> CollectionReader::tell_held_back(std::string const& plural, k8s::BodySink const& sink) {
  auto const lines = std::exchange(held_back_[plural], {});
  if (!lines.empty()) Fiber::wait_until(scene_.clock.steady() + 5s);
  return tell(plural, lines, sink);
}

}  // namespace nfs::simulation
