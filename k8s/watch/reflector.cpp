#include "k8s/watch/reflector.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

#include "k8s/api/client.hpp"
#include "k8s/api/status_error.hpp"
#include "k8s/base/failure_log.hpp"
#include "k8s/watch/list_watch.hpp"
#include "k8s/watch/set_aside.hpp"

namespace k8s {
namespace {

/// Does what the machine says.
template <class T>
class Reflector {
 public:
  Reflector(Transport& transport, Store<T>& store, ReflectorOptions const& options, Clock const& clock, Log const& log,
            std::function<void(T&)> prune)
      : client_(transport.connect()),
        store_(store),
        options_(options),
        clock_(clock),
        log_(log),
        prune_(std::move(prune)),
        machine_(options.page_size, options.watch_timeout, options.backoff,
                 options.seed ? *options.seed : std::random_device{}()),
        failures_(log, fmt::format("watching {}", kind_of<T>().plural)) {}

  void run(std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      auto const next = machine_.next(clock_.steady());
      if (next.delay.count() > 0 && !clock_.wait_for(next.delay, stop)) break;
      if (next.begin_replace) store_.begin_replace();
      auto const done = std::visit([&](auto const& request) { return ask(request, stop); }, next.request);
      if (done.has_error() && !done.error().is(ErrorKind::cancelled)) fail(done.error());
    }
    store_.abandon_replace();
  }

 private:
  using Operation = ListWatch::Operation;

  Result<void> ask(ListWatch::List const& list, std::stop_token const& stop) {
    auto const take = [this](Result<Item<T>> item) -> Result<void> {
      if (item.has_error()) return item.error();
      keep(store_, machine_.item(), std::move(*item), prune_);
      return {};
    };
    auto const meta = client_.list_page(
        kind_of<T>(), list.continue_token, list.limit, [&](std::string_view text) { return take(read_item<T>(text)); },
        stop, [&](std::string_view beginning) { return take(read_too_large<T>(beginning)); });
    if (meta.has_error()) return meta.error();
    heard();
    settle(machine_.page(*meta));
    return {};
  }

  Result<void> ask(ListWatch::Watch const& watch, std::stop_token const& stop) {
    auto const on_line = [this](std::string_view line) { return take_line(line); };
    Client::WatchOptions const options{.resource_version = watch.resource_version,
                                       .send_initial_events = watch.initial_events,
                                       .timeout = options_.watch_timeout,
                                       .idle_timeout = options_.idle_timeout};
    auto const on_too_large = [this](std::string_view beginning) { return take_too_large(beginning); };
    auto done = client_.watch(kind_of<T>(), options, on_line, stop, on_too_large);
    if (done.has_error()) return done;
    auto const setback = machine_.ended(clock_.steady());
    settle(setback.operation);
    if (!setback.ordinary) {
      auto const error = make_error(ErrorKind::transport, "the server ends each watch at once");
      failures_.failed(error, machine_.delay());
    }
    return {};
  }

  Result<void> take_line(std::string_view line) {
    auto const event = read_watch_event(line);
    if (event.has_error()) return event.error();
    if (event->type == WatchEvent::Type::error) {
      auto const status = read<Status>(event->object);
      return status.has_error() ? status.error() : to_error("server", *status);
    }
    if (event->type == WatchEvent::Type::bookmark) {
      auto const bookmark = read_bookmark(event->object);
      if (bookmark.has_error()) return bookmark.error();
      heard();
      settle(machine_.bookmark(*bookmark));
      return {};
    }
    return take_object(event->type, read_item<T>(event->object));
  }

  Result<void> take_too_large(std::string_view beginning) {
    using Type = WatchEvent::Type;
    auto const event = read_watch_beginning(beginning);
    if (!event || event->type == Type::error || event->type == Type::bookmark) {
      return make_error(ErrorKind::protocol, "a line is too large, and tells of no object");
    }
    return take_object(event->type, read_too_large<T>(event->object));
  }

  Result<void> take_object(WatchEvent::Type type, Result<Item<T>> item) {
    if (item.has_error()) return item.error();
    heard();
    auto const operation = machine_.event(type, version_of(*item));
    keep(store_, operation, std::move(*item), prune_);
    note_health();
    return {};
  }

  void heard() {
    if (options_.health != nullptr) options_.health->heard();
  }

  void settle(Operation operation) {
    if (operation == Operation::commit_replace) {
      auto const first = !store_.synced();
      store_.commit_replace();
      if (first) log_.debug("first list is in", {{"kind", std::string(kind_of<T>().plural)}});
      if (options_.on_list) options_.on_list(machine_.list_begun());
    }
    if (operation == Operation::abandon_replace) store_.abandon_replace();
    note_health();
  }

  void note_health() {
    if (machine_.healthy()) failures_.recovered();
  }

  void fail(Error const& error) {
    auto const setback = machine_.failed(error);
    if (options_.health != nullptr) options_.health->failed(error.message);
    if (setback.operation == Operation::abandon_replace) store_.abandon_replace();
    if (setback.ordinary) {
      log_.debug("watch begins anew", {{"kind", std::string(kind_of<T>().plural)}, {"reason", error.message}});
      return;
    }
    failures_.failed(error, machine_.delay());
  }

  Client client_;
  Store<T>& store_;
  ReflectorOptions const& options_;
  Clock const& clock_;
  Log const& log_;
  std::function<void(T&)> prune_;
  ListWatch machine_;
  FailureLog failures_;
};

}  // namespace

template <class T>
void run_reflector(Transport& transport, Store<T>& store, ReflectorOptions const& options, Clock const& clock,
                   Log const& log, std::stop_token stop, std::function<void(T&)> prune) {
  Reflector<T>(transport, store, options, clock, log, std::move(prune)).run(stop);
}

template void run_reflector(Transport&, Store<Claim>&, ReflectorOptions const&, Clock const&, Log const&,
                            std::stop_token, std::function<void(Claim&)>);
template void run_reflector(Transport&, Store<Volume>&, ReflectorOptions const&, Clock const&, Log const&,
                            std::stop_token, std::function<void(Volume&)>);
template void run_reflector(Transport&, Store<StorageClass>&, ReflectorOptions const&, Clock const&, Log const&,
                            std::stop_token, std::function<void(StorageClass&)>);

}  // namespace k8s
