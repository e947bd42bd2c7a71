#include <fmt/format.h>

#include <algorithm>

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "provisioner/core/volume_body.hpp"
#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/places.hpp"

namespace nfs::simulation {

void Oracle::at_rest(Told const& told) {
  files_moved();
  for (auto const& [uid, claim] : truth_.claims())
    if (claim.exists) rest_of_claim(claim, told);
  for (auto const& [name, volume] : truth_.volumes())
    if (volume.exists) rest_of_volume(volume, told);
  rest_of_export();
}

void Oracle::rest_of_claim(ClaimFacts const& claim, Told const& told) {
  if (claim.last.meta.deleting())
    return scene_.broken("everything comes to its end", claim_text(claim.last) + " is still being deleted");
  if (claim.bound() || scene_.hands.gave.contains(claim.last.meta.uid) || !can_be_served(claim)) return;
  // kube-controller-manager has bound it to a volume that etcd's backup did not have.
  if (claim.last.phase == "Lost" && scene_.restored.contains(claim.last.meta.uid)) return;
  auto const at = told.find(claim.last.meta.uid);
  if (belongs_to_others(wanted_by(claim))) return rest_of_refused(claim, at == told.end() ? std::string() : at->second);
  if (at != told.end() && is_refused_data(claim)) return;
  // It may share a directory, whose archive another one asks for, and cannot have where data stands.
  if (at != told.end() && at->second.find("another volume is being made of it") != std::string::npos &&
      somebody_asks_for_an_archive(claim))
    return;
  scene_.broken("everything comes to its end", fmt::format("{} is {}{}", claim_text(claim.last), claim.last.phase,
                                                           at == told.end() ? "" : "; last said: " + at->second));
}

/// Data stands at its path of which no record tells, and its class does not adopt that. It may wait for another claim
/// that is refused it as well.
bool Oracle::is_refused_data(ClaimFacts const& claim) const {
  auto const* storage_class = truth_.storage_class(k8s::class_name(claim.last));
  if (storage_class == nullptr) return false;
  auto const parsed = parse_class_parameters(storage_class->parameters);
  if (adopts_unrecorded(std::get<ClassParameters>(parsed))) return false;
  auto const path = wanted_by(claim);
  return has_anybodys_at(path) ||
         std::ranges::any_of(others_, [&](Oracle const* each) { return each->has_anybodys_at(path); });
}

bool Oracle::has_anybodys_at(std::string const& path) const {
  return std::ranges::any_of(tokens_, [&](auto const& each) {
    auto const& token = each.second;
    return !token.gone && lies_below(token.path, path) && (token.claim_uid.empty() || was_left(token));
  });
}

bool Oracle::somebody_asks_for_an_archive(ClaimFacts const& but) const {
  return std::any_of(truth_.claims().begin(), truth_.claims().end(), [&](auto const& each) {
    auto const& other = each.second;
    return other.live() && !other.bound() && &other != &but &&
           k8s::find(other.last.meta.annotations, names::restore_from) != nullptr;
  });
}

/// Those for whom a refusal could be right are left out.
bool Oracle::can_be_served(ClaimFacts const& claim) const {
  if (claim.bound()) return true;
  if (!claim.last.volume_name.empty() && claim.last.volume_name != volume_name(claim.last)) {
    auto const* given = truth_.volume(claim.last.volume_name);
    return given != nullptr && given->exists && given->last.claim_ref &&
           given->last.claim_ref->uid == claim.last.meta.uid;
  }
  if (claim.last.data_source) return false;  // nobody has filled a volume for it
  auto const* storage_class = truth_.storage_class(k8s::class_name(claim.last));
  if (storage_class == nullptr) return !claim.last.volume_name.empty();
  if (k8s::find(claim.last.meta.annotations, names::restore_from) != nullptr) return false;
  auto const* own = truth_.volume(volume_name(claim.last));
  if (own != nullptr && own->exists) return !own->last.meta.deleting();
  auto const parameters = parse_class_parameters(storage_class->parameters);
  if (std::get<ClassParameters>(parameters).on_create == OnCreate::restore && release_is_stuck(claim)) return false;
  auto const path = wanted_by(claim);
  if (is_reserved(path, claim)) return false;
  // One that asks for an archive waits where data stands, and keeps the place.
  for (auto const& [uid, other] : truth_.claims())
    if (other.live() && !other.bound() && uid != claim.last.meta.uid &&
        k8s::find(other.last.meta.annotations, names::restore_from) != nullptr && overlaps(wanted_by(other), path))
      return false;
  return std::none_of(truth_.volumes().begin(), truth_.volumes().end(), [&](auto const& each) {
    auto const& volume = each.second;
    return volume.exists && overlaps(volume.path, path) && (volume.path != path || !could_share(claim, volume));
  });
}

/// A record says that the directory was kept in place for another claim, or left by an archive of another namespace.
bool Oracle::is_reserved(std::string const& path, ClaimFacts const& claim) const {
  auto const parsed = parse_class_parameters(truth_.storage_class(k8s::class_name(claim.last))->parameters);
  auto const sharing = std::get<ClassParameters>(parsed).shared_directory;
  return std::ranges::any_of(files_, [&](auto const& file) {
    if (!lies_below(file.first, std::string(layout::archives))) return false;
    auto const text = scene_.files.read_file(file.first, layout::max_document_bytes);
    if (text.has_error()) return false;
    auto const record = read_record(*text);
    if (record.has_error() || !overlaps(record->original_path, path)) return false;
    bool const of_name = record->claim_namespace == claim.last.meta.name_space;
    if (!record->in_place()) return !of_name && sharing != SharedDirectory::always;
    bool const same_namespace = of_name && record->namespace_uid == claim.namespace_uid;
    bool const own = same_namespace && record->claim_name == claim.last.meta.name;
    bool const shared =
        sharing == SharedDirectory::always || (sharing == SharedDirectory::same_namespace && same_namespace);
    return record->original_path != path || (!own && !shared);
  });
}

/// Its class lets it use the directory of that volume, too.
bool Oracle::could_share(ClaimFacts const& claim, VolumeFacts const& volume) const {
  auto const* storage_class = truth_.storage_class(k8s::class_name(claim.last));
  auto const parsed = parse_class_parameters(storage_class->parameters);
  auto const& parameters = std::get<ClassParameters>(parsed);
  auto const* holder = truth_.claim(volume.owner.uid);
  // What is kept is shared only where the namespace's uid could be read.
  bool const same = holder != nullptr && holder->exists && holder->namespace_uid == claim.namespace_uid;
  bool const released = storage_class->reclaim_policy == "Delete";
  auto const kept = released ? kept_for(parameters.on_delete, parameters.archive_retention) : std::nullopt;
  if (kept != kept_for(volume.last)) return false;  // the last one to go deals with the data of both
  return parameters.shared_directory == SharedDirectory::always ||
         (parameters.shared_directory == SharedDirectory::same_namespace && same);
}

/// The directory that its class gives to a claim; empty: none.
std::string Oracle::wanted_by(ClaimFacts const& claim) const {
  auto const* storage_class = truth_.storage_class(k8s::class_name(claim.last));
  if (storage_class == nullptr) return {};
  auto const parameters = parse_class_parameters(storage_class->parameters);
  auto const wanted = directory_of(claim.last, std::get<ClassParameters>(parameters));
  return std::get<RelativePath>(wanted).text();
}

/// Of a volume of the same name: its data is to come back, and cannot yet.
bool Oracle::release_is_stuck(ClaimFacts const& claim) const {
  return std::any_of(truth_.volumes().begin(), truth_.volumes().end(), [&](auto const& each) {
    auto const& volume = each.second;
    return volume.exists && volume.last.reclaim_policy == "Delete" && volume.last.claim_ref &&
           volume.last.claim_ref->name == claim.last.meta.name &&
           volume.last.claim_ref->name_space == claim.last.meta.name_space;
  });
}

void Oracle::rest_of_volume(VolumeFacts const& volume, Told const& told) {
  // Nobody's, until its next claim has it.
  if (!volume.last.claim_ref || volume.last.claim_ref->uid.empty()) return;
  auto const* claim = truth_.claim(volume.owner.uid);
  if (claim != nullptr && claim->exists) return;
  if (volume.last.reclaim_policy != "Delete" && !volume.last.meta.deleting()) return;
  // Nothing is moved from under others.
  for (auto const& [name, other] : truth_.volumes())
    if (other.exists && other.path != volume.path && overlaps(other.path, volume.path)) return;
  // Something else stands where its archive belongs, and people were told.
  auto const said = told.find(volume.last.meta.uid);
  if (stands(volume.path) && said != told.end() && said->second.find("stands there already") != std::string::npos)
    return;
  scene_.broken("everything comes to its end",
                fmt::format("volume {} is {}, policy {}, its claim is gone", volume.last.meta.name, volume.last.phase,
                            volume.last.reclaim_policy));
}

void Oracle::rest_of_export() {
  for (auto const& [path, what] : files_) {
    if (!lies_below(path, scene_.layout.creating())) continue;
    auto const name = path.substr(scene_.layout.creating().size() + 1);
    bool const wanted = std::any_of(truth_.claims().begin(), truth_.claims().end(), [&](auto const& each) {
      return volume_name(each.second.last) == name && each.second.exists && !each.second.bound();
    });
    // One that was never bound, and is kept or cannot be released yet: it is settled when that volume goes.
    auto const* kept = truth_.volume(name);
    bool const stays =
        kept != nullptr && kept->exists && (kept->last.reclaim_policy == "Retain" || kept->last.phase == "Released");
    if (!wanted && !stays) scene_.broken("no intent is left", fmt::format("{}: {}", path, what));
  }
  // One that was said not to be empty stays.
  for (auto const& [path, what] : files_)
    if (what.starts_with("directory") && !layout::is_private(path) && !path.starts_with(names::archive_prefix) &&
        is_empty(path) && !excuses_empty(path) && !others_excuse_empty(path))
      scene_.broken("nothing is left behind", "an empty directory at " + path);
  for (auto const& [name, token] : tokens_)
    if (!scene_.landed_late && !was_left(token) && !token.claim_uid.empty() && !token.gone && !token.in_trash &&
        !token.path.starts_with(names::archive_prefix) && !is_accounted_for(std::string(parent_of(token.path))) &&
        !is_kept_for_lost_volume(std::string(parent_of(token.path))))
      scene_.broken("what is released is dealt with", describe(name, token));
}

bool Oracle::excuses_empty(std::string const& directory) const {
  return scene_.leftovers_excused || scene_.landed_late || scene_.left_by_restore.contains(directory) ||
         is_accounted_for(directory) || is_kept_for_lost_volume(directory);
}

/// A record keeps it in place for a claim that a restore of etcd has changed, or will when what was lost is looked for:
/// whatever was made for that claim, and however far it came, its volume was lost. Or for a volume that people deleted
/// while it had no finalizer of ours, and nobody was there to release it. docs/behaviour.md#lost.
bool Oracle::is_kept_for_lost_volume(std::string const& directory) const {
  return std::ranges::any_of(files_, [&](auto const& file) {
    bool const archived = lies_below(file.first, std::string(layout::archives));
    if (!archived && !lies_below(file.first, scene_.layout.volumes())) return false;
    auto const text = scene_.files.read_file(file.first, layout::max_document_bytes);
    if (text.has_error()) return false;
    if (!archived) {
      auto const settled = read_intent(*text);
      return settled.has_value() && settled->path == directory && scene_.restored.contains(settled->claim_uid);
    }
    auto const record = read_record(*text);
    return record.has_value() && record->cluster_id == scene_.layout.id() && record->in_place() &&
           record->original_path == directory &&
           (scene_.restored.contains(record->claim_uid) || went_unguarded(record->volume));
  });
}

bool Oracle::went_unguarded(std::string const& volume) const {
  auto const* facts = truth_.volume(volume);
  return facts != nullptr && !facts->exists && facts->unguarded;
}

/// Of a volume, kept on purpose, still intended, or above one of these: what is above goes if it can.
bool Oracle::is_accounted_for(std::string const& directory) const {
  auto const of_volume = [&](auto const& each) {
    auto const& volume = each.second;
    if (lies_below(volume.path, directory)) return true;
    if (volume.exists && lies_below(directory, volume.path)) return true;  // its users' own
    return volume.path == directory && (volume.exists || volume.on_delete == "retain" || volume.was_kept);
  };
  auto const intended = [&](auto const& each) {
    return lies_below(each.first, scene_.layout.creating()) &&
           (each.second.find("\"" + directory + "\"") != std::string::npos ||
            each.second.find("\"" + directory + "/") != std::string::npos);
  };
  return std::any_of(truth_.volumes().begin(), truth_.volumes().end(), of_volume) ||
         std::any_of(files_.begin(), files_.end(), intended);
}

}  // namespace nfs::simulation
