#pragma once

#include <optional>
#include <string>
#include <vector>

#include "k8s/base/log.hpp"
#include "k8s/leader/election.hpp"
#include "provisioner/controller/cluster_identity.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/settings.hpp"
#include "provisioner/web/listen_address.hpp"

namespace nfs {

/// What the program was asked to do, read and checked.
struct Options {
  std::vector<Export> exports;  ///< at least one
  std::string provisioner;
  std::string kubeconfig;  ///< paths separated by ':'; empty: in-cluster
  std::string context;     ///< of the kubeconfig; empty: its current one
  Binding binding = Binding::direct;
  int workers = 8;  ///< per export
  DirectoryDefaults directories;
  std::string trash_retention = std::string(default_trash_retention);  ///< "1h", or "0"
  ClusterChoice cluster;
  TakeOver take_over = TakeOver::ask;
  bool leader_election = true;
  k8s::ElectionTimes election;
  std::string lease_namespace;                ///< known once the API server is: see lease_namespace()
  std::string pod_namespace;                  ///< empty: not known to be in a pod
  std::optional<ListenAddress> http_address;  ///< of health, metrics and status page; nullopt: off
  k8s::LogLevel log_level = k8s::LogLevel::info;
  k8s::LogFormat log_format = k8s::LogFormat::text;
};

}  // namespace nfs
