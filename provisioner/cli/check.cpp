#include "provisioner/cli/check.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "k8s/auth/transport.hpp"
#include "k8s/leader/choose_lock.hpp"
#include "provisioner/cli/check_export.hpp"
#include "provisioner/cli/check_marker.hpp"
#include "provisioner/cli/cluster_access.hpp"
#include "provisioner/controller/permissions.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "provisioner/core/upstream_class.hpp"

namespace nfs {
namespace {

void check_permissions(k8s::Client& client, Options const& options, CheckReport& report) {
  auto const permissions = ask_permissions(client, options.binding, {});
  if (permissions.has_error()) return report.wrong("permissions", permissions.error().message);
  for (auto const& need : permissions->missing) {
    auto const line = fmt::format("may not {}: {}", to_string(need.question), need.without);
    need.feature == nullptr ? report.wrong("permissions", line) : report.note("permissions", line);
  }
  if (permissions->missing.empty()) report.fine("permissions", "everything that is needed is allowed");
}

// Without a Lease the older lock on Endpoints is held, where that is allowed; without either nobody leads.
void check_lease(k8s::Client& client, std::string const& name_space, CheckReport& report) {
  auto const choice = k8s::choose_lock(client, name_space, {});
  if (choice.has_error()) return report.wrong("leader election", choice.error().message);
  constexpr auto wanted = "get, create, update and watch on leases.coordination.k8s.io";
  if (choice->kind == k8s::LockKind::none)
    return report.wrong("leader election", fmt::format("may not hold a lock in namespace {}, so nothing would be done: "
                                                       "grant {}, or set ENABLE_LEADER_ELECTION=false",
                                                       name_space, wanted));
  if (choice->kind == k8s::LockKind::endpoints)
    return report.note("leader election", fmt::format("holds a lock on Endpoints in namespace {}; for a Lease grant {}",
                                                      name_space, wanted));
  if (!choice->may_follow)
    return report.note("leader election", fmt::format("may not watch leases in namespace {}: a standby sees at its "
                                                      "next look that its turn has come",
                                                      name_space));
  report.fine("leader election", fmt::format("may hold a Lease in namespace {}", name_space));
}

// Why each claim of a class of these parameters is refused; nullopt: none is.
std::optional<Refusal> refused_class(k8s::StringMap const& class_parameters) {
  auto const parameters = parse_class_parameters(class_parameters);
  if (auto const* why = std::get_if<Refusal>(&parameters)) return *why;
  return refused_pattern(std::get<ClassParameters>(parameters));
}

void check_classes(k8s::Client& client, Options const& options, CheckReport& report) {
  int ours = 0;
  auto const take = [&](std::string_view item) -> k8s::Result<void> {
    auto storage_class = k8s::read<k8s::StorageClass>(item);
    if (storage_class.has_error()) return storage_class.error();
    if (storage_class->provisioner != options.provisioner) return {};
    read_as_upstream(*storage_class);
    ++ours;
    auto const subject = fmt::format("class {}", storage_class->meta.name);
    if (auto const refusal = refused_class(storage_class->parameters))
      report.wrong(subject, refusal->message);
    else
      report.fine(subject, "its parameters are understood");
    return {};
  };
  auto const listed = client.list_all(k8s::kind_of<k8s::StorageClass>(), take, {});
  if (listed.has_error()) return report.wrong("classes", listed.error().message);
  if (ours == 0) report.note("classes", fmt::format("no StorageClass names provisioner {} yet", options.provisioner));
}

// Whether each export is what the volumes expect there.
void check_volumes(k8s::Client& client, Options const& options, CheckReport& report) {
  auto const volumes = list_cluster_volumes(client);
  if (volumes.has_error()) return report.wrong("volumes", volumes.error().message);
  std::vector<std::string> ids;
  for (auto const& where : options.exports) ids.push_back(marker_id(*open_file_system(where.mount)));
  check_distinct(options.exports, ids, report);
  for (auto const& where : options.exports) {
    auto const files = open_file_system(where.mount);
    if (files->status("").has_error()) continue;  // check_export has said so
    check_marker(where, expected_on(where, volumes->all, options.provisioner, ids), *files, report);
  }
  check_places(*volumes, options.exports, ids, options.provisioner, report);
}

void check_server(Options const& options, k8s::Environment const& environment, CheckReport& report) {
  auto access = cluster_access(options, environment);
  if (access.has_error()) return report.wrong("API server", access.error().message);
  for (auto const& warning : access->warnings) report.note("API server", warning);
  auto const server = access->server;
  auto const name_space = lease_namespace(options, *access);
  auto transport = k8s::make_transport(std::move(*access), "nfs-subdir-provisioner/check");
  if (transport.has_error()) return report.wrong("API server", transport.error().message);
  k8s::Client client((*transport)->connect());
  auto const version = client.server_version({});
  if (version.has_error()) return report.wrong("API server", version.error().message);
  report.fine("API server", fmt::format("{} is Kubernetes {}.{}", server, version->major, version->minor));
  check_permissions(client, options, report);
  if (options.leader_election) check_lease(client, name_space, report);
  check_classes(client, options, report);
  check_volumes(client, options, report);
}

}  // namespace

std::string check_verdict(int failures) {
  if (failures == 0) return "Ready to serve.\n";
  return fmt::format("Not ready to serve: {} {} above.\n", failures, failures == 1 ? "problem" : "problems");
}

int run_check(Options const& options, k8s::Environment const& environment) {
  CheckReport report;
  for (auto const& where : options.exports) {
    auto const files = open_file_system(where.mount);
    check_export(where, *files, report);
  }
  check_server(options, environment, report);
  std::fputs(report.text().c_str(), stdout);
  std::fputs(check_verdict(report.failures()).c_str(), stdout);
  return report.failures() == 0 ? 0 : 1;
}

}  // namespace nfs
