#include <fmt/format.h>

#include <algorithm>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/places.hpp"

// What is promised to clusters that share an export. docs/behaviour.md#clusters.
namespace nfs::simulation {

/// An effect came late: in whichever cluster, others were given what it then moved.
bool Oracle::landed_late() const {
  return scene_.landed_late ||
         std::any_of(others_.begin(), others_.end(), [](auto const* each) { return each->scene_.landed_late; });
}

/// No record tells of it: upstream's, or an administrator's, or what was left where people deleted a volume by hand, or
/// a restore of etcd took it away. A class may let its claims have what stands at their paths.
bool Oracle::is_anybodys(Token const& token) const {
  if (token.claim_uid.empty()) return token.restorable;
  auto const in_use = [&](auto const& each) {
    return lies_below(token.path, each.second.path) && bound_holder_of(each.first, each.second) != nullptr;
  };
  bool const recorded = std::any_of(truth_.volumes().begin(), truth_.volumes().end(), in_use);
  return was_left(token) && !recorded;
}

/// Where people deleted a volume by hand, or a restore of etcd has changed one or taken it away.
bool Oracle::was_left(Token const& token) const {
  auto const holds = [&](auto const& directory) { return lies_below(token.path, directory); };
  return std::any_of(scene_.left_by_hand.begin(), scene_.left_by_hand.end(), holds) ||
         std::any_of(scene_.left_by_restore.begin(), scene_.left_by_restore.end(), holds);
}

/// A program of another cluster has moved it, to this path, or removed it; true: it is that one's from now on, or that
/// was excused.
bool Oracle::others_moved(std::string const& name, Token& token, std::string const& path) {
  if (is_anybodys(token)) {
    give_to_others(name, token, path);
    token.gone = true;
    token.given = true;
    return true;
  }
  if (landed_late()) return false;
  scene_.broken("what another cluster has is left alone", describe(name, token) + ", was moved or removed");
  return true;
}

/// It was adopted there, and is at this path by now: what that comes to is asked as of what they have.
void Oracle::give_to_others(std::string const& name, Token const& token, std::string const& path) {
  auto& other = *others_.front();
  auto adopted = token;
  adopted.claim_uid.clear();
  adopted.owner.clear();
  adopted.volume.clear();
  adopted.restorable = true;
  adopted.kept = true;
  auto& theirs = other.tokens_.insert_or_assign(name, std::move(adopted)).first->second;
  bool const before = std::exchange(other.moved_by_others_, false);
  other.follow(name, theirs, path);
  other.moved_by_others_ = before;
}

void Oracle::check_others() const {
  if (others_.empty() || landed_late()) return;
  for (auto const& [name, volume] : truth_.volumes()) {
    auto const* claim = bound_holder_of(name, volume);
    if (claim == nullptr) continue;
    for (auto const* other : others_) {
      check_others_tokens(*claim, volume, *other);
      check_others_directories(*claim, volume, *other);
    }
  }
}

/// The claim that is bound to it, whatever etcd's restore has left as it was.
ClaimFacts const* Oracle::bound_holder_of(std::string const& name, VolumeFacts const& volume) const {
  auto const* claim = volume.exists && volume.last.claim_ref ? truth_.claim(volume.last.claim_ref->uid) : nullptr;
  bool const bound = claim != nullptr && claim->bound() && claim->last.volume_name == name;
  return bound && !scene_.restored.contains(claim->last.meta.uid) ? claim : nullptr;
}

void Oracle::check_others_tokens(ClaimFacts const& claim, VolumeFacts const& volume, Oracle const& other) const {
  for (auto const& [name, token] : other.tokens_) {
    if (token.gone || token.claim_uid.empty() || !lies_below(token.path, volume.path)) continue;
    if (other.is_anybodys(token)) continue;
    scene_.broken("no claim sees data of another cluster",
                  fmt::format("{} sees {}", claim_text(claim.last), other.describe(name, token)));
  }
}

void Oracle::check_others_directories(ClaimFacts const& claim, VolumeFacts const& volume, Oracle const& other) const {
  for (auto const& [name, theirs] : other.truth_.volumes()) {
    if (!overlaps(volume.path, theirs.path)) continue;
    auto const* rival = other.bound_holder_of(name, theirs);
    if (rival == nullptr) continue;
    scene_.broken("no directory serves claims of two clusters",
                  fmt::format("{} and {} have {} and {}", claim_text(claim.last), claim_text(rival->last), volume.path,
                              theirs.path));
  }
}

/// A claim waits for what another cluster has, and people know.
void Oracle::rest_of_refused(ClaimFacts const& claim, std::string const& told) const {
  bool const says_so = told.find("belongs to cluster") != std::string::npos ||
                       told.find("is being made by cluster") != std::string::npos;
  if (!says_so) scene_.broken("who waits for another cluster is told", claim_text(claim.last) + " was told: " + told);
}

bool Oracle::others_excuse_empty(std::string const& directory) const {
  return std::any_of(others_.begin(), others_.end(), [&](auto const* each) { return each->excuses_empty(directory); });
}

/// By what another cluster's records say: of directories in use, kept in place, being made, and those that archives
/// came from.
bool Oracle::belongs_to_others(std::string const& path) const {
  auto const says_so = [&](Oracle const& other, std::string const& file) {
    auto const text = scene_.files.read_file(file, layout::max_document_bytes);
    if (text.has_error()) return false;
    auto const& theirs = other.scene_.layout;
    if (lies_below(file, theirs.creating()) || lies_below(file, theirs.volumes())) {
      auto const intent = read_intent(*text);
      return intent.has_value() && overlaps(intent->path, path);
    }
    if (!lies_below(file, std::string(layout::archives))) return false;
    auto const record = read_record(*text);
    return record.has_value() && record->cluster_id == theirs.id() && overlaps(record->original_path, path);
  };
  return std::any_of(others_.begin(), others_.end(), [&](Oracle const* other) {
    return std::ranges::any_of(files_, [&](auto const& file) { return says_so(*other, file.first); });
  });
}

}  // namespace nfs::simulation
