#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "provisioner/core/binding.hpp"
#include "provisioner/service/service.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/memory_api_server.hpp"
#include "tests/support/storage/own_cluster.hpp"
#include "tests/support/temporary_directory.hpp"

namespace nfs::testing {

/// The whole program but for signals and settings: its own threads, an API server in memory, a directory on disk.
struct Running {
  k8s::test::TemporaryDirectory directory;
  test::MemoryApiServer server;
  LogBook book;
  std::optional<Metrics> metrics;
  k8s::Term term{k8s::system_clock()};
  std::optional<Service> service;
  std::string mount = directory.path();

  Running() {
    k8s::Namespace name_space;
    name_space.meta.name = "team-a";
    name_space.meta.uid = "NS-UID";
    server.put(name_space);
    server.put(our_class());
  }

  void start(Binding binding = Binding::direct) {
    stand_by(binding);
    lead();
  }

  void lead() {
    term.hold();
    service->lead();
  }

  void stand_by(Binding binding = Binding::direct) {
    Options options;
    options.exports = {{"default", "nfs.example", "/data/nfs", mount}};
    options.provisioner = our_name;
    options.binding = binding;
    options.cluster.id = nfs::own_cluster;
    options.workers = 4;
    metrics.emplace(options.exports, "https://api.example:6443", k8s::system_clock());
    service.emplace(std::move(options), server, term, k8s::system_clock(), book.log(), *metrics);
    service->start();
  }

  [[nodiscard]] bool bound(std::string const& name) const {
    auto const claim = server.find<k8s::Claim>({"team-a", name});
    return claim && is_bound(*claim);
  }

  template <class Condition>
  [[nodiscard]] bool becomes(Condition condition) const {
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  // Events with that reason whose message holds `part`.
  [[nodiscard]] std::size_t told(std::string_view reason, std::string const& part) const {
    std::size_t count = 0;
    for (auto const& event : server.all<k8s::Event>()) {
      count += event.reason == reason && contains(event.message, part) ? 1U : 0U;
    }
    return count;
  }

  [[nodiscard]] bool stands(std::string const& path) const {
    return std::filesystem::exists(directory.path() + "/" + path);
  }
};

}  // namespace nfs::testing
