#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "k8s/api/client.hpp"
#include "k8s/base/mutex.hpp"

namespace nfs::bench {

struct WriterSettings {
  std::string kubeconfig;
  std::string provisioner;
  std::string server;
  std::string path;
  bool waits_for_annotation = false;
};

/// Watches claims. For each one that is Pending it makes a volume and binds both (four writes); for each one that goes
/// it has the volume Released and removed (three writes).
class Writer {
 public:
  explicit Writer(WriterSettings settings);

  /// Until the process is killed. Throws when the watch breaks.
  void run();

 private:
  struct Job {
    k8s::Claim claim;
    bool gone = false;
  };

  void note(k8s::WatchEvent const& event);
  void work(k8s::Client& client, std::stop_token stop);
  void bind(k8s::Client& client, k8s::Claim const& claim) const;
  static void release(k8s::Client& client, k8s::Claim const& claim);
  [[nodiscard]] k8s::Volume volume_for(k8s::Claim const& claim) const;

  WriterSettings settings_;
  std::unique_ptr<k8s::Transport> transport_;
  k8s::Mutex mutex_;
  k8s::Condition come_;
  std::deque<Job> jobs_ GUARDED_BY(mutex_);
  std::set<std::string> begun_;        // uids of claims; the watch's thread alone
  std::vector<std::jthread> workers_;  // last: they end before what they use
};

}  // namespace nfs::bench
