#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "k8s/base/mutex.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/http_server.hpp"

namespace nfs::bench {

/// What a cluster has, from the start.
struct Population {
  int ours = 0;     ///< bound claims with their volumes
  int foreign = 0;  ///< likewise, of another provisioner
};

/// An API server, over TLS, that knows no more than the program needs: it streams lists of as many claims and volumes
/// as are asked for, and lets claims live. For clusters that are too large for a real one on this machine.
class StandIn {
 public:
  StandIn(Population population, std::filesystem::path const& directory);
  ~StandIn();
  StandIn(StandIn const&) = delete;
  StandIn& operator=(StandIn const&) = delete;

  [[nodiscard]] std::string kubeconfig() const { return kubeconfig_.string(); }
  /// Both lists were sent to the end so many times.
  [[nodiscard]] int lists_sent() const;
  /// So many claims live one after the other, 32 at the same time: each is made, Bound by the program, deleted, and its
  /// volume released by the program. Throws when nothing goes on.
  void let_live(int count);
  /// So many changes of claims and volumes that are there, as kubelet and users make them.
  void change(int count);

 private:
  using Reply = std::pair<int, std::string>;
  struct Life {
    bool has_volume = false;  // of the claim: spec.volumeName
    bool bound = false;
    bool claim_gone = false;
    std::string volume_phase = {};  // empty: there is no volume
    bool deleting = false;
  };
  /// Who watches a kind, and what is to be told.
  struct Watcher {
    std::string plural;
    std::deque<std::string> lines;
  };

  void handle(k8s::test::Exchange& exchange);
  /// Goes on until the program hangs up: what happened between two watches is not remembered.
  void watch(k8s::test::Exchange& exchange, std::string const& plural);
  bool send_initial(k8s::test::Exchange& exchange, std::string const& plural);
  [[nodiscard]] Reply answer(k8s::test::HttpRequest const& request) EXCLUDES(mutex_);
  [[nodiscard]] Reply claim_request(k8s::test::HttpRequest const& request, int number) REQUIRES(mutex_);
  [[nodiscard]] Reply volume_request(k8s::test::HttpRequest const& request, int number) REQUIRES(mutex_);
  void tell(std::string const& plural, std::string_view type, std::string const& object) REQUIRES(mutex_);
  [[nodiscard]] std::string claim_text(int number) REQUIRES(mutex_);
  [[nodiscard]] std::string volume_text(int number) REQUIRES(mutex_);
  [[nodiscard]] bool is_there(int number) const REQUIRES(mutex_);
  void end_bound_claims() REQUIRES(mutex_);

  Population population_;
  std::filesystem::path kubeconfig_;
  mutable k8s::Mutex mutex_;
  k8s::Condition changed_;
  std::uint64_t version_ GUARDED_BY(mutex_) = 1000;
  int next_ GUARDED_BY(mutex_);
  std::map<int, Life> lives_ GUARDED_BY(mutex_);
  int lived_ GUARDED_BY(mutex_) = 0;
  std::set<Watcher*> watchers_ GUARDED_BY(mutex_);
  std::map<std::string, int> lists_sent_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  k8s::test::HttpServer server_;  // last: its threads end before what they use
};

}  // namespace nfs::bench
