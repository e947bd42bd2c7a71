#include "tests/bench/load.hpp"

#include <algorithm>
#include <atomic>
#include <functional>

namespace nfs::bench {
namespace {

// One client makes some 150 claims a second.
constexpr int clients = 4;

std::string name_of(std::string const& prefix, int number) {
  return prefix + "-" + std::to_string(number);
}

// Does `one` for each number, from several clients, each with a connection of its own.
void for_each_number(Ground& ground, int count, std::function<void(test::Cluster&, int)> const& one) {
  std::atomic<int> next = 0;
  k8s::Mutex mutex;
  std::string failure;  // guarded by it
  std::vector<std::jthread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&] {
      try {
        auto cluster = test::Cluster::at(ground.plane().kubeconfig("admin"));
        for (int number = next++; number < count; number = next++) one(cluster, number);
      } catch (std::exception const& error) {
        k8s::MutexLock const lock(mutex);
        failure = error.what();
      }
    });
  }
  threads.clear();
  if (!failure.empty()) throw std::runtime_error{failure};
}

void make_one(Ground& ground, test::Cluster& cluster, std::string const& name_space, std::string const& name) {
  auto const asked = std::chrono::steady_clock::now();
  auto const made = cluster.create(ground.claim(name_space, name));
  ground.watch().asked(made.meta.uid, asked);
}

}  // namespace

void make_claims(Ground& ground, std::string const& prefix, int count, int per_second, std::string const& name_space) {
  auto const began = std::chrono::steady_clock::now();
  for_each_number(ground, count, [&](test::Cluster& cluster, int number) {
    if (per_second > 0)
      std::this_thread::sleep_until(began + std::chrono::nanoseconds(std::chrono::seconds{number}) / per_second);
    make_one(ground, cluster, name_space, name_of(prefix, number));
  });
}

void delete_claims(Ground& ground, std::string const& prefix, int count, std::string const& name_space) {
  for_each_number(ground, count, [&](test::Cluster& cluster, int number) {
    cluster.remove<k8s::Claim>({name_space, name_of(prefix, number)});
  });
}

void replace_claims(Ground& ground, std::string const& prefix, int count) {
  delete_claims(ground, prefix, count);
  for_each_number(ground, count, [&](test::Cluster& cluster, int number) {
    auto const name = name_of(prefix, number);
    test::eventually("the end of a claim", [&] { return !cluster.get<k8s::Claim>({bench_namespace, name}); });
    make_one(ground, cluster, bench_namespace, name);
  });
}

void await(Ground& ground, std::optional<Time> Moments::*moment, int count, std::chrono::seconds most) {
  auto const what = ground.contender().name + " is done with " + std::to_string(count) + " claims";
  auto const come = [&] {
    if (!ground.program().running())
      throw std::runtime_error{ground.contender().name + " ended\n" + ground.program().log()};
    ground.watch().check();
    return ground.watch().count(moment) >= static_cast<std::size_t>(count);
  };
  test::eventually(what, come, most);
}

std::vector<double> seconds_between(std::vector<Moments> const& claims, std::optional<Time> Moments::*from,
                                    std::optional<Time> Moments::*until) {
  std::vector<double> seconds;
  for (auto const& each : claims)
    if (each.*from && each.*until) seconds.push_back(Seconds(*(each.*until) - *(each.*from)).count());
  std::ranges::sort(seconds);
  return seconds;
}

double at_share(std::vector<double> const& sorted, double share) {
  return sorted.at(static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1)));
}

double rate(std::vector<Moments> const& claims, std::optional<Time> Moments::*from,
            std::optional<Time> Moments::*until) {
  std::optional<Time> first;
  std::optional<Time> last;
  int count = 0;
  for (auto const& each : claims) {
    if (!(each.*from) || !(each.*until)) continue;
    ++count;
    first = std::min(first.value_or(*(each.*from)), *(each.*from));
    last = std::max(last.value_or(*(each.*until)), *(each.*until));
  }
  if (count == 0 || first == last) throw std::runtime_error{"nothing came that a rate could be taken of"};
  return count / Seconds(*last - *first).count();
}

}  // namespace nfs::bench
