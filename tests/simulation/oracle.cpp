#include "tests/simulation/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "provisioner/storage/private_layout.hpp"

namespace nfs::simulation {
namespace {

constexpr std::string_view token_prefix = "token-";

bool lies_in(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

bool overlaps(std::string const& left, std::string const& right) {
  return left == right || lies_in(left, right) || lies_in(right, left);
}

std::string claim_text(k8s::Claim const& claim) {
  return fmt::format("{}/{} ({})", claim.meta.name_space, claim.meta.name, claim.meta.uid);
}

}  // namespace

Oracle::Oracle(Scene& scene) : scene_(scene), truth_(scene) {}

void Oracle::api_changed() {
  if (!truth_.refresh(archives_)) return;
  note_kept();
  check_claims();
  check_restored();
}

void Oracle::files_moved() {
  read_files();
  follow_tokens();
  check_records();
  check_outside();
  check_claims();
}

void Oracle::read_files() {
  files_ = scene_.files.dump();
  archives_.clear();
  for (auto at = files_.lower_bound(std::string(names::archive_prefix)); at != files_.end(); ++at) {
    if (!at->first.starts_with(names::archive_prefix)) break;
    if (at->first.find('/') == std::string::npos) archives_.insert(at->first);
  }
}

bool Oracle::write_token(std::string const& claim_uid) {
  auto const* claim = truth_.claim(claim_uid);
  auto const* volume = truth_.volume(claim->last.volume_name);
  if (volume == nullptr) return false;
  if (!scene_.files.status(volume->path).has_value()) return false;
  auto const name = fmt::format("{}{}", token_prefix, next_token_++);
  auto const path = volume->path + "/" + name;
  scene_.files.put_file(path, claim_uid);
  tokens_[name] = Token{.claim_uid = claim_uid, .owner = claim_uid, .volume = claim->last.volume_name, .path = path};
  scene_.tell("pod", fmt::format("of {} writes {}", claim_text(claim->last), path));
  return true;
}

void Oracle::plant(std::string const& directory) {
  auto const name = fmt::format("{}{}", token_prefix, next_token_++);
  scene_.files.put_file(directory + "/" + name, "not ours");
  bool const archive = directory.starts_with(names::archive_prefix);
  tokens_[name] =
      Token{.claim_uid = {}, .owner = {}, .volume = {}, .path = directory + "/" + name, .restorable = archive};
  if (archive) planted_archives_.insert(directory);
}

std::string Oracle::describe(std::string const& name, Token const& token) const {
  auto const* claim = truth_.claim(token.claim_uid);
  return fmt::format("{} written by {}, last at {}", name, claim == nullptr ? "somebody else" : claim_text(claim->last),
                     token.path);
}

void Oracle::follow_tokens() {
  std::map<std::string_view, std::string const*> found;
  for (auto const& [path, what] : files_) {
    auto const slash = path.rfind('/');
    auto const base = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
    if (base.starts_with(token_prefix)) found[base] = &path;
  }
  for (auto& [name, token] : tokens_) {
    auto const at = found.find(name);
    if (at == found.end())
      lost(name, token);
    else
      follow(name, token, *at->second);
  }
}

void Oracle::lost(std::string const& name, Token& token) {
  if (token.gone) return;
  token.gone = true;
  if (!token.in_trash) scene_.broken("no data is lost", describe(name, token) + ": it is nowhere");
}

void Oracle::follow(std::string const& name, Token& token, std::string const& path) {
  if (path == token.path) return;
  if (token.claim_uid.empty() && !token.restorable)
    scene_.broken("nothing else is touched", fmt::format("{} is now at {}", describe(name, token), path));
  if (lies_in(path, layout::trash) && !token.in_trash) {
    auto const rest = path.substr(layout::trash.size() + 1);
    auto const volume = rest.substr(0, rest.find('/'));
    if (!may_be_trashed(volume))
      scene_.broken("nothing is deleted unasked", fmt::format("{} is now at {}", describe(name, token), path));
  }
  token.in_trash = lies_in(path, layout::trash);
  if (token.path.starts_with(names::archive_prefix)) note_restored(token);
  if (path.starts_with(names::archive_prefix)) {
    hand_over(token, path.substr(0, path.find('/')));
    token.archived = true;
  }
  token.gone = false;
  token.path = path;
}

bool Oracle::may_be_trashed(std::string const& volume) const {
  auto const* facts = truth_.volume(volume);
  if (facts == nullptr || !facts->was_due) return false;
  if (facts->on_delete == "delete") return true;
  auto const retention = parse_retention(facts->retention);
  // Records keep whole seconds.
  return facts->on_delete == "archive" && retention &&
         scene_.clock.wall() - *facts->due_since > *retention - std::chrono::seconds(1);
}

/// Of volumes that are gone: what still lies at their place was left to whoever comes next.
void Oracle::note_kept() {
  for (auto& [name, token] : tokens_) {
    auto const* volume = truth_.volume(token.volume);
    if (volume != nullptr && !volume->exists && lies_in(token.path, volume->path)) token.kept = true;
  }
}

void Oracle::check_claims() {
  for (auto const& [uid, claim] : truth_.claims()) check_claim(claim);
  for (auto const& [name, one] : truth_.volumes()) {
    auto const* holder = one.last.claim_ref ? truth_.claim(one.last.claim_ref->uid) : nullptr;
    if (!one.exists || holder == nullptr || !holder->bound() || holder->last.volume_name != name) continue;
    check_directory(*holder, one);
    for (auto const& [other_name, other] : truth_.volumes()) {
      if (other_name <= name || !other.exists || !overlaps(one.path, other.path)) continue;
      auto const* rival = other.last.claim_ref ? truth_.claim(other.last.claim_ref->uid) : nullptr;
      if (rival == nullptr || !rival->bound() || rival->last.volume_name != other_name) continue;
      if (!scene_.overlapped)
        scene_.broken("no directory serves two claims",
                      fmt::format("{} and {} have {} and {}", claim_text(holder->last), claim_text(rival->last),
                                  one.path, other.path));
    }
  }
}

void Oracle::check_claim(ClaimFacts const& claim) {
  if (!claim.exists || claim.last.volume_name.empty()) return;
  auto const* volume = truth_.volume(claim.last.volume_name);
  bool const made_for_it =
      volume != nullptr && volume->last.claim_ref && volume->last.claim_ref->uid == claim.last.meta.uid;
  if (!made_for_it)
    return scene_.broken("a claim is bound to the volume made for it",
                         claim_text(claim.last) + " has " + claim.last.volume_name);
  if (claim.last.phase == "Bound" && !volume->exists)
    return scene_.broken("a bound claim keeps its volume", claim_text(claim.last) + ": its volume is gone");
  if (claim.last.phase == "Lost" && scene_.lag_is_bounded && volume->exists)
    scene_.broken("no claim is called Lost", claim_text(claim.last));
}

void Oracle::check_directory(ClaimFacts const& claim, VolumeFacts const& volume) {
  // Two processes that act at once know of each other only by watches that lag: one may move away what the other has
  // just given to a claim. Moved, not removed.
  if (scene_.overlapped) return check_sight(claim, volume.path);
  if (!scene_.files.status(volume.path).has_value())
    return scene_.broken("a bound claim has its directory", claim_text(claim.last) + " has none at " + volume.path);
  for (auto const& [name, token] : tokens_)
    if (token.claim_uid == claim.last.meta.uid && !lies_in(token.path, volume.path))
      return scene_.broken("a bound claim sees its data",
                           fmt::format("{} of {} is at {}", name, claim_text(claim.last), token.path));
  check_sight(claim, volume.path);
}

void Oracle::check_sight(ClaimFacts const& claim, std::string const& directory) {
  for (auto& [name, token] : tokens_) {
    if (!lies_in(token.path, directory) || token.claim_uid == claim.last.meta.uid || token.kept) continue;
    if (scene_.overlapped && !token.archived) continue;  // both were given the place
    bool const ours = may_see(claim, token);
    if (!ours)
      return scene_.broken("no claim sees data of another",
                           fmt::format("{} sees {}", claim_text(claim.last), describe(name, token)));
    token.owner = claim.last.meta.uid;
    token.volume = claim.last.volume_name;
    token.archived = false;
  }
}

bool Oracle::may_see(ClaimFacts const& claim, Token const& token) const {
  auto const* owner = truth_.claim(token.owner);
  bool const crosses = claim.asked_to_restore && truth_.ever_crossed(k8s::class_name(claim.last));
  if (owner == nullptr) return crosses;  // upstream's
  return owner->last.meta.name_space == claim.last.meta.name_space && owner->last.meta.name == claim.last.meta.name &&
         (owner->namespace_uid == claim.namespace_uid || !token.archived || crosses);
}

/// Whoever an archive was given to has had it, bound or not.
void Oracle::note_restored(Token& token) {
  auto const archive = fmt::format("\"restoredPath\":\"{}\"", token.path.substr(0, token.path.find('/')));
  for (auto const& [path, content] : files_) {
    if (!lies_in(path, layout::creating) || content.find(archive) == std::string::npos) continue;
    auto const* claim = truth_.claim(path.substr(layout::creating.size() + std::string_view("/pvc-").size()));
    if (claim != nullptr && may_see(*claim, token)) token.owner = claim->last.meta.uid;
  }
}

/// What was archived for a volume that was never bound is its claim's all the same.
void Oracle::hand_over(Token& token, std::string const& archive) {
  for (auto const& [name, volume] : truth_.volumes()) {
    if (!archive.ends_with("-" + name) || !volume.last.claim_ref) continue;
    auto const* claim = truth_.claim(volume.last.claim_ref->uid);
    if (claim != nullptr && may_see(*claim, token)) token.owner = claim->last.meta.uid;
  }
}

void Oracle::check_records() {
  for (auto const& archive : archives_) {
    if (planted_archives_.contains(archive)) continue;
    auto& volume = archived_from_[archive];
    if (volume.empty())
      for (auto const& [name, facts] : truth_.volumes())
        if (archive_name(facts.last.claim_ref->name_space, facts.last.claim_ref->name, name) == archive) volume = name;
    if (!stands(layout::record_of(volume))) scene_.broken("every archive has its record", archive + " has none");
  }
}

void Oracle::check_outside() {
  if (auto const under = scene_.bare.dump(); !under.empty())
    scene_.broken("nothing else is touched", under.begin()->first + " was made where the export is mounted");
}

/// A volume that began empty although an archive of its claim had been waiting since before the claim was made.
void Oracle::check_restored() {
  for (auto const& [name, volume] : truth_.volumes()) {
    if (!checked_volumes_.insert(name).second || !volume.last.claim_ref) continue;
    auto const* claim = truth_.claim(volume.last.claim_ref->uid);
    auto const* uid = k8s::find(volume.last.meta.annotations, names::namespace_uid);
    if (claim == nullptr || uid == nullptr || claim->asked_to_restore || scene_.overlapped) continue;
    if (!truth_.always_restored(volume.last.storage_class_name) || !is_empty(volume.path)) continue;
    if (was_kept_at(volume.path, name)) continue;  // what stands there comes first
    for (auto const& archive : claim->archives_before) {
      auto const from = archived_from_.find(archive);
      if (from == archived_from_.end() || !archives_.contains(archive)) continue;
      auto const* archived = truth_.volume(from->second);
      auto const* owner = archived == nullptr ? nullptr : truth_.claim(archived->last.claim_ref->uid);
      if (owner == nullptr || owner->namespace_uid != *uid) continue;
      if (owner->last.meta.name != claim->last.meta.name || owner->last.meta.name_space != claim->last.meta.name_space)
        continue;
      if (archived->last.storage_class_name != volume.last.storage_class_name) continue;
      scene_.broken("data comes back", fmt::format("{} began empty, {} was there", claim_text(claim->last), archive));
    }
  }
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

void Oracle::at_rest(std::map<std::string, std::string> const& told) {
  files_moved();
  for (auto const& [uid, claim] : truth_.claims())
    if (claim.exists) rest_of_claim(claim, told);
  for (auto const& [name, volume] : truth_.volumes())
    if (volume.exists) rest_of_volume(volume);
  rest_of_export();
}

void Oracle::rest_of_claim(ClaimFacts const& claim, std::map<std::string, std::string> const& told) {
  if (claim.last.meta.deleting())
    return scene_.broken("everything comes to its end", claim_text(claim.last) + " is still being deleted");
  if (claim.bound() || !can_be_served(claim)) return;
  auto const at = told.find(claim.last.meta.uid);
  scene_.broken("everything comes to its end", fmt::format("{} is {}{}", claim_text(claim.last), claim.last.phase,
                                                           at == told.end() ? "" : "; last said: " + at->second));
}

/// Those for whom a refusal could be right are left out.
bool Oracle::can_be_served(ClaimFacts const& claim) const {
  if (claim.bound()) return true;
  auto const* storage_class = truth_.storage_class(k8s::class_name(claim.last));
  if (storage_class == nullptr) return !claim.last.volume_name.empty();
  if (k8s::find(claim.last.meta.annotations, names::restore_from) != nullptr) return false;
  auto const* own = truth_.volume(volume_name(claim.last));
  if (own != nullptr && own->exists) return !own->last.meta.deleting();
  auto const parameters = parse_class_parameters(storage_class->parameters);
  auto const wanted = directory_of(claim.last, std::get<ClassParameters>(parameters));
  auto const& path = std::get<RelativePath>(wanted).text();
  return std::none_of(truth_.volumes().begin(), truth_.volumes().end(),
                      [&](auto const& each) { return each.second.exists && overlaps(each.second.path, path); });
}

void Oracle::rest_of_volume(VolumeFacts const& volume) {
  auto const* claim = volume.last.claim_ref ? truth_.claim(volume.last.claim_ref->uid) : nullptr;
  if (claim != nullptr && claim->exists) return;
  if (volume.last.reclaim_policy != "Delete" && !volume.last.meta.deleting()) return;
  // Nothing is moved from under others.
  for (auto const& [name, other] : truth_.volumes())
    if (other.exists && other.path != volume.path && overlaps(other.path, volume.path)) return;
  scene_.broken("everything comes to its end",
                fmt::format("volume {} is {}, policy {}, its claim is gone", volume.last.meta.name, volume.last.phase,
                            volume.last.reclaim_policy));
}

void Oracle::rest_of_export() {
  for (auto const& [path, what] : files_) {
    if (!lies_in(path, layout::creating)) continue;
    auto const name = path.substr(layout::creating.size() + 1);
    bool const wanted = std::any_of(truth_.claims().begin(), truth_.claims().end(), [&](auto const& each) {
      return volume_name(each.second.last) == name && each.second.exists && !each.second.bound();
    });
    // One that was never bound, and is kept: it is settled when that volume goes.
    auto const* kept = truth_.volume(name);
    bool const stays = kept != nullptr && kept->exists && kept->last.reclaim_policy == "Retain";
    if (!wanted && !stays) scene_.broken("no intent is left", path + ": " + what);
  }
  // One that was said not to be empty stays.
  for (auto const& [path, what] : files_)
    if (!scene_.leftovers_excused && !scene_.overlapped && what.starts_with("directory") && !layout::is_private(path) &&
        !path.starts_with(names::archive_prefix) && is_empty(path) && !is_accounted_for(path))
      scene_.broken("nothing is left behind", "an empty directory at " + path);
}

/// Of a volume, kept on purpose, still intended, or above one of these: what is above goes if it can.
bool Oracle::is_accounted_for(std::string const& directory) const {
  auto const of_volume = [&](auto const& each) {
    auto const& volume = each.second;
    if (lies_in(volume.path, directory)) return true;
    return volume.path == directory && (volume.exists || volume.on_delete == "retain" || volume.was_kept);
  };
  auto const intended = [&](auto const& each) {
    return lies_in(each.first, layout::creating) && (each.second.find("\"" + directory + "\"") != std::string::npos ||
                                                     each.second.find("\"" + directory + "/") != std::string::npos);
  };
  return std::any_of(truth_.volumes().begin(), truth_.volumes().end(), of_volume) ||
         std::any_of(files_.begin(), files_.end(), intended);
}

}  // namespace nfs::simulation
