#include "provisioner/core/claim_waits.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/core/data_source.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/scratch.hpp"
#include "provisioner/core/take_over.hpp"
#include "provisioner/core/text.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

using k8s::EventType;

// The populator has a volume made for a claim of its own, fills it, and hands it over. A volume from us would come
// before it, and be empty. The words are external-provisioner's.
Wait for_populator(k8s::Claim const& claim) {
  auto const& source = *claim.data_source;
  return {Reason::left_to_populator,
          {},
          EmitEvent{reference_to(claim), EventType::normal, std::string(names::provisioning),
                    "Assuming an external populator will provision the volume: data source " + quoted(source.name) +
                        " is of kind " + quoted(source.kind)}};
}

// Velero fills a volume, made for a claim of its own, and gives it to this one. Until then the selector keeps everybody
// else from serving it.
Wait for_recovery(k8s::Claim const& claim) {
  return {Reason::left_to_recovery,
          {},
          EmitEvent{reference_to(claim), EventType::normal, std::string(names::provisioning),
                    "Waiting for the volume that Velero fills for this claim (spec.selector " +
                        std::string(names::velero_restore) + ")"}};
}

struct Unknown {
  Reason reason;
  std::string message;
};

Unknown why_unknown(ArchiveKnowledge known) {
  switch (known) {
    case ArchiveKnowledge::complete:
    case ArchiveKnowledge::being_read:
      break;
    case ArchiveKnowledge::unreadable:
      return {
          Reason::archives_unreadable,
          "the archives on the export cannot be read, which is tried again: the claim is served once they are known"};
    case ArchiveKnowledge::too_many:
      return {Reason::archives_too_many,
              "there are more archives on the export than the program can keep in memory: ask an administrator to "
              "remove old ones (nfs-subdir-provisioner archives purge); the claim is served once they are known"};
  }
  return {Reason::archives_being_read,
          "the archives on the export are being read: the claim is served once they are known"};
}

// Nobody tells us when another cluster gives a directory up, nor when a record is removed.
constexpr std::chrono::milliseconds look_at_neighbours_every{std::chrono::minutes{1}};

// nullopt: no record keeps the directory for somebody else.
std::optional<Wait> for_reservation(ClaimView const& view, WantedPlace const& wanted) {
  auto const at = std::ranges::find_if(view.records_here, [&](ArchiveRecord const& record) {
    return reserves(record, wanted.path, wanted.asker, wanted.sharing);
  });
  if (at == view.records_here.end()) return std::nullopt;
  return Wait{Reason::directory_reserved,
              {},
              provisioning_failed(view.claim, cannot_provision(view) + reserved_text(wanted.path, *at, wanted.asker)),
              look_at_neighbours_every};
}

// nullopt: no other cluster has the directory.
std::optional<Wait> for_other_cluster(ClaimView const& view, RelativePath const& path, ExportView const& place,
                                      Settings const& settings) {
  auto const* holder = place.neighbours == nullptr ? nullptr : holder_of(path, settings.cluster.id, *place.neighbours);
  if (holder == nullptr) return std::nullopt;
  return Wait{Reason::directory_of_other_cluster,
              {},
              provisioning_failed(view.claim, cannot_provision(view) + held_by_text(path, *holder) +
                                                  take_over_hint(*holder, settings, place.now)),
              look_at_neighbours_every};
}

// nullopt: no cluster in whose place this one may be had a volume of the claim. Whoever asks for an archive, or begins
// empty in any case, does not wait.
std::optional<Wait> for_take_over(ClaimView const& view, ExportView const& place, Settings const& settings) {
  auto const& claim = view.claim;
  bool const asks = k8s::find(claim.meta.annotations, names::restore_from) != nullptr;
  if (settings.take_over == TakeOver::never || place.neighbours == nullptr || asks || is_scratch(claim)) {
    return std::nullopt;
  }
  auto const* forerunner = forerunner_of(claim, *place.neighbours, place.now);
  if (forerunner == nullptr) return std::nullopt;
  return Wait{Reason::take_over_undecided,
              {},
              provisioning_failed(claim, cannot_provision(view) + undecided_text(*forerunner, settings, place.now)),
              look_at_neighbours_every};
}

}  // namespace

EmitEvent provisioning_failed(k8s::Claim const& claim, std::string message) {
  return {reference_to(claim), EventType::warning, std::string(names::provisioning_failed), std::move(message)};
}

EmitEvent told_to_wait(k8s::Claim const& claim, std::string message) {
  return {reference_to(claim), EventType::normal, std::string(names::waiting), std::move(message)};
}

std::string cannot_provision(ClaimView const& view) {
  return "failed to provision volume with StorageClass \"" + view.storage_class->meta.name + "\": ";
}

std::optional<Wait> left_to_others(k8s::Claim const& claim) {
  if (claim.data_source && is_for_populator(*claim.data_source)) return for_populator(claim);
  bool const restored = claim.selector && claim.selector->match_labels.contains(names::velero_restore);
  return restored ? std::optional(for_recovery(claim)) : std::nullopt;
}

Wait for_release_of(k8s::Claim const& claim, std::string const& volume) {
  auto message = "the data of this name's earlier claim is in volume " + quoted(volume) +
                 ", which is about to be released: waiting for that";
  return {Reason::earlier_volume_going, volume, told_to_wait(claim, std::move(message))};
}

Wait for_archives(k8s::Claim const& claim, ArchiveKnowledge known) {
  auto unknown = why_unknown(known);
  auto const type = known == ArchiveKnowledge::being_read ? EventType::normal : EventType::warning;
  return {unknown.reason,
          {},
          EmitEvent{reference_to(claim), type, std::string(names::waiting_for_archives), std::move(unknown.message)}};
}

std::optional<Wait> for_others(ClaimView const& view, WantedPlace const& wanted, ExportView const& place,
                               Settings const& settings) {
  if (auto wait = for_reservation(view, wanted)) return wait;
  if (auto wait = for_other_cluster(view, wanted.path, place, settings)) return wait;
  return for_take_over(view, place, settings);
}

}  // namespace nfs
