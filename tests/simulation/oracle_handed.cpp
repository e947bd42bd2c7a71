#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/places.hpp"

namespace nfs::simulation {

/// What is in a volume is its claim's from when people gave it the volume, as if that claim had written it.
void Oracle::note_handed_over() {
  for (auto const& [name, volume] : truth_.volumes()) {
    auto const& owner = volume.owner.uid;
    if (owner.empty() || volume.last.meta.name != name) continue;
    auto const before = std::exchange(holders_[name], owner);
    if (before.empty() || before == owner) continue;
    auto& hands = scene_.hands;
    if (hands.reserved_for(name, volume.owner.name_space + "/" + volume.owner.name)) hands.given[name].insert(owner);
    bool const restored = scene_.restored.contains(owner) || scene_.restored.contains(before);
    if (restored) scene_.restored.insert(owner);  // it has what the restore has left of the volume
    // Another object of that name: a watch that is behind has shown the program a claim that is gone.
    bool const made_anew = volume.earlier_owners.empty() && name == "pvc-" + owner;
    bool const by_people = hands.gave_to(name, owner) || hands.made_again.contains(volume.last.meta.uid);
    if (!restored && !made_anew && !by_people)
      return scene_.broken("a volume is given away by people alone",
                           fmt::format("{} from {} to {}", name, before, owner));
    for (auto& [token_name, token] : tokens_) {
      if (token.volume != name || !lies_below(token.path, volume.path)) continue;
      if (!token.claim_uid.empty()) token.claim_uid = owner;
      token.owner = owner;
      token.kept = false;
      token.archived = false;
    }
  }
}

/// By the name of its claim; where etcd's restore has brought an earlier claim back, by that of any claim that had it.
bool Oracle::is_archive_of(VolumeFacts const& volume, std::string const& archive) const {
  auto const named_after = [&](k8s::ObjectReference const& claim) {
    return archive_name(claim.name_space, claim.name, recorded_as(archive)) == archive;
  };
  if (named_after(volume.owner)) return true;
  return scene_.restored.contains(volume.owner.uid) && std::ranges::any_of(volume.earlier_owners, named_after);
}

/// The record says whose the volume was at its end. What is not known of the namespace is left out.
void Oracle::check_record(std::string const& archive, std::string const& volume) {
  auto const* facts = truth_.volume(volume);
  auto const* owner = facts == nullptr ? nullptr : truth_.claim(facts->owner.uid);
  if (owner == nullptr || scene_.restored.contains(facts->owner.uid)) return;
  auto const text = scene_.files.read_file(layout::record_of(recorded_as(archive)), layout::max_document_bytes);
  if (text.has_error()) return;
  auto const record = read_record(*text);
  if (record.has_error()) return;
  bool const namespace_right = record->namespace_uid.empty() || record->namespace_uid == owner->namespace_uid;
  if (record->claim_uid != owner->last.meta.uid || !namespace_right)
    scene_.broken("an archive says whose it is",
                  fmt::format("{} is of {}, namespace {}; its record says {}, namespace {}", archive,
                              claim_text(owner->last), owner->namespace_uid, record->claim_uid, record->namespace_uid));
}

}  // namespace nfs::simulation
