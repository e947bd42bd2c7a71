#pragma once

#include <utility>
#include <vector>

#include "tests/bench/contender.hpp"
#include "tests/bench/report.hpp"

namespace nfs::bench {

/// How much each measurement does.
struct Sizes {
  int burst = 1000;
  int slow_burst = 200;  ///< of contenders that wait for kube-controller-manager several times for each claim
  int per_second = 100;
  int alone = 30;
  int releases = 50;
  int deletions = 1000;
  int after_deletions = 200;
  int crowd = 10'000;
  int beside_crowd = 9;
  int idle_seconds = 60;
  int rest_seconds = 6;  ///< until the program has given back what the start alone needed
  int files = 1'000'000;
  std::vector<int> volumes{1'000, 10'000, 100'000, 150'000};  ///< beside which a start is measured
  std::pair<int, int> among_others{10'000, 100'000};
  int changes = 20'000;  ///< of claims and of volumes
  int lives = 20'000;
};

/// What all measurements share. They add figures to the report; who cannot be measured is named there.
struct Bench {
  Contenders contenders;
  Sizes sizes;
  bool brief = false;  ///< one contender for each measurement
  Report report;

  /// Those of `all` that are to be measured.
  [[nodiscard]] std::vector<Contender> some_of(std::vector<Contender> all) const {
    if (brief) all.resize(1);
    return all;
  }
};

/// Many claims at once, and their deletion, with kube-controller-manager's usual limits and without; 100 claims a
/// second; with kube-controller-manager stopped.
void measure_bursts(Bench& bench);
/// One claim after the other.
void measure_single_claims(Bench& bench);
/// `helm uninstall` and `helm install` of many releases at once; claims right behind many deletions.
void measure_churn(Bench& bench);
/// 10,000 claims: burst, fairness to another namespace, memory, an idle minute, a start beside them, their deletion.
void measure_crowd(Bench& bench);
/// The release of a volume of very many files, and what others wait meanwhile.
void measure_large_tree(Bench& bench);
/// Memory and CPU beside an API server that stands in for clusters of any size.
void measure_large_clusters(Bench& bench);
/// Memory through very many claims' lives, with the same stand-in.
void measure_lives(Bench& bench);

}  // namespace nfs::bench
