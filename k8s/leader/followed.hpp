#pragma once

#include <optional>

#include "k8s/api/client.hpp"
#include "k8s/api/status_error.hpp"

/// Internal to this box.
namespace k8s::leader {

/// Watches one object: `take` gets it as it is now, or nullopt when it has gone, and says whether it wants more.
template <class T, class Take>
[[nodiscard]] Result<void> follow_object(Client& client, ObjectName const& name, std::string const& resource_version,
                                         std::chrono::milliseconds quiet, Take take, std::stop_token stop) {
  bool enough = false;
  auto const on_line = [&](std::string_view line) -> Result<void> {
    auto const event = read_watch_event(line);
    if (event.has_error()) return event.error();
    if (event->type == WatchEvent::Type::bookmark) return {};
    if (event->type == WatchEvent::Type::error) {
      auto const status = read<Status>(event->object);
      return status.has_error() ? status.error() : to_error("server", *status);
    }
    auto object = read<T>(event->object);
    if (object.has_error()) return object.error();
    auto now = event->type == WatchEvent::Type::deleted ? std::nullopt : std::optional<T>(std::move(*object));
    enough = !take(std::move(now));
    if (enough) return make_error(ErrorKind::cancelled, "enough");
    return {};
  };
  Client::WatchOptions const options{
      .resource_version = resource_version, .idle_timeout = quiet, .only = name, .bookmarks = false};
  auto done = client.watch(kind_of<T>(), options, on_line, stop);
  if (enough) return {};
  return done;
}

}  // namespace k8s::leader
