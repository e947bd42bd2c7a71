#include <fmt/format.h>

#include <algorithm>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/places.hpp"

namespace nfs::simulation {

void Oracle::check_new_volumes() {
  for (auto const& [name, volume] : truth_.volumes()) {
    // Under its name alone: it may have been made again, and another claim's be by now.
    if (volume.last.meta.name != name || !volume.last.claim_ref || !checked_volumes_.insert(name).second) continue;
    auto const* claim = truth_.claim(volume.last.claim_ref->uid);
    if (claim == nullptr) continue;
    check_policy(*claim, volume);
    check_restored(name, *claim, volume);
  }
}

/// What will be done with its data is what its class has said since the claim was made, however late that was seen.
void Oracle::check_policy(ClaimFacts const& claim, VolumeFacts const& volume) {
  if (scene_.class_unreadable || truth_.was_policy(claim, volume.on_delete)) return;
  scene_.broken("a volume is made as its class says",
                fmt::format("{} has policy {}", claim_text(claim.last), volume.on_delete));
}

/// A volume that began empty although there was data of its claim's name to be given back.
void Oracle::check_restored(std::string const& name, ClaimFacts const& claim, VolumeFacts const& volume) {
  if (claim.asked_to_restore || scene_.landed_late) return;
  // A restore of etcd took the claim away while its volume was made: nobody uses that.
  if (!claim.exists && scene_.restored.contains(claim.last.meta.uid)) return;
  if (!truth_.always_restored(volume.last.storage_class_name) || !is_empty(volume.path)) return;
  if (is_used_by_others(volume.path, name)) return;
  bool const left = scene_.not_removed.contains(volume.path) || scene_.left_by_restore.contains(volume.path);
  if (left || was_kept_at(volume.path, name)) return;  // what stands comes first
  auto const given = archive_given_to(name);           // empty itself, maybe: the newest is what comes back
  auto const passed_over = [&](std::string const& what) {
    scene_.broken("data comes back", fmt::format("{} began empty, {}", claim_text(claim.last), what));
  };
  for (auto const& archive : claim.archives_before) {
    auto const from = archived_from_.find(archive);
    if (from == archived_from_.end() || !archives_.contains(archive) || is_newer(given, archive)) continue;
    if (is_to_come_back(truth_.volume(from->second), claim, volume)) passed_over(archive + " was there");
  }
  for (auto const& [token_name, token] : tokens_)
    if (!is_newer(given, token.path.substr(0, token.path.find('/'))) &&
        is_to_come_back(holder_of(token), claim, volume))
      passed_over(describe(token_name, token));
}

/// The archive that a volume was made of, by its intent; empty: none.
std::string Oracle::archive_given_to(std::string const& volume) const {
  for (auto const& path : {scene_.layout.intent_of(volume), scene_.layout.volume_of(volume)}) {
    auto const text = scene_.files.read_file(path, layout::max_document_bytes);
    if (text.has_error()) continue;
    if (auto const intent = read_intent(*text); intent.has_value()) return intent->restored_path;
  }
  return {};
}

/// Both were archives, and `archive` is the later one by its record.
bool Oracle::is_newer(std::string const& archive, std::string const& than) const {
  auto const one = archive_times_.find(archive);
  auto const other = archive_times_.find(than);
  return one != archive_times_.end() && other != archive_times_.end() && one->second > other->second;
}

/// The volume that a token's archive was made of, or that it still lies in though its claim is gone.
VolumeFacts const* Oracle::holder_of(Token const& token) const {
  if (token.gone || token.in_trash || token.claim_uid.empty()) return nullptr;
  if (token.path.starts_with(names::archive_prefix)) {
    auto const from = archived_from_.find(token.path.substr(0, token.path.find('/')));
    return from == archived_from_.end() ? nullptr : truth_.volume(from->second);
  }
  auto const* volume = truth_.volume(token.volume);
  // One that was made again comes as a surprise, until its new claim has it or it is an archive.
  bool const again = volume != nullptr && scene_.hands.made_again.contains(volume->last.meta.uid) &&
                     !scene_.hands.gave_to(token.volume, volume->owner.uid);
  bool const holds = volume != nullptr && volume->exists && !again && lies_below(token.path, volume->path);
  // So does one that etcd's restore took back to an earlier claim: a watch that is behind shows it as the later one's.
  if (holds && was_taken_back(*volume)) return nullptr;
  auto const* claim = holds ? truth_.claim(volume->owner.uid) : nullptr;
  return claim == nullptr || claim->exists ? nullptr : volume;
}

bool Oracle::was_taken_back(VolumeFacts const& volume) const {
  auto const is_owner = [&](k8s::ObjectReference const& earlier) { return earlier.uid == volume.owner.uid; };
  return scene_.restored.contains(volume.owner.uid) && std::ranges::any_of(volume.earlier_owners, is_owner);
}

/// Whether what `earlier` held is, by its record, for the claim of `volume`: waiting, or about to be an archive.
bool Oracle::is_to_come_back(VolumeFacts const* earlier, ClaimFacts const& claim, VolumeFacts const& volume) const {
  if (earlier == nullptr || earlier == &volume || earlier->was_kept || earlier->on_delete != "archive") return false;
  auto const* owner = truth_.claim(earlier->owner.uid);
  auto const* uid = k8s::find(volume.last.meta.annotations, names::namespace_uid);
  auto const* earlier_uid = k8s::find(earlier->last.meta.annotations, names::namespace_uid);
  if (owner == nullptr || uid == nullptr || earlier_uid == nullptr) return false;
  auto const* noted = k8s::find(earlier->last.meta.annotations, names::claim_uid);
  // It went before anybody had noted whose it was: whether its namespace was this one may not be known.
  bool const handed = volume_name(owner->last) != earlier->last.meta.name;
  if (handed && (noted == nullptr || *noted != earlier->owner.uid)) return false;
  if (handed ? owner->namespace_uid != claim.namespace_uid : *uid != *earlier_uid) return false;
  if (earlier->last.storage_class_name != volume.last.storage_class_name) return false;
  if (owner->last.meta.name_space != claim.last.meta.name_space) return false;
  if (owner->last.meta.name == claim.last.meta.name) return true;
  // What the claim itself had elsewhere comes before the directory that it may share.
  return archive_given_to(volume.last.meta.name).empty() && earlier->path == volume.path &&
         truth_.always_shared(volume.last.storage_class_name);
}

bool Oracle::is_used_by_others(std::string const& path, std::string const& but) const {
  return std::any_of(truth_.volumes().begin(), truth_.volumes().end(), [&](auto const& each) {
    return each.first != but && each.second.exists && each.second.path == path;
  });
}

bool Oracle::was_kept_at(std::string const& path, std::string const& but) const {
  return std::any_of(truth_.volumes().begin(), truth_.volumes().end(), [&](auto const& each) {
    auto const& volume = each.second;
    return each.first != but && volume.path == path && (volume.was_kept || volume.on_delete == "retain");
  });
}

bool Oracle::is_empty(std::string const& directory) const {
  auto const listed = scene_.files.list(directory, 1);
  return listed.has_value() && listed->empty();
}

}  // namespace nfs::simulation
