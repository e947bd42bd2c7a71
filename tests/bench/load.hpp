#pragma once

#include <string>
#include <vector>

#include "tests/bench/ground.hpp"

namespace nfs::bench {

/// Makes claims bench/PREFIX-0 … as fast as some clients can, or `per_second` of them if that is not 0. The ground's
/// watch is told of each. Throws when one cannot be made.
void make_claims(Ground& ground, std::string const& prefix, int count, int per_second = 0,
                 std::string const& name_space = bench_namespace);
/// Deletes those claims as fast as some clients can.
void delete_claims(Ground& ground, std::string const& prefix, int count,
                   std::string const& name_space = bench_namespace);
/// Deletes each of those claims, waits for its end, and makes it again.
void replace_claims(Ground& ground, std::string const& prefix, int count);

/// Waits until so many of the claims that were asked for have come so far. Throws after `most`, or when the program or
/// a watch has ended.
void await(Ground& ground, std::optional<Time> Moments::*moment, int count, std::chrono::seconds most);

/// How long after `from` this came, in seconds, sorted; of the claims for which both came.
[[nodiscard]] std::vector<double> seconds_between(std::vector<Moments> const& claims,
                                                  std::optional<Time> Moments::*from,
                                                  std::optional<Time> Moments::*until);
/// The value below which this share lies. `sorted` is not empty.
[[nodiscard]] double at_share(std::vector<double> const& sorted, double share);
/// So many a second: from the first `from` of all until the last `until`.
[[nodiscard]] double rate(std::vector<Moments> const& claims, std::optional<Time> Moments::*from,
                          std::optional<Time> Moments::*until);

}  // namespace nfs::bench
