#pragma once

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "tests/two_clusters/churn/books.hpp"
#include "tests/two_clusters/churn/tenants.hpp"

namespace nfs::test {

/// Users of several clusters whose programs share one export. Not thread-safe.
class Churn {
 public:
  /// `clusters`: two, by different names. `exported`: where the programs have mounted the export.
  Churn(std::filesystem::path exported, std::vector<Tenants> clusters)
      : exported_(std::move(exported)), clusters_(std::move(clusters)), books_(exported_) {}

  /// Looks at all clusters, writes tokens, deletes claims and makes those that are missing.
  void round();
  /// Makes all claims, and waits until all work has come to its end. What has not by then is a fault.
  void come_to_rest(std::chrono::seconds most);
  /// Looks at all that lies on the export. To be called at rest.
  void account();

  [[nodiscard]] bool faultless() { return books_.faults().none(); }
  void print(std::ostream& out);

 private:
  [[nodiscard]] std::vector<LiveVolume> look();
  [[nodiscard]] std::vector<std::string> unfinished();

  std::filesystem::path exported_;
  std::vector<Tenants> clusters_;
  Books books_;
  std::map<std::string, View> views_;  // by the cluster's name: what was seen last
  int rounds_ = 0;
};

}  // namespace nfs::test
