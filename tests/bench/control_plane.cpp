#include "tests/bench/control_plane.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace nfs::bench {
namespace {

namespace fs = std::filesystem;

constexpr auto audit_policy = R"(apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: Metadata, users: [provisioner]}
  - {level: None}
)";

fs::path fresh_directory() {
  auto pattern = (fs::temp_directory_path() / "nfs-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
  return pattern;
}

std::string variables(Limits limits, fs::path const& directory) {
  std::string const lifted = "--kube-api-qps 1000 --kube-api-burst 2000";
  auto const text = directory.string();
  return fmt::format(
      "OWNER_PID={} KCM_FLAGS='{}' APISERVER_FLAGS='--audit-policy-file {}/audit.yaml --audit-log-path {}/audit.log'",
      ::getpid(), limits == Limits::lifted ? lifted : "", text, text);
}

}  // namespace

ControlPlane::ControlPlane(Limits limits) : directory_(fresh_directory()) {
  std::ofstream(directory_ / "audit.yaml") << audit_policy;
  auto const line =
      fmt::format("{} '{}' up '{}'", variables(limits, directory_), BENCH_CLUSTER_SH, directory_.string());
  if (std::system(("env " + line).c_str()) == 0) return;  // NOLINT(concurrency-mt-unsafe): POSIX lets threads call it
  throw std::runtime_error{"no control plane; its logs are in " + (directory_ / "log").string()};
}

ControlPlane::~ControlPlane() {
  try {
    run("down", "");
    fs::remove_all(directory_);
  } catch (std::exception const& error) {
    std::cerr << "a control plane may be left: " << error.what() << "\n";
  }
}

std::string ControlPlane::kubeconfig(std::string const& user) const {
  return (directory_ / (user + ".kubeconfig")).string();
}

void ControlPlane::run(std::string const& verb, std::string const& more) const {
  auto const line = fmt::format("'{}' {} '{}' {}", BENCH_CLUSTER_SH, verb, directory_.string(), more);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): POSIX lets threads call it.
  if (std::system(line.c_str()) != 0) throw std::runtime_error{"failed: " + line};
}

}  // namespace nfs::bench
