#include <algorithm>
#include <utility>

#include "k8s/model/quantity.hpp"
#include "provisioner/core/binding.hpp"
#include "provisioner/core/claim_waits.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/core/expansion.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "provisioner/core/placement.hpp"
#include "provisioner/core/reservation.hpp"
#include "provisioner/core/scratch.hpp"
#include "provisioner/core/text.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

using k8s::EventType;

// The GA annotation wins over the beta one.
std::string handed_to(k8s::Claim const& claim) {
  for (auto const key : {names::storage_provisioner, names::beta_storage_provisioner})
    if (auto const* value = k8s::find(claim.meta.annotations, key)) return *value;
  return {};
}

std::string full_name(k8s::Claim const& claim) {
  return claim.meta.name_space + "/" + claim.meta.name;
}

Refuse refuse(k8s::Claim const& claim, std::string message, std::string for_volume = {}) {
  return Refuse{provisioning_failed(claim, std::move(message)), std::move(for_volume)};
}

bool takes_eagerly(ClaimView const& view, Settings const& settings) {
  return settings.binding == Binding::eager && settings.binds_itself() && view.storage_class != nullptr &&
         view.storage_class->provisioner == settings.provisioner && !view.storage_class->waits_for_consumer() &&
         !view.choosable_volume;
}

// docs/behaviour.md#claims: whose claim is it, and is it time? nullopt: ours, now.
std::optional<Decision> not_ours_now(ClaimView const& view, Settings const& settings) {
  auto const& claim = view.claim;
  if (claim.meta.deleting()) return LeaveAlone{Reason::claim_being_deleted};
  auto const provisioner = handed_to(claim);
  if (!provisioner.empty() && provisioner != settings.provisioner)
    return LeaveAlone{Reason::claim_for_other_provisioner, provisioner};
  auto const name = k8s::class_name(claim);
  if (name.empty()) return LeaveAlone{Reason::claim_without_class};
  if (provisioner.empty() && !takes_eagerly(view, settings)) return LeaveAlone{Reason::claim_not_handed_over};
  if (view.class_unreadable)
    return Wait{Reason::class_unreadable,
                {},
                provisioning_failed(
                    claim, "storageclass.storage.k8s.io \"" + name +
                               "\" cannot be read: mend it, or delete and recreate it; the claim is served then")};
  if (view.storage_class == nullptr)
    return Wait{Reason::class_missing,
                {},
                provisioning_failed(claim, "storageclass.storage.k8s.io \"" + name +
                                               "\" not found; the claim is served once there is one")};
  if (view.storage_class->provisioner != settings.provisioner)
    return LeaveAlone{Reason::class_of_other_provisioner, name + ", " + view.storage_class->provisioner};
  if (view.storage_class->waits_for_consumer()) {
    auto const* node = k8s::find(claim.meta.annotations, names::selected_node);
    if (node == nullptr || node->empty()) return LeaveAlone{Reason::no_consumer_yet};
  }
  return std::nullopt;
}

// What no volume of ours can be. Empty: nothing of the kind is asked for.
std::string unsupported(k8s::Claim const& claim, Settings const& settings) {
  if (claim.volume_mode == "Block") return settings.provisioner + " does not support block volume provisioning";
  if (claim.selector) return "claim Selector is not supported: take spec.selector off the claim";
  if (claim.data_source)
    return "a volume cannot be filled from " + claim.data_source->kind + " " + quoted(claim.data_source->name, 253) +
           ": data sources are not supported; take spec.dataSource off the claim";
  if (auto const& wanted = claim.volume_attributes_class; !wanted.empty())
    return "an NFS volume cannot have the attributes of VolumeAttributesClass " + quoted(wanted) +
           ": make the claim anew without spec.volumeAttributesClassName";
  if (!k8s::Quantity::parse(claim.requested_storage)) return "the claim requests no storage size";
  return {};
}

struct DirectoryOwner {
  std::uint32_t mode;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};

OrRefusal<DirectoryOwner> directory_owner(k8s::Claim const& claim, ClassParameters const& parameters,
                                          DirectoryDefaults const& defaults) {
  DirectoryOwner owner{parameters.directory_mode.value_or(defaults.mode),
                       parameters.directory_uid ? parameters.directory_uid : defaults.uid,
                       parameters.directory_gid ? parameters.directory_gid : defaults.gid};
  if (!parameters.allow_directory_annotations) return owner;
  auto const annotation = [&](std::string_view key) { return k8s::find(claim.meta.annotations, key); };
  auto const malformed = [](std::string_view key, std::string_view wanted) {
    return Refusal{"annotation " + std::string(key) + " must be " + std::string(wanted)};
  };
  if (auto const* text = annotation(names::directory_mode)) {
    auto const mode = parse_mode(*text);
    if (!mode) return malformed(names::directory_mode, "an octal mode between 0 and 7777");
    owner.mode = *mode;
  }
  if (auto const* text = annotation(names::directory_uid)) {
    owner.uid = parse_id(*text);
    if (!owner.uid) return malformed(names::directory_uid, "a user id between 0 and 4294967294");
  }
  if (auto const* text = annotation(names::directory_gid)) {
    owner.gid = parse_id(*text);
    if (!owner.gid) return malformed(names::directory_gid, "a group id between 0 and 4294967294");
  }
  return owner;
}

// A volume that is there already, made for this claim: what is missing until both are bound?
Decision finish(ClaimView const& view, Settings const& settings) {
  auto const& claim = view.claim;
  if (!made_for(*view.volume, claim))
    return refuse(claim,
                  "a volume named " + view.volume->meta.name +
                      " exists, but was not made for this claim; delete it if nobody needs it",
                  view.volume->meta.name);
  if (view.volume->meta.deleting()) return Wait{Reason::claims_volume_being_deleted, view.volume->meta.name};
  // We see the claim though it is going: its watch lags. Marked Bound again, the volume would have to be released
  // twice.
  if (view.volume->phase == "Released") return LeaveAlone{Reason::released_under_claim};
  Act act{Purpose::bind, {}};
  if (settings.binds_itself()) act.actions = binding_steps(claim, view.volume, settings);
  bool const bound_in_the_end = is_bound(claim) || !act.actions.empty();
  if (act.actions.empty() && is_bound(claim)) {
    act = {Purpose::grow, expansion_steps(claim, *view.volume, view.storage_class, settings)};
  }
  if (view.intent_pending && bound_in_the_end) {
    if (act.actions.empty()) act.purpose = Purpose::settle;
    act.actions.emplace_back(SettleIntent{volume_name(claim)});
  }
  if (act.actions.empty()) return LeaveAlone{is_bound(claim) ? Reason::bound : Reason::left_to_controller};
  return act;
}

// What a class and a claim together ask for.
struct Wanted {
  ClassParameters parameters;
  RelativePath path;
  DirectoryOwner owner;
  std::optional<FromArchive> from;
  Adopts adopts = Adopts::any;
};

OrRefusal<Wanted> wanted_by(ClaimView const& view, ClassParameters parameters, Settings const& settings) {
  auto path = directory_of(view.claim, parameters);
  if (auto* why = std::get_if<Refusal>(&path)) return std::move(*why);
  if (auto refusal = refused_pattern(parameters)) return std::move(*refusal);
  auto const owner = directory_owner(view.claim, parameters, settings.directories);
  if (auto const* why = std::get_if<Refusal>(&owner)) return *why;
  return Wanted{
      std::move(parameters), std::get<RelativePath>(std::move(path)), std::get<DirectoryOwner>(owner), {}, Adopts::any};
}

std::vector<Action> provisioning_steps(ClaimView const& view, Wanted const& wanted, ExportView const& place,
                                       Settings const& settings) {
  auto const& claim = view.claim;
  auto const name = volume_name(claim);
  auto const about = reference_to(claim);
  VolumePlan const plan{wanted.path, &place.where, place.id, view.namespace_uid, wanted.parameters};
  std::vector<Action> actions;
  actions.emplace_back(EmitEvent{about, EventType::normal, std::string(names::provisioning),
                                 "External provisioner is provisioning volume for claim \"" + full_name(claim) + "\"",
                                 true});
  actions.emplace_back(MakeDirectory{name, about, wanted.path, wanted.owner.mode, wanted.owner.uid, wanted.owner.gid,
                                     wanted.from, wanted.adopts, view.namespace_uid});
  actions.emplace_back(CreateVolume{make_volume(claim, *view.storage_class, plan, settings)});
  actions.emplace_back(EmitEvent{about, EventType::normal, std::string(names::provisioning_succeeded),
                                 "Successfully provisioned volume " + name});
  if (asks_to_begin_empty(claim))
    actions.emplace_back(
        EmitEvent{about, EventType::normal, std::string(names::volume_begins_empty),
                  begins_empty_text(claim, wanted.parameters, wanted.path, view.namespace_uid, view.archives,
                                    view.archives_known == ArchiveKnowledge::complete)});
  if (!settings.binds_itself()) return actions;
  for (auto& step : binding_steps(claim, nullptr, settings)) actions.push_back(std::move(step));
  actions.emplace_back(SettleIntent{name});
  return actions;
}

// May a directory be taken over that stands there, and that no volume holds against this claim? What was decided for it
// before says nothing: the export may have refused that. (What was begun by then is found there.)
Adopts what_is_adopted(ClaimView const& view, Wanted const& wanted, Asker const& asker,
                       std::vector<Occupancy::Entry> const& overlapping, ClaimExists const& claim_exists) {
  bool const held = std::ranges::any_of(overlapping, [&](Occupancy::Entry const& each) {
    bool const decided_before = each.occupant.claim_uid == asker.uid && each.occupant.motion == Motion::moves;
    return each.path == wanted.path && !decided_before && !is_over(each.occupant, claim_exists);
  });
  bool const kept = std::ranges::any_of(view.records_here, [&](ArchiveRecord const& record) {
    return was_kept_for(record, wanted.path, asker, wanted.parameters.shared_directory);
  });
  bool const of_one_volume = wanted.parameters.path_pattern.empty();
  bool const own = held || kept || of_one_volume;
  if (!own && !view.intent_pending && view.archives_known != ArchiveKnowledge::complete) return Adopts::none;
  if (asks_to_begin_empty(view.claim)) return Adopts::empty_as_asked;
  return own || adopts_unrecorded(wanted.parameters) ? Adopts::any : Adopts::empty;
}

// Whether what is to be moved away is a directory that a volume has, or lies above or below one.
bool is_in_use(std::string const& directory, Occupancy const& occupancy, ClaimExists const& claim_exists) {
  auto const parsed = RelativePath::parse_internal(directory);
  auto const* where = std::get_if<RelativePath>(&parsed);
  return where != nullptr && std::ranges::any_of(occupancy.overlapping(*where), [&](Occupancy::Entry const& each) {
           return !is_over(each.occupant, claim_exists);
         });
}

/// What the claim's volume begins with, or why it must not begin.
struct Beginning {
  std::optional<FromArchive> from = {};
  std::string refusal = {};     ///< empty: it may begin
  std::string for_volume = {};  ///< as Refuse has it
};

Beginning beginning_of(ClaimView const& view, Wanted const& wanted, Asker const& asker, ExportView const& place,
                       std::vector<Occupancy::Entry> const& overlapping, ClaimExists const& claim_exists) {
  auto data = initial_data_of(view.claim, wanted.parameters, wanted.path, view.namespace_uid, view.archives);
  if (auto const* why = std::get_if<Refusal>(&data)) return {.refusal = why->message};
  auto* from = std::get_if<FromArchive>(&data);
  if (from == nullptr) return {};
  auto const& archive = from->archive;
  // Nothing is moved then, and nobody loses anything by it.
  if (archive.archived_path == wanted.path.text()) return {.from = std::move(*from)};
  if (archive.in_place() && is_in_use(archive.original_path, place.occupancy, claim_exists)) return {};
  auto const shared = shared_with(asker, wanted.path, overlapping, claim_exists);
  if (!shared) return {.from = std::move(*from)};
  if (!from->asked_for) return {};
  return {.refusal = shared->message + ": archive " + quoted(archive.archived_path, 255) +
                     " cannot come back to it; take the annotation " + std::string(names::restore_from) + " off",
          .for_volume = shared->volume};
}

Decision provision(ClaimView const& view, ExportView const& place, Settings const& settings,
                   ClaimExists const& claim_exists) {
  auto const& claim = view.claim;
  auto const failure = [&](std::string const& why, std::string for_volume) {
    return refuse(claim, cannot_provision(view) + why, std::move(for_volume));
  };
  auto parsed = parse_class_parameters(view.storage_class->parameters);
  if (auto const* why = std::get_if<Refusal>(&parsed)) return failure(why->message, {});
  auto& parameters = std::get<ClassParameters>(parsed);
  parameters.cluster = directory_name(settings.cluster);
  auto const asker = asker_of(claim, *view.storage_class, parameters, view.namespace_uid, view.namespace_made_at);
  auto const earlier = place.occupancy.of_claim(asker.name_space, asker.name);
  if (wants_data_back(claim, parameters))
    if (auto const volume = release_under_way(asker, earlier, claim_exists)) return for_release_of(claim, *volume);
  auto checked = wanted_by(view, std::move(parameters), settings);
  if (auto const* why = std::get_if<Refusal>(&checked)) return failure(why->message, {});
  auto& wanted = std::get<Wanted>(checked);
  auto const overlapping = place.occupancy.overlapping(wanted.path);
  auto const verdict = may_use(asker, wanted.path, wanted.parameters.shared_directory, overlapping, claim_exists);
  if (auto const* held = std::get_if<PathHeld>(&verdict)) {
    if (!held->soon_free) return failure(held->message, held->volume);
    return Wait{Reason::directory_soon_free, held->volume, told_to_wait(claim, held->message)};
  }
  if (auto wait = for_others(view, {wanted.path, wanted.parameters.shared_directory, asker}, place, settings))
    return std::move(*wait);
  wanted.adopts = what_is_adopted(view, wanted, asker, overlapping, claim_exists);
  bool const begins_empty = is_scratch(claim) || asks_to_begin_empty(claim);
  bool const wants_data = wants_data_back(claim, wanted.parameters) || (view.has_taken_over && !begins_empty);
  if (wants_data && view.archives_known != ArchiveKnowledge::complete) return for_archives(claim, view.archives_known);
  auto beginning = beginning_of(view, wanted, asker, place, overlapping, claim_exists);
  if (!beginning.refusal.empty()) return failure(beginning.refusal, std::move(beginning.for_volume));
  wanted.from = std::move(beginning.from);
  return Act{Purpose::provision, provisioning_steps(view, wanted, place, settings),
             Taken{wanted.path, reference_to(claim)}};
}

// The claim went elsewhere after we had made a volume for it: ours was never used.
Decision bound_elsewhere(ClaimView const& view, ExportView const& place, ClaimExists const& claim_exists) {
  auto const& volume = *view.volume;
  if (!view.intent_pending || volume.meta.deleting()) return LeaveAlone{Reason::bound_elsewhere};
  auto const placement = placement_of(volume, {{place.where, place.id}});
  auto const* directory = placement.directory();
  auto path = directory == nullptr ? std::nullopt : std::optional(directory->path);
  // Whoever shares the directory has it from now on.
  auto const overlapping = path ? place.occupancy.overlapping(*path) : std::vector<Occupancy::Entry>{};
  bool const shared = std::ranges::any_of(overlapping, [&](Occupancy::Entry const& each) {
    return each.occupant.volume != volume.meta.name && !is_over(each.occupant, claim_exists);
  });
  if (shared) return Act{Purpose::settle, {SettleIntent{volume.meta.name}}};
  Act act{Purpose::undo,
          {UndoDirectory{volume.meta.name}, DeleteVolume{volume.meta.name, volume.meta.uid},
           RemoveFinalizer{volume.meta.name, volume.meta.uid}}};
  if (path) act.takes = Taken{std::move(*path), volume.claim_ref.value_or(k8s::ObjectReference{})};
  return act;
}

bool is_ours_already(ClaimView const& view, Settings const& settings) {
  return view.volume != nullptr && made_for(*view.volume, view.claim) &&
         provisioned_by(*view.volume, settings.provisioner);
}

bool went_elsewhere(k8s::Claim const& claim) {
  return !claim.volume_name.empty() && claim.volume_name != volume_name(claim);
}

bool had_its_volume(k8s::Claim const& claim) {
  return is_bound(claim) || claim.phase == "Lost";
}

}  // namespace

bool is_to_be_made(ClaimView const& view, Settings const& settings) {
  return view.volume == nullptr && !went_elsewhere(view.claim) && !had_its_volume(view.claim) &&
         !not_ours_now(view, settings) && !left_to_others(view.claim);
}

Decision decide_claim(ClaimView const& view, ExportView const& place, Settings const& settings,
                      ClaimExists const& claim_exists) {
  auto const& claim = view.claim;
  if (went_elsewhere(claim)) {
    if (is_ours_already(view, settings)) return bound_elsewhere(view, place, claim_exists);
    return LeaveAlone{Reason::claim_for_other_volume, claim.volume_name};
  }
  if (is_ours_already(view, settings) && !claim.meta.deleting()) return finish(view, settings);
  if (had_its_volume(claim)) return LeaveAlone{Reason::bound_without_our_volume};
  if (auto decision = not_ours_now(view, settings)) return *decision;
  if (auto wait = left_to_others(claim)) return std::move(*wait);
  if (auto const reason = unsupported(claim, settings); !reason.empty()) return refuse(claim, reason);
  if (view.volume != nullptr) return finish(view, settings);
  if (place.id.empty()) return Wait{Reason::export_not_identified};
  return provision(view, place, settings, claim_exists);
}

}  // namespace nfs
