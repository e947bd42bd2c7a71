#include "provisioner/core/occupancy.hpp"

#include <algorithm>
#include <compare>
#include <optional>
#include <utility>

#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

int rank(char byte) {
  return byte == '/' ? -1 : static_cast<unsigned char>(byte);
}

std::string key_of(std::string_view name_space, std::string_view name) {
  return std::string(name_space) + "/" + std::string(name);
}

// A tenant may ask for a directory above thousands of others': one of them is reason enough to say no.
constexpr std::size_t most_below = 100;

enum class State { live, kept, soon_free, over };

State state_of(Occupant const& occupant, ClaimExists const& claim_exists) {
  if (occupant.claim_uid.empty() || claim_exists(occupant.claim_uid)) return State::live;
  if (is_over(occupant, claim_exists)) return State::over;
  if (occupant.deletes || occupant.goes_elsewhere) return State::soon_free;
  return occupant.unreadable ? State::live : State::kept;
}

bool shares(SharedDirectory sharing, bool same_namespace) {
  return sharing == SharedDirectory::always || (sharing == SharedDirectory::same_namespace && same_namespace);
}

/// One asker and one occupant.
struct Meeting {
  Asker const& asker;
  RelativePath const& path;
  Occupancy::Entry const& entry;
  State state;

  [[nodiscard]] bool of_that_name() const { return entry.occupant.claim_namespace == asker.name_space; }
  [[nodiscard]] bool same_claim() const { return of_that_name() && entry.occupant.claim_name == asker.name; }
  // A namespace that is older than a volume of a claim in it is the one in which that claim was.
  [[nodiscard]] bool same_life_of_namespace() const {
    auto const& occupant = entry.occupant;
    if (!occupant.namespace_uid.empty()) return occupant.namespace_uid == asker.namespace_uid;
    return !asker.namespace_made_at.empty() && asker.namespace_made_at < occupant.made_at;
  }
  // That of a claim which is there cannot have been made anew since.
  [[nodiscard]] bool same_namespace() const {
    return of_that_name() && (state != State::kept || same_life_of_namespace());
  }
  [[nodiscard]] bool is_own_earlier() const {
    return state == State::kept && same_claim() && (same_life_of_namespace() || asker.across_namespace_uid);
  }
  [[nodiscard]] bool same_retention() const { return entry.occupant.kept_for == asker.kept_for; }
  [[nodiscard]] bool equal() const { return entry.path == path; }
};

enum class Block { none, momentary, lasting };

bool may_share(Meeting const& meeting, SharedDirectory sharing) {
  return shares(sharing, meeting.same_namespace()) && meeting.same_retention();
}

Block block_of(Meeting const& meeting, SharedDirectory sharing) {
  if (meeting.state == State::over) return Block::none;
  if (meeting.state == State::soon_free) return Block::momentary;
  if (!meeting.equal()) return Block::lasting;
  if (!meeting.is_own_earlier() && !may_share(meeting, sharing)) return Block::lasting;
  return meeting.entry.occupant.motion == Motion::moves ? Block::momentary : Block::none;
}

std::string relation(Meeting const& meeting) {
  if (meeting.equal()) return "is used by ";
  return meeting.entry.path.contains(meeting.path) ? "lies inside the directory of " : "holds the directory of ";
}

std::string holder(Meeting const& meeting) {
  if (!meeting.same_namespace()) return "a volume that belongs to no claim of this namespace";
  auto const& occupant = meeting.entry.occupant;
  auto const path = meeting.equal() ? "" : " at " + quoted(meeting.entry.path.text(), 120);
  return "volume " + quoted(occupant.volume) + " of claim " + quoted(occupant.claim_name) + path;
}

std::string what_to_do(Meeting const& meeting, SharedDirectory sharing) {
  std::string const kept =
      meeting.state == State::kept ? "which is kept though its claim is gone: delete the volume, or " : "";
  if (!meeting.equal()) {
    return kept + "choose a directory neither inside nor above another (class parameter pathPattern)";
  }
  auto const other = kept + "choose another directory (class parameter pathPattern) or ";
  if (meeting.state == State::kept && meeting.same_claim() && !meeting.same_life_of_namespace())
    return other + "allow a claim of the same name to have it (class parameter restoreAcrossNamespaceUid)";
  if (shares(sharing, meeting.same_namespace()))
    return other + "keep data for the same time as that volume does (class parameters onDelete, archiveRetention)";
  return other + "allow it (class parameter sharedDirectory)";
}

std::string who_is_where(Meeting const& meeting) {
  return "directory " + quoted(meeting.path.text(), 120) + " " + relation(meeting) + holder(meeting);
}

PathHeld held(Meeting const& meeting, SharedDirectory sharing) {
  auto const separator = meeting.state == State::live ? ": " : ", ";
  return {meeting.entry.occupant.volume, false, who_is_where(meeting) + separator + what_to_do(meeting, sharing)};
}

PathHeld held_for_now(Meeting const& meeting) {
  auto what = meeting.state == State::soon_free ? "about to be released" : "just being made or given up";
  if (meeting.entry.occupant.goes_elsewhere) what = "about to be dealt with by the other provisioner whose it is";
  return {meeting.entry.occupant.volume, true, who_is_where(meeting) + ", which is " + what + ": waiting for that"};
}

}  // namespace

bool Occupancy::Order::less(HeldPathView left, HeldPathView right) {
  auto const by_byte = [](char one, char other) { return rank(one) <=> rank(other); };
  auto const order = std::lexicographical_compare_three_way(left.path.begin(), left.path.end(), right.path.begin(),
                                                            right.path.end(), by_byte);
  return std::is_neq(order) ? std::is_lt(order) : left.volume < right.volume;
}

void Occupancy::put(RelativePath path, Occupant occupant) {
  erase(occupant.volume);
  put_also(std::move(path), std::move(occupant));
}

void Occupancy::put_also(RelativePath path, Occupant occupant) {
  auto volume = occupant.volume;
  if (!occupant.claim_name.empty()) by_claim_[key_of(occupant.claim_namespace, occupant.claim_name)].insert(volume);
  bool const added = by_path_.emplace(HeldPath{path, volume}, std::move(occupant)).second;
  if (added) by_volume_[std::move(volume)].push_back(std::move(path));
}

void Occupancy::erase(std::string_view volume) {
  if (auto const unread = unread_.find(volume); unread != unread_.end()) unread_.erase(unread);
  auto const at = by_volume_.find(volume);
  if (at == by_volume_.end()) return;
  for (auto const& path : at->second) {
    auto const place = by_path_.find(HeldPathView{path.text(), volume});
    auto const claim = by_claim_.find(key_of(place->second.claim_namespace, place->second.claim_name));
    if (claim != by_claim_.end()) {
      claim->second.erase(place->second.volume);
      if (claim->second.empty()) by_claim_.erase(claim);
    }
    by_path_.erase(place);
  }
  by_volume_.erase(at);
}

std::vector<Occupancy::Entry> Occupancy::overlapping(RelativePath const& path) const {
  std::vector<Entry> result;
  std::string_view const text = path.text();
  auto const add_all_at = [&](std::string_view place) {
    auto at = by_path_.lower_bound(HeldPathView{place, {}});
    for (; at != by_path_.end() && at->first.path.text() == place; ++at) {
      result.push_back({at->first.path, at->second});
    }
    return at;
  };
  for (auto slash = text.find('/'); slash != std::string_view::npos; slash = text.find('/', slash + 1)) {
    add_all_at(text.substr(0, slash));
  }
  auto at = add_all_at(text);
  for (std::size_t below = 0; below < most_below && at != by_path_.end() && path.contains(at->first.path); ++below) {
    result.push_back({at->first.path, at->second});
    ++at;
  }
  return result;
}

std::vector<Occupancy::Entry> Occupancy::of_claim(std::string_view name_space, std::string_view name) const {
  std::vector<Entry> result;
  auto const claim = by_claim_.find(key_of(name_space, name));
  if (claim == by_claim_.end()) return result;
  for (auto const& volume : claim->second) {
    for (auto const& path : by_volume_.find(volume)->second) {
      result.push_back({path, by_path_.find(HeldPathView{path.text(), volume})->second});
    }
  }
  return result;
}

bool is_over(Occupant const& occupant, ClaimExists const& claim_exists) {
  bool const claim_gone = !occupant.claim_uid.empty() && !claim_exists(occupant.claim_uid);
  return occupant.over && !occupant.unreadable && claim_gone;
}

bool is_going(Occupant const& occupant, ClaimExists const& claim_exists) {
  return occupant.deletes && !occupant.claim_uid.empty() && !claim_exists(occupant.claim_uid);
}

PathVerdict may_use(Asker const& asker, RelativePath const& path, SharedDirectory sharing,
                    std::vector<Occupancy::Entry> const& overlapping, ClaimExists const& claim_exists) {
  std::optional<PathHeld> momentary;
  for (auto const& entry : overlapping) {
    auto const& uid = entry.occupant.claim_uid;
    if (!uid.empty() && uid == asker.uid) continue;
    Meeting const meeting{asker, path, entry, state_of(entry.occupant, claim_exists)};
    auto const block = block_of(meeting, sharing);
    if (block == Block::lasting) return held(meeting, sharing);
    if (block == Block::momentary && !momentary) momentary = held_for_now(meeting);
  }
  if (momentary) return std::move(*momentary);
  return PathFree{};
}

std::optional<PathHeld> shared_with(Asker const& asker, RelativePath const& path,
                                    std::vector<Occupancy::Entry> const& overlapping, ClaimExists const& claim_exists) {
  for (auto const& entry : overlapping) {
    Meeting const meeting{asker, path, entry, state_of(entry.occupant, claim_exists)};
    if (entry.occupant.claim_uid == asker.uid || !meeting.equal() || meeting.is_own_earlier()) continue;
    if (meeting.state == State::over) continue;
    return PathHeld{entry.occupant.volume, false, who_is_where(meeting)};
  }
  return std::nullopt;
}

std::optional<std::string> release_under_way(Asker const& asker, std::vector<Occupancy::Entry> const& of_claim,
                                             ClaimExists const& claim_exists) {
  for (auto const& [path, occupant] : of_claim)
    if (occupant.claim_uid != asker.uid && state_of(occupant, claim_exists) == State::soon_free) return occupant.volume;
  return std::nullopt;
}

}  // namespace nfs
