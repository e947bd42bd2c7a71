#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <stop_token>
#include <string>

#include "k8s/base/mutex.hpp"
#include "k8s/http/transport.hpp"
#include "tests/support/http_server.hpp"

namespace nfs::test {

/// A proxy before the shared API server, in plain HTTP on the loopback. Failing, it fails 15 to 30 % of all requests,
/// watches among them, from the first one on. The share is drawn anew every hundred requests, the faults from `seed`;
/// in which order requests come is the program's affair. Buffering, it is a load balancer that fails nothing, passes an
/// answer on only when it is complete, and cuts what is not complete after 90 s: what a watch brings is seen when the
/// server ends the watch, or never.
class FaultProxy {
 public:
  enum class Fault {
    none,
    reset,        ///< the connection ends without an answer, nothing was done
    internal,     ///< 500
    unavailable,  ///< 503 with Retry-After
    too_many,     ///< 429 with Retry-After
    answer_lost,  ///< done, but the connection ends without an answer; a watch ends after its first piece
  };

  enum class Manner { failing, buffering };

  explicit FaultProxy(std::uint32_t seed, Manner manner = Manner::failing);
  ~FaultProxy();
  FaultProxy(FaultProxy const&) = delete;
  FaultProxy& operator=(FaultProxy const&) = delete;

  /// A kubeconfig whose server is this proxy. No credentials: what comes through is the administrator's.
  void write_kubeconfig(std::string const& file) const;

  /// How many requests met each fate.
  [[nodiscard]] std::map<Fault, std::size_t> counts() const;

 private:
  [[nodiscard]] Fault next_fault();
  void handle(k8s::test::Exchange& exchange);
  void pass_on(k8s::test::Exchange& exchange, bool answer_lost);
  void pass_on_watch(k8s::test::Exchange& exchange, bool cut_short);
  void pass_on_whole(k8s::test::Exchange& exchange);

  Manner const manner_;
  mutable k8s::Mutex mutex_;
  std::mt19937 random_ GUARDED_BY(mutex_);
  unsigned percent_ GUARDED_BY(mutex_) = 0;
  std::map<Fault, std::size_t> counts_ GUARDED_BY(mutex_);
  std::stop_source ending_;
  std::unique_ptr<k8s::Transport> transport_;
  k8s::test::HttpServer server_;  // last: its threads use the rest
};

}  // namespace nfs::test
