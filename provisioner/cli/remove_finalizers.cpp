#include "provisioner/cli/remove_finalizers.hpp"

#include <fmt/format.h>

#include <ostream>

#include "k8s/leader/choose_lock.hpp"
#include "provisioner/base/counted.hpp"
#include "provisioner/cli/cluster_access.hpp"
#include "provisioner/cli/listing.hpp"
#include "provisioner/cli/live_leader.hpp"
#include "provisioner/controller/cluster_volumes.hpp"
#include "provisioner/controller/permissions.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/finalizer_removal.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

constexpr int most_tries = 5;

/// Empty: none that is known. A review that fails says nothing: the request itself will.
std::string missing_rights(k8s::Client& client, bool force) {
  std::vector<k8s::AccessQuestion> needed{{"list", "", "persistentvolumes", "", ""},
                                          {"patch", "", "persistentvolumes", "", ""}};
  if (!force) {
    needed.push_back({"list", "coordination.k8s.io", "leases", "", ""});
    needed.push_back({"list", "", "endpoints", "", ""});
  }
  std::string missing;
  for (auto const& question : needed) {
    auto const review = client.may_i(question, {});
    if (review.has_value() && !review->allowed) {
      missing += (missing.empty() ? "" : ", ") + to_string(question);
    }
  }
  return missing;
}

std::string claim_of(k8s::Volume const& volume) {
  return volume.claim_ref ? volume.claim_ref->name_space + "/" + volume.claim_ref->name : std::string();
}

std::string source_of(k8s::Volume const& volume) {
  auto const source = nfs_source(volume);
  return source ? source->server + ":" + source->path : std::string();
}

void show_plan(VolumeList const& held, std::string const& provisioner, Terminal& terminal) {
  Listing listing({{"VOLUME", "volume"}, {"PHASE", "phase"}, {"CLAIM", "claim"}, {"DIRECTORY", "directory"}});
  for (auto const& volume : held) {
    listing.row({volume->meta.name, volume->meta.deleting() ? "Terminating" : volume->phase, claim_of(*volume),
                 source_of(*volume)});
  }
  terminal.out << listing.table()
               << fmt::format(
                      "{} of provisioner {} {} the finalizer {}.\nTo take it off touches no directory: data "
                      "stays where it is. A volume that is Terminating goes at once. When a volume goes "
                      "without its finalizer, its directory is neither archived nor removed.\n",
                      counted(held.size(), "volume", "volumes"), provisioner, held.size() == 1 ? "carries" : "carry",
                      names::finalizer);
}

/// Empty: nobody leads.
k8s::Result<std::string> why_not_now(std::string const& provisioner, k8s::Client& client, k8s::Clock const& clock,
                                     Terminal& terminal) {
  auto const leader = find_live_leader(client, k8s::lock_name(provisioner), clock, [&](std::string const& lock) {
    terminal.error << "note: " << lock << " is held: looking whether its holder lives, which takes some seconds\n"
                   << std::flush;
  });
  if (leader.has_error()) {
    return leader.error();
  }
  if (leader->holder.empty()) {
    return std::string();
  }
  return fmt::format(
      "a program serves this provisioner: {} holds {}. It takes its finalizer off itself once a claim was deleted and "
      "the directory was dealt with, and puts it on again where it is missing. Uninstall it first, or scale it to 0; "
      "with --force it is done all the same",
      leader->holder, leader->lock);
}

/// The volume may change meanwhile: what is patched is what was looked at.
k8s::Result<bool> take_off(k8s::Volume volume, std::string const& provisioner, k8s::Client& client) {
  for (int tries = 1;; ++tries) {
    auto const patched = client.patch<k8s::Volume>(
        {{}, volume.meta.name}, k8s::PatchType::strategic,
        k8s::write_remove_finalizer(names::finalizer, {volume.meta.uid, volume.meta.resource_version}), {});
    if (patched.has_value()) {
      return true;
    }
    if (patched.error().not_found()) {
      return false;
    }
    // 422: the uid is another one.
    bool const has_changed = patched.error().conflict() || patched.error().has_code(422);
    if (!has_changed || tries == most_tries) {
      return patched.error();
    }
    auto now = client.get<k8s::Volume>({{}, volume.meta.name}, {});
    if (now.has_error() && !now.error().not_found()) {
      return now.error();
    }
    if (now.has_error() || now->meta.uid != volume.meta.uid || !is_held_by(*now, provisioner)) {
      return false;
    }
    volume = std::move(*now);
  }
}

int take_off_all(VolumeList const& held, std::string const& provisioner, k8s::Client& client, Terminal& terminal) {
  std::size_t done = 0;
  int status = 0;
  for (auto const& volume : held) {
    auto const taken = take_off(*volume, provisioner, client);
    if (taken.has_error()) {
      status = fail(terminal, taken.error().message);
    } else {
      ++done;
      terminal.out << fmt::format("{}: {}\n", volume->meta.name,
                                  *taken ? "the finalizer is off" : "nothing to do any more");
    }
  }
  terminal.out << fmt::format("{} of {} done.\n", done, held.size());
  return status;
}

}  // namespace

int remove_finalizers(RemovalArguments const& arguments, std::string const& provisioner, k8s::Client& client,
                      k8s::Clock const& clock, Terminal terminal) {
  if (auto const missing = missing_rights(client, arguments.force); !missing.empty()) {
    return fail(terminal, fmt::format("may not {}, in all namespaces: this verb needs it{}", missing,
                                      arguments.force ? "" : " (without leases and endpoints only with --force)"));
  }
  auto const volumes = list_cluster_volumes(client);
  if (volumes.has_error()) {
    return fail(terminal, volumes.error().message);
  }
  if (volumes->unreadable > 0) {
    terminal.error << fmt::format("note: {} cannot be read; nothing is done for {}\n",
                                  counted(volumes->unreadable, "volume", "volumes"),
                                  volumes->unreadable == 1 ? "it" : "them");
  }
  auto const chosen = held_volumes(volumes->all, provisioner, arguments.names);
  if (auto const* why = std::get_if<Refusal>(&chosen)) {
    return fail(terminal, why->message);
  }
  auto const& held = std::get<VolumeList>(chosen);
  if (held.empty()) {
    terminal.out << fmt::format("No volume of provisioner {} carries its finalizer.\n", provisioner);
    return 0;
  }
  show_plan(held, provisioner, terminal);
  if (!arguments.yes) {
    terminal.out << "Nothing was changed. To do it: the same with --yes.\n";
    return 0;
  }
  auto const why =
      arguments.force ? k8s::Result<std::string>(std::string()) : why_not_now(provisioner, client, clock, terminal);
  if (why.has_error() || !why->empty()) {
    return fail(terminal, why.has_error() ? why.error().message : *why);
  }
  return take_off_all(held, provisioner, client, terminal);
}

int run_remove_finalizers(RemovalArguments const& arguments, RemovalSettings const& settings,
                          k8s::Environment const& environment, Terminal terminal) {
  Options options;
  options.kubeconfig = settings.kubeconfig;
  options.context = settings.context;
  auto const transport = connect_for("remove-finalizers", options, environment);
  if (transport.has_error()) {
    return fail(terminal, transport.error().message);
  }
  k8s::Client client((*transport)->connect());
  return remove_finalizers(arguments, settings.provisioner, client, k8s::system_clock(), terminal);
}

}  // namespace nfs
