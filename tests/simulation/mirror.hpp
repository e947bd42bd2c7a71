#pragma once

#include <functional>
#include <utility>

#include "k8s/api/client.hpp"
#include "k8s/api/status_error.hpp"
#include "k8s/watch/list_watch.hpp"
#include "k8s/watch/store.hpp"
#include "tests/simulation/fiber.hpp"

namespace nfs::simulation {

/// Keeps a store equal to the server's objects of kind T, as the machine says: what the reflector's thread does, on a
/// fiber and in virtual time.
template <class T>
class Mirror {
 public:
  /// `edit` is done to each object before it is kept; `on_list` is called each time that a full list is in.
  Mirror(k8s::Transport& transport, k8s::Store<T>& store, k8s::Clock const& clock, std::uint64_t seed,
         std::function<void(T&)> edit = {}, std::function<void()> on_list = {})
      : client_(transport.connect()),
        store_(store),
        clock_(clock),
        edit_(std::move(edit)),
        on_list_(std::move(on_list)),
        machine_(500, k8s::BackoffPolicy{std::chrono::milliseconds{800}, std::chrono::seconds{30}}, seed) {}

  [[noreturn]] void run() {
    while (true) {
      auto const next = machine_.next(clock_.steady());
      if (next.delay.count() > 0) Fiber::wait_until(clock_.steady() + next.delay);
      if (next.begin_replace) store_.begin_replace();
      auto const done = std::visit([this](auto const& request) { return this->ask(request); }, next.request);
      if (done.has_error()) settle(machine_.failed(done.error()).operation);
    }
  }

 private:
  using Operation = k8s::ListWatch::Operation;

  k8s::Result<void> ask(k8s::ListWatch::List const& list) {
    auto const on_item = [this](std::string_view text) -> k8s::Result<void> {
      auto object = k8s::read<T>(text);
      if (object.has_error()) return object.error();
      keep(machine_.item(), std::move(*object));
      return {};
    };
    auto const meta = client_.list_page(k8s::kind_of<T>(), list.continue_token, list.limit, on_item, {});
    if (meta.has_error()) return meta.error();
    settle(machine_.page(*meta));
    return {};
  }

  k8s::Result<void> ask(k8s::ListWatch::Watch const& watch) {
    k8s::Client::WatchOptions options;
    options.resource_version = watch.resource_version;
    options.send_initial_events = watch.initial_events;
    auto done =
        client_.watch(k8s::kind_of<T>(), options, [this](std::string_view line) { return take_line(line); }, {});
    if (done.has_error()) return done;
    settle(machine_.ended(clock_.steady()).operation);
    return {};
  }

  k8s::Result<void> take_line(std::string_view line) {
    auto const event = k8s::read_watch_event(line);
    if (event.has_error()) return event.error();
    if (event->type == k8s::WatchEvent::Type::error) {
      auto const status = k8s::read<k8s::Status>(event->object);
      return status.has_error() ? status.error() : k8s::to_error("server", *status);
    }
    if (event->type == k8s::WatchEvent::Type::bookmark) {
      settle(machine_.bookmark(*k8s::read_bookmark(event->object)));
      return {};
    }
    auto object = k8s::read<T>(event->object);
    if (object.has_error()) return object.error();
    auto const operation = machine_.event(event->type, object->meta.resource_version);
    keep(operation, std::move(*object));
    return {};
  }

  void keep(Operation operation, T object) {
    if (operation == Operation::none) return;
    if (operation == Operation::erase) return store_.erase(k8s::object_key(object.meta));
    if (operation == Operation::unstage) return store_.unstage(k8s::object_key(object.meta));
    if (edit_) edit_(object);
    if (operation == Operation::stage) return store_.stage(std::move(object));
    store_.apply(std::move(object));
  }

  void settle(Operation operation) {
    if (operation == Operation::commit_replace) {
      store_.commit_replace();
      if (on_list_) on_list_();
    }
    if (operation == Operation::abandon_replace) store_.abandon_replace();
  }

  k8s::Client client_;
  k8s::Store<T>& store_;
  k8s::Clock const& clock_;
  std::function<void(T&)> edit_;
  std::function<void()> on_list_;
  k8s::ListWatch machine_;
};

}  // namespace nfs::simulation
