#include "provisioner/core/occupancy.hpp"

#include <algorithm>
#include <compare>
#include <optional>
#include <tuple>
#include <utility>

#include "k8s/model/packer.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

int rank(char byte) {
  return byte == '/' ? -1 : static_cast<unsigned char>(byte);
}

std::string key_of(std::string_view name_space, std::string_view name) {
  return std::string(name_space) + "/" + std::string(name);
}

std::uint64_t hash_of(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

std::weak_ordering compare_paths(std::string_view left, std::string_view right) {
  auto const by_byte = [](char one, char other) { return rank(one) <=> rank(other); };
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(), by_byte);
}

// An entry as bytes: two for the length of its path (docs/behaviour.md#paths), the path, and the occupant.
constexpr std::size_t length_bytes = 2;

std::size_t path_length(std::string_view held) {
  return static_cast<unsigned char>(held[0]) + 256U * static_cast<unsigned char>(held[1]);
}

std::string_view path_in(std::string_view held) {
  return held.substr(length_bytes, path_length(held));
}

std::string_view packed_in(std::string_view held) {
  return held.substr(length_bytes + path_length(held));
}

// Its fields, in either direction; the volume's name first.
void occupant_fields(auto& archive, auto& occupant) {
  archive.text(occupant.volume);
  archive.text(occupant.claim_uid);
  archive.shared(occupant.claim_namespace);
  archive.text(occupant.claim_name);
  archive.flag(occupant.deletes);
  archive.value(occupant.motion);
  archive.shared(occupant.namespace_uid);
  archive.maybe(occupant.kept_for, [&](auto& seconds) { archive.value(seconds); });
  archive.flag(occupant.unreadable);
  archive.flag(occupant.over);
  archive.flag(occupant.goes_elsewhere);
  archive.text(occupant.made_at);
  archive.flag(occupant.by_records);
}

std::string packed(RelativePath const& path, Occupant const& occupant, k8s::SharedTexts& texts) {
  k8s::Packer packer(texts);
  occupant_fields(packer, occupant);
  auto const& text = path.text();
  std::string held{static_cast<char>(text.size() % 256), static_cast<char>(text.size() / 256)};
  return held + text + packer.take();
}

Occupant occupant_in(std::string_view held, k8s::SharedTexts const& texts) {
  k8s::Unpacker unpacker(texts, packed_in(held));
  Occupant occupant;
  occupant_fields(unpacker, occupant);
  return occupant;
}

std::string volume_in(std::string_view held, k8s::SharedTexts const& texts) {
  std::string volume;
  k8s::Unpacker(texts, packed_in(held)).text(volume);
  return volume;
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

bool Occupancy::Order::operator()(Held const* left, Held const* right) const {
  auto const order = compare_paths(path_in(*left), path_in(*right));
  return std::is_eq(order) ? volume_in(*left, *texts) < volume_in(*right, *texts) : std::is_lt(order);
}

bool Occupancy::Order::operator()(Held const* left, PathAndVolume right) const {
  auto const order = compare_paths(path_in(*left), right.path);
  return std::is_eq(order) ? volume_in(*left, *texts) < right.volume : std::is_lt(order);
}

bool Occupancy::Order::operator()(PathAndVolume left, Held const* right) const {
  auto const order = compare_paths(left.path, path_in(*right));
  return std::is_eq(order) ? left.volume < volume_in(*right, *texts) : std::is_lt(order);
}

Occupancy::Occupancy(Occupancy const& other) : unread_(other.unread_) {
  for (auto const* held : other.by_path_) {
    auto const [path, occupant] = other.entry(*held);
    put_also(path, occupant);
  }
}

Occupancy& Occupancy::operator=(Occupancy const& other) {
  if (this != &other) *this = Occupancy(other);
  return *this;
}

Occupancy::Entry Occupancy::entry(Held const& held) const {
  return {std::get<RelativePath>(RelativePath::parse_internal(path_in(held))), occupant_in(held, *texts_)};
}

void Occupancy::put(RelativePath const& path, Occupant const& occupant) {
  erase(occupant.volume);
  put_also(path, occupant);
}

void Occupancy::put_also(RelativePath const& path, Occupant const& occupant) {
  if (by_path_.contains(PathAndVolume{path.text(), occupant.volume})) return;
  auto const& held = by_volume_.emplace(hash_of(occupant.volume), packed(path, occupant, *texts_))->second;
  by_path_.insert(&held);
  if (!occupant.claim_name.empty())
    by_claim_.emplace(hash_of(key_of(occupant.claim_namespace, occupant.claim_name)), &held);
}

void Occupancy::forget(Held const& held) {
  auto const occupant = occupant_in(held, *texts_);
  by_path_.erase(&held);
  by_claim_.erase({hash_of(key_of(occupant.claim_namespace, occupant.claim_name)), &held});
  k8s::release(packed_in(held), *texts_);
}

void Occupancy::erase(std::string_view volume) {
  if (auto const unread = unread_.find(volume); unread != unread_.end()) unread_.erase(unread);
  auto [at, end] = by_volume_.equal_range(hash_of(volume));
  while (at != end) {
    if (volume_in(at->second, *texts_) != volume) {
      ++at;
      continue;
    }
    forget(at->second);
    at = by_volume_.erase(at);
  }
}

std::vector<Occupancy::Entry> Occupancy::overlapping(RelativePath const& path) const {
  std::vector<Entry> result;
  std::string_view const text = path.text();
  auto const add_all_at = [&](std::string_view place) {
    auto at = by_path_.lower_bound(PathAndVolume{place, {}});
    for (; at != by_path_.end() && path_in(**at) == place; ++at) result.push_back(entry(**at));
    return at;
  };
  for (auto slash = text.find('/'); slash != std::string_view::npos; slash = text.find('/', slash + 1)) {
    add_all_at(text.substr(0, slash));
  }
  auto at = add_all_at(text);
  for (std::size_t below = 0; below < most_below && at != by_path_.end(); ++below, ++at) {
    auto found = entry(**at);
    if (!path.contains(found.path)) break;
    result.push_back(std::move(found));
  }
  return result;
}

std::vector<Occupancy::Entry> Occupancy::of_claim(std::string_view name_space, std::string_view name) const {
  std::vector<Entry> result;
  auto const hash = hash_of(key_of(name_space, name));
  for (auto at = by_claim_.lower_bound({hash, nullptr}); at != by_claim_.end() && at->first == hash; ++at) {
    auto found = entry(*at->second);
    if (found.occupant.claim_namespace == name_space && found.occupant.claim_name == name)
      result.push_back(std::move(found));
  }
  std::ranges::sort(result, {}, [](Entry const& each) { return std::tie(each.occupant.volume, each.path); });
  return result;
}

std::vector<Occupancy::Entry> Occupancy::of_volume(std::string_view volume) const {
  std::vector<Entry> result;
  auto const [begin, end] = by_volume_.equal_range(hash_of(volume));
  for (auto at = begin; at != end; ++at) {
    if (volume_in(at->second, *texts_) == volume) result.push_back(entry(at->second));
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
