#pragma once

#include <cstdint>
#include <stop_token>
#include <utility>

#include "k8s/http/transport.hpp"
#include "tests/simulation/fate.hpp"
#include "tests/simulation/mandate.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

using Answer = k8s::Result<k8s::Response>;

/// What a request that goes wrong so is answered.
[[nodiscard]] Answer answer_of(RequestFault fault);
[[nodiscard]] Answer cancelled();
/// An object as it is answered: with a field of a wrong type if it is the one that cannot be read.
[[nodiscard]] std::string as_answered(Scene const& scene, std::string_view plural, std::string object);

/// The way of one process to the API server, with what its fate has in store.
class Network {
 public:
  Network(Scene& scene, Fate& fate, Mandate const& mandate)
      : scene_(scene), fate_(fate), mandate_(mandate), restores_(scene.restores) {}

  [[nodiscard]] bool cut_off() const { return scene_.clock.lively() < fate_.cut_off_until; }
  /// Waits until the network is back; false: not in the request's time, or not before `stop`.
  [[nodiscard]] bool get_through(k8s::Request const& request, std::stop_token const& stop) const;

  /// Whether this is the first time since etcd was restored: the connection is that of a server that is no more.
  [[nodiscard]] bool is_new_server() { return std::exchange(restores_, scene_.restores) != scene_.restores; }

  [[nodiscard]] Fate& fate() { return fate_; }
  /// The process's own.
  [[nodiscard]] LocalClock const& clock() const { return mandate_.clock(); }

 private:
  Scene& scene_;
  Fate& fate_;
  Mandate const& mandate_;
  std::uint64_t restores_;
};

}  // namespace nfs::simulation
