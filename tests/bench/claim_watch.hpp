#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "tests/integration/support/cluster.hpp"

namespace nfs::bench {

using Time = std::chrono::steady_clock::time_point;
using Seconds = std::chrono::duration<double>;

/// When what happened to a claim, as a client sees it.
struct Moments {
  std::optional<Time> asked;        ///< the request that makes it was sent
  std::optional<Time> volume;       ///< its volume was seen
  std::optional<Time> bound;        ///< it was seen Bound
  std::optional<Time> gone;         ///< its end was seen
  std::optional<Time> volume_gone;  ///< and its volume's
};

/// Sees by two watches what becomes of all claims and their volumes. Thread-safe.
class ClaimWatch {
 public:
  /// Begins with what is there now.
  explicit ClaimWatch(test::Cluster& cluster);

  void asked(std::string const& uid, Time when);
  /// How many of the claims that were asked for have come so far.
  [[nodiscard]] std::size_t count(std::optional<Time> Moments::*moment) const;
  /// Of the claims that were asked for.
  [[nodiscard]] std::vector<Moments> moments() const;
  [[nodiscard]] Moments moments_of(std::string const& uid) const;
  /// Forgets all; what comes later of earlier claims is not counted.
  void forget();
  /// Throws when a watch broke: then what was seen is not all.
  void check() const;

 private:
  using OnObject = void (ClaimWatch::*)(k8s::WatchEvent const& event, Time now);
  std::jthread watch(test::Cluster& cluster, k8s::Kind const& kind, OnObject on_object);
  void run(k8s::Client& client, k8s::Kind const& kind, std::string position, OnObject on_object, std::stop_token stop);
  void note_claim(k8s::WatchEvent const& event, Time now);
  void note_volume(k8s::WatchEvent const& event, Time now);

  mutable k8s::Mutex mutex_;
  std::map<std::string, Moments> claims_ GUARDED_BY(mutex_);  // by uid
  std::string failure_ GUARDED_BY(mutex_);
  std::jthread claims_thread_;  // last: they end before what they use
  std::jthread volumes_thread_;
};

}  // namespace nfs::bench
