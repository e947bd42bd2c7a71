#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nfs::bench {

/// One measured figure: "burst of 1,000, usual limits", "eager", "Bound", 92.5, "/s".
struct Figure {
  std::string group;
  std::string who;
  std::string what;
  double value = 0;
  std::string unit;
};

/// All figures of one run, in the order in which they were taken. Each is printed when it comes.
class Report {
 public:
  void add(std::string const& group, std::string const& who, std::string const& what, double value,
           std::string const& unit);
  /// Sorted values of a distribution: kept for the plots.
  void add_distribution(std::string const& group, std::string const& who, std::vector<double> const& sorted);
  /// What could not be measured, and why.
  void failed(std::string const& group, std::string const& who, std::string const& why);

  [[nodiscard]] bool complete() const { return failures_.empty(); }
  /// Machine, versions and commit, then the figures. `commit` is the tree's.
  void write_json(std::string const& file, std::string const& commit) const;

 private:
  struct Distribution {
    std::string group;
    std::string who;
    std::vector<double> seconds;
  };
  struct Failure {
    std::string group;
    std::string who;
    std::string why;
  };

  std::vector<Figure> figures_;
  std::vector<Distribution> distributions_;
  std::vector<Failure> failures_;
};

}  // namespace nfs::bench
