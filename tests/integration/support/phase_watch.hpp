#pragma once

#include <map>
#include <set>
#include <string>
#include <thread>

#include "k8s/base/mutex.hpp"
#include "tests/integration/support/cluster.hpp"

namespace nfs::test {

/// Every phase that the claims of a namespace were ever seen in, by one watch without a gap.
class PhaseWatch {
 public:
  /// Begins with what is there now.
  PhaseWatch(Cluster& cluster, std::string name_space);

  [[nodiscard]] std::size_t deleted() const;
  /// By claim.
  [[nodiscard]] std::map<std::string, std::set<std::string>> phases() const;
  /// Empty, unless the watch broke: then what it saw is not all.
  [[nodiscard]] std::string failure() const;

 private:
  void run(k8s::Client& client, std::string const& from, std::stop_token stop);
  void note(k8s::WatchEvent const& event);

  std::string name_space_;
  mutable k8s::Mutex mutex_;
  std::map<std::string, std::set<std::string>> phases_ GUARDED_BY(mutex_);
  std::set<std::string> deleted_ GUARDED_BY(mutex_);
  std::string failure_ GUARDED_BY(mutex_);
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace nfs::test
