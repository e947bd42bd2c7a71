#include "tests/integration/support/phase_watch.hpp"

namespace nfs::test {

PhaseWatch::PhaseWatch(Cluster& cluster, std::string name_space) : name_space_(std::move(name_space)) {
  auto const now = cluster.get_json("/api/v1/persistentvolumeclaims?limit=1");
  thread_ = std::jthread(
      [this, client = std::make_shared<k8s::Client>(cluster.connect()),
       from = text_at(now, "/metadata/resourceVersion")](std::stop_token stop) { run(*client, from, stop); });
}

void PhaseWatch::run(k8s::Client& client, std::string const& from, std::stop_token stop) {
  auto position = from;
  while (!stop.stop_requested()) {
    auto const ended = client.watch(
        k8s::kind_of<k8s::Claim>(), {.resource_version = position},
        [&](std::string_view line) -> k8s::Result<void> {
          auto const event = k8s::read_watch_event(line);
          if (!event) return event.error();
          if (event->type == k8s::WatchEvent::Type::error)
            return k8s::make_error(k8s::ErrorKind::protocol, std::string(event->object));
          auto const at = k8s::read_bookmark(event->object);
          if (!at) return at.error();
          position = at->resource_version;
          if (event->type != k8s::WatchEvent::Type::bookmark) note(*event);
          return {};
        },
        stop);
    // A connection that ends is opened anew where it ended; only a position that is too old loses something.
    if (!ended && !ended.error().is(k8s::ErrorKind::transport) && !ended.error().is(k8s::ErrorKind::cancelled)) {
      k8s::MutexLock const lock(mutex_);
      failure_ = ended.error().message;
      return;
    }
  }
}

void PhaseWatch::note(k8s::WatchEvent const& event) {
  auto const claim = k8s::read<k8s::Claim>(event.object);
  if (!claim || claim->meta.name_space != name_space_) return;
  k8s::MutexLock const lock(mutex_);
  phases_[claim->meta.name].insert(claim->phase);
  if (event.type == k8s::WatchEvent::Type::deleted) deleted_.insert(claim->meta.uid);
}

std::size_t PhaseWatch::deleted() const {
  k8s::MutexLock const lock(mutex_);
  return deleted_.size();
}

std::map<std::string, std::set<std::string>> PhaseWatch::phases() const {
  k8s::MutexLock const lock(mutex_);
  return phases_;
}

std::string PhaseWatch::failure() const {
  k8s::MutexLock const lock(mutex_);
  return failure_;
}

}  // namespace nfs::test
