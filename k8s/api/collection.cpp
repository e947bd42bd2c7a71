#include <fmt/format.h>

#include "k8s/api/client.hpp"
#include "k8s/api/status_error.hpp"

namespace k8s {
namespace {

// Bytes of one item or watch line. The server keeps 1.5 MiB of one object, and escapes some bytes by six.
constexpr std::size_t most_object = 8u << 20;
constexpr std::chrono::milliseconds list_idle_timeout{60'000};
constexpr int page_size = 500;

Result<void> stream_through(Connection& connection, std::string const& what, Request const& request, BodySink sink,
                            std::stop_token stop) {
  auto const answer = connection.stream(request, std::move(sink), stop);
  if (answer.has_error()) return prefixed(what, answer.error());
  if (answer->status < 200 || answer->status > 299) return to_error(what, *answer);
  return {};
}

std::string list_target(Kind const& kind, std::string const& continue_token, int limit) {
  // Without a resourceVersion the pages are one consistent state.
  auto target = collection_path(kind);
  char separator = '?';
  if (limit > 0) {
    target += fmt::format("{}limit={}", separator, limit);
    separator = '&';
  }
  if (!continue_token.empty()) target += fmt::format("{}continue={}", separator, percent_encode(continue_token));
  return target;
}

std::string watch_target(Kind const& kind, Client::WatchOptions const& options) {
  auto target = fmt::format("{}?watch=1{}&timeoutSeconds={}", collection_path(kind, options.only.name_space),
                            options.bookmarks ? "&allowWatchBookmarks=true" : "", options.timeout.count());
  if (!options.only.name.empty()) target += "&fieldSelector=" + percent_encode("metadata.name=" + options.only.name);
  if (!options.resource_version.empty()) target += "&resourceVersion=" + percent_encode(options.resource_version);
  if (options.send_initial_events) target += "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
  return target;
}

}  // namespace

Result<ListMeta> Client::list_page(Kind const& kind, std::string const& continue_token, int limit,
                                   ListFramer::OnItem const& on_item, std::stop_token stop,
                                   OnTooLarge const& on_too_large) {
  auto const what = fmt::format("list {}", kind.plural);
  ListFramer framer(most_object, on_item, on_too_large);
  Request const request{.target = list_target(kind, continue_token, limit),
                        .timeout = std::chrono::milliseconds{0},
                        .idle_timeout = list_idle_timeout};
  auto const done = stream_through(
      *connection_, what, request, [&](std::string_view chunk) { return framer.feed(chunk); }, stop);
  if (done.has_error()) return done.error();
  auto meta = framer.finish();
  if (meta.has_error()) return prefixed(what, std::move(meta).error());
  return meta;
}

Result<void> Client::list_all(Kind const& kind, ListFramer::OnItem const& on_item, std::stop_token stop) {
  std::string page;
  do {
    auto const listed = list_page(kind, page, page_size, on_item, stop);
    if (listed.has_error()) return listed.error();
    page = listed->continue_token;
  } while (!page.empty());
  return {};
}

Result<void> Client::watch(Kind const& kind, WatchOptions const& options, LineFramer::OnLine const& on_line,
                           std::stop_token stop, OnTooLarge const& on_too_large) {
  LineFramer framer(most_object, on_line, on_too_large);
  Request const request{.target = watch_target(kind, options),
                        .timeout = std::chrono::milliseconds{0},
                        .idle_timeout = options.idle_timeout};
  return stream_through(
      *connection_, fmt::format("watch {}", kind.plural), request,
      [&](std::string_view chunk) { return framer.feed(chunk); }, stop);
}

}  // namespace k8s
