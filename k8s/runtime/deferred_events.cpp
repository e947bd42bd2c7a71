#include "k8s/runtime/deferred_events.hpp"

#include <utility>

namespace k8s {
namespace {

bool is_about(DeferredEvent const& event, ObjectReference const& object) {
  auto const& involved = event.involved;
  return involved.uid == object.uid && involved.name == object.name && involved.name_space == object.name_space &&
         involved.kind == object.kind;
}

}  // namespace

void DeferredEvents::add(DeferredEvent event) {
  if (events_.size() >= most_) events_.pop_front();
  events_.push_back(std::move(event));
}

void DeferredEvents::drop(ObjectReference const& involved) {
  std::erase_if(events_, [&](DeferredEvent const& each) { return is_about(each, involved); });
}

std::vector<DeferredEvent> DeferredEvents::take_due(SteadyTime now) {
  std::vector<DeferredEvent> due;
  while (!events_.empty() && events_.front().due <= now) {
    due.push_back(std::move(events_.front()));
    events_.pop_front();
  }
  return due;
}

std::optional<SteadyTime> DeferredEvents::next_due() const {
  return events_.empty() ? std::nullopt : std::optional(events_.front().due);
}

}  // namespace k8s
