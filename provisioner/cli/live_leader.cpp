#include "provisioner/cli/live_leader.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace nfs {
namespace {

using namespace std::chrono_literals;

/// What stands in the locks that somebody holds, by the lock's text.
using Held = std::map<std::string, k8s::LeaderRecord>;

constexpr auto look_every = 2s;
/// How long a holder may go without renewing: as its record says, but within these two.
constexpr std::chrono::seconds least_silence = 15s;
constexpr std::chrono::seconds most_silence = 120s;

template <class T>
k8s::Result<void> each_of(k8s::Client& client, std::function<void(T const&)> const& take) {
  auto const read = [&](std::string_view item) -> k8s::Result<void> {
    auto const object = k8s::read<T>(item);
    if (object.has_value()) {
      take(*object);
    }
    return {};  // of those that cannot be read none is ours
  };
  return client.list_all(k8s::kind_of<T>(), read, {});
}

k8s::Result<Held> held_locks(k8s::Client& client, std::string const& lock_name) {
  Held held;
  auto const leases = each_of<k8s::Lease>(client, [&](k8s::Lease const& lease) {
    if (lease.meta.name == lock_name && !lease.record.holder.empty()) {
      held.emplace("Lease " + lease.meta.name_space + "/" + lock_name, lease.record);
    }
  });
  if (leases.has_error()) {
    return leases.error();
  }
  auto const endpoints = each_of<k8s::Endpoints>(client, [&](k8s::Endpoints const& each) {
    auto const* text = k8s::find(each.meta.annotations, k8s::leader_annotation);
    auto const record =
        each.meta.name == lock_name && text != nullptr ? k8s::read<k8s::LeaderRecord>(*text) : k8s::LeaderRecord{};
    if (record.has_value() && !record->holder.empty()) {
      held.emplace("Endpoints " + each.meta.name_space + "/" + lock_name, *record);
    }
  });
  if (endpoints.has_error()) {
    return endpoints.error();
  }
  return held;
}

std::chrono::seconds longest_silence(Held const& held) {
  auto longest = least_silence;
  for (auto const& [lock, record] : held) {
    longest = std::max(longest, std::chrono::seconds(record.lease_seconds));
  }
  return std::min(longest, most_silence);
}

/// The first lock that is not what it was.
LiveLeader changed_since(Held const& before, Held const& now) {
  for (auto const& [lock, record] : now) {
    auto const at = before.find(lock);
    if (at == before.end() || at->second != record) {
      return {record.holder, lock};
    }
  }
  return {};
}

}  // namespace

k8s::Result<LiveLeader> find_live_leader(k8s::Client& client, std::string const& lock_name, k8s::Clock const& clock,
                                         std::function<void(std::string const& lock)> const& on_wait) {
  auto const before = held_locks(client, lock_name);
  if (before.has_error()) {
    return before.error();
  }
  if (before->empty()) {
    return LiveLeader{};
  }
  on_wait(before->begin()->first);
  auto const until = clock.steady() + longest_silence(*before);
  while (clock.steady() < until) {
    clock.wait_for(look_every, {});
    auto const now = held_locks(client, lock_name);
    if (now.has_error()) {
      return now.error();
    }
    if (auto leader = changed_since(*before, *now); !leader.holder.empty()) {
      return leader;
    }
  }
  return LiveLeader{};
}

}  // namespace nfs
