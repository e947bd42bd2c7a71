#include "tests/simulation/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/places.hpp"

namespace nfs::simulation {
namespace {

/// Whether a record of this name is of that volume: of its first life, or of a later one, `<volume>-2`.
bool is_life_of(std::string const& volume, std::string const& recorded) {
  return recorded == volume || recorded.starts_with(volume + "-");
}

constexpr std::string_view token_prefix = "token-";

/// Of a path in `resting/` or `trash/` of a cluster.
std::string name_in_trash(std::string const& path) {
  auto const depth = component_count(layout::clusters) + 2;
  return std::string(last_component(leading(path, depth + 1)));
}

}  // namespace

Oracle::Oracle(Scene& scene) : scene_(scene), truth_(scene) {}

void Oracle::api_changed() {
  if (!truth_.refresh(archives_)) return;
  note_handed_over();
  note_kept();
  check_claims();
  check_others();
  check_new_volumes();
}

void Oracle::files_moved(bool by_others) {
  moved_by_others_ = by_others;
  read_files();
  follow_tokens();
  check_records();
  check_outside();
  check_claims();
  check_others();
}

void Oracle::read_files() {
  files_ = scene_.files.dump();
  auto const before = std::exchange(archives_, {});
  for (auto at = files_.lower_bound(std::string(names::archive_prefix)); at != files_.end(); ++at) {
    if (!at->first.starts_with(names::archive_prefix)) break;
    if (at->first.find('/') == std::string::npos && !is_of_others(at->first)) archives_.insert(at->first);
  }
  for (auto const& archive : archives_)
    if (!archive_times_.contains(archive)) archive_times_[archive] = time_of(archive);
  auto const known = given_back_.size();
  std::set_difference(before.begin(), before.end(), archives_.begin(), archives_.end(),
                      std::inserter(given_back_, given_back_.end()));
  if (given_back_.size() != known) archive_went_at_ = scene_.clock.steady();
}

bool Oracle::is_of_others(std::string const& archive) const {
  return std::any_of(others_.begin(), others_.end(), [&](Oracle const* other) {
    return other->planted_archives_.contains(archive) ||
           recorded_as(archive).starts_with("pvc-" + other->scene_.identity.uids);
  });
}

std::string Oracle::new_token() const {
  return fmt::format("{}{}", token_prefix, ++scene_.ground.tokens);
}

/// Of the wall clock, which may have been set back since the archive before.
std::string Oracle::time_of(std::string const& archive) const {
  auto const recorded = recorded_as(archive);
  if (recorded.empty()) return {};
  auto const text = scene_.files.read_file(layout::record_of(recorded), layout::max_document_bytes);
  if (text.has_error()) return {};
  auto const record = read_record(*text);
  return record.has_value() ? record->time : std::string();
}

bool Oracle::write_token(std::string const& claim_uid) {
  auto const* claim = truth_.claim(claim_uid);
  auto const* volume = truth_.volume(claim->last.volume_name);
  if (volume == nullptr) return false;
  if (!scene_.files.status(volume->path).has_value()) return false;
  auto const name = new_token();
  auto const path = volume->path + "/" + name;
  scene_.files.put_file(path, claim_uid);
  tokens_[name] = Token{.claim_uid = claim_uid,
                        .owner = claim_uid,
                        .volume = claim->last.volume_name,
                        .path = path,
                        .in_restored = scene_.restored.contains(claim_uid)};
  scene_.tell("pod", fmt::format("of {} writes {}", claim_text(claim->last), path));
  return true;
}

void Oracle::plant(std::string const& directory) {
  auto const name = new_token();
  scene_.files.put_file(directory + "/" + name, "not ours");
  bool const archive = directory.starts_with(names::archive_prefix);
  tokens_[name] =
      Token{.claim_uid = {}, .owner = {}, .volume = {}, .path = directory + "/" + name, .restorable = archive};
  if (archive) planted_archives_.insert(directory);
}

void Oracle::occupy(std::string const& directory) {
  auto const name = new_token();
  scene_.files.put_file(directory + "/" + name, "not ours");
  for (auto way = std::string_view(directory); !way.empty(); way = parent_of(way))
    (void)scene_.files.sync_directory(parent_of(way));
  // What was moved away from there before is no younger than what stands there now.
  (void)scene_.files.sync_directory(scene_.layout.resting());
  (void)scene_.files.sync_directory(scene_.layout.trash());
  occupied_ = true;
  // Whoever adopts the directory has it from then on.
  tokens_[name] = Token{
      .claim_uid = {}, .owner = {}, .volume = {}, .path = directory + "/" + name, .restorable = true, .kept = true};
  files_moved();
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
  std::erase_if(tokens_, [](auto const& each) { return each.second.given; });
}

void Oracle::lost(std::string const& name, Token& token) {
  if (token.gone) return;
  if (moved_by_others_ && others_moved(name, token, token.path)) return;
  token.gone = true;
  bool const was_going = token.in_trash && !lies_below(token.path, scene_.layout.resting());
  if (!was_going && !token.in_restored) scene_.broken("no data is lost", describe(name, token) + ": it is nowhere");
}

void Oracle::follow(std::string const& name, Token& token, std::string const& path) {
  if (path == token.path) return;
  if (moved_by_others_ && others_moved(name, token, path)) return;
  if (token.claim_uid.empty() && !token.restorable)
    scene_.broken("nothing else is touched", fmt::format("{} is now at {}", describe(name, token), path));
  bool const rests = lies_below(path, scene_.layout.resting());
  bool const goes = lies_below(path, scene_.layout.trash());
  if ((rests || goes) && !token.in_trash) {
    auto const volume = volume_in_trash(name_in_trash(path));
    if (!may_be_trashed(volume) || is_kept_longer(token, volume))
      scene_.broken("nothing is deleted unasked", fmt::format("{} is now at {}", describe(name, token), path));
  }
  if (goes && lies_below(token.path, scene_.layout.resting()) && !has_rested(token))
    scene_.broken("what is deleted rests for its time", fmt::format("{} is now at {}", describe(name, token), path));
  if (rests && !token.in_trash) token.rests_since = scene_.ground.clock.wall();
  token.in_trash = rests || goes;
  if (token.path.starts_with(names::archive_prefix)) note_restored(token);
  if (path.starts_with(names::archive_prefix)) {
    hand_over(token, path.substr(0, path.find('/')));
    token.archived = true;
  }
  token.gone = false;
  token.moved = true;
  token.path = path;
}

/// Of the volume of this name in the trash: that, or the one whose later life it is (`<volume>-2`).
std::string Oracle::volume_in_trash(std::string const& name) const {
  return truth_.volume(name) != nullptr ? name : name.substr(0, name.rfind('-'));
}

/// By the record that stands beside the place that it has just left, and the server's clock, which may have been set
/// between the program's look at it and the move. Records keep whole seconds. On a full export no record can be
/// written: what has none rests for an hour.
bool Oracle::has_rested(Token const& token) const {
  if (scene_.landed_late) return true;
  auto const file = scene_.layout.resting_record_of(name_in_trash(token.path));
  auto const text = scene_.files.read_file(file, layout::max_document_bytes);
  auto const written = scene_.files.status(file);
  if (text.has_error() || written.has_error())
    return token.rests_since + std::chrono::hours(1) <= scene_.ground.latest_wall();
  auto const record = read_trash_record(*text);
  auto const retention = record.has_value() ? parse_trash_retention(record->retention) : std::nullopt;
  return retention && written->modified + *retention <= scene_.ground.latest_wall();
}

/// By any of the volumes that had the name.
bool Oracle::may_be_trashed(std::string const& volume) const {
  return std::any_of(truth_.volumes().begin(), truth_.volumes().end(), [&](auto const& each) {
    auto const& facts = each.second;
    if (facts.last.meta.name != volume || !facts.was_due) return false;
    if (scene_.hands.made_again.contains(facts.last.meta.uid)) return false;
    if (facts.on_delete == "delete") return true;
    auto const retention = parse_retention(facts.retention);
    auto const age = std::max(facts.oldest, scene_.clock.wall() - *facts.due_since);
    // Records keep whole seconds.
    return facts.on_delete == "archive" && retention && age > *retention - std::chrono::seconds(1);
  });
}

/// Never moved since it was written, and its writer's volume asked for an archive. What people had kept, and then had
/// deleted, goes with all that is in it; and what a later claim has adopted is that one's: a claim of its name, or any
/// claim if etcd's restore has changed the writer or its volume.
bool Oracle::is_kept_longer(Token const& token, std::string const& trashed) const {
  auto const* writer = truth_.claim(token.claim_uid);
  auto const* volume = writer == nullptr ? nullptr : truth_.volume_of(*writer);
  if (volume == nullptr || token.moved || volume->on_delete != "archive" || volume->was_kept) return false;
  if (scene_.restored.contains(token.claim_uid)) return false;
  auto const* other = truth_.volume(trashed);
  bool const of_that_name = other != nullptr && other->owner.name == writer->last.meta.name &&
                            other->owner.name_space == writer->last.meta.name_space;
  return other == nullptr || (!other->was_kept && !of_that_name);
}

/// Of volumes that are gone, or kept though their claim is gone: what lies at their place was left to whoever comes
/// next of that name, wherever it has been meanwhile.
void Oracle::note_kept() {
  for (auto& [name, token] : tokens_) {
    auto const* volume = truth_.volume(token.volume);
    if (volume != nullptr && !volume->exists && lies_below(token.path, volume->path)) token.kept = true;
  }
  for (auto const& [name, volume] : truth_.volumes()) {
    bool const stands = volume.exists && volume.last.phase == "Released" && volume.last.reclaim_policy != "Delete";
    bool const kept = stands || (volume.was_due && volume.on_delete == "retain");
    auto const* claim = kept ? truth_.claim(volume.owner.uid) : nullptr;
    if (claim == nullptr || claim->exists) continue;
    for (auto& [token_name, token] : tokens_) {
      if (!token.archived || !lies_below(token.path, volume.path) || !may_see(*claim, token)) continue;
      token.owner = claim->last.meta.uid;
      token.volume = name;
      token.archived = false;
    }
  }
}

/// Whoever an archive was given to has had it, bound or not.
void Oracle::note_restored(Token& token) {
  auto const archive = fmt::format("\"restoredPath\":\"{}\"", token.path.substr(0, token.path.find('/')));
  for (auto const& [path, content] : files_) {
    if (!lies_below(path, scene_.layout.creating()) || content.find(archive) == std::string::npos) continue;
    auto const* claim = truth_.claim(path.substr(scene_.layout.creating().size() + std::string_view("/pvc-").size()));
    if (claim != nullptr && may_see(*claim, token)) token.owner = claim->last.meta.uid;
  }
}

/// What was archived for a volume that was never bound is its claim's all the same.
void Oracle::hand_over(Token& token, std::string const& archive) {
  for (auto const& [name, volume] : truth_.volumes()) {
    if (!is_life_of(name, recorded_as(archive)) || volume.owner.uid.empty()) continue;
    auto const* claim = truth_.claim(volume.owner.uid);
    if (claim != nullptr && may_see(*claim, token)) token.owner = claim->last.meta.uid;
  }
}

void Oracle::check_records() {
  // Of two processes that move one directory, one may take what somebody has put there since for another's archive.
  if (scene_.landed_late && occupied_) return;
  for (auto const& archive : archives_) {
    if (planted_archives_.contains(archive)) continue;
    // Moved there once more, by one that had stood still while others made it, gave it back and forgot its record.
    if (scene_.landed_late && given_back_.contains(archive)) continue;
    auto const recorded = recorded_as(archive);
    auto& volume = archived_from_[archive];
    bool const is_new = volume.empty();
    if (is_new)
      for (auto const& [name, facts] : truth_.volumes())
        if (is_life_of(name, recorded) && is_archive_of(facts, archive)) volume = name;
    if (volume.empty() || !stands(layout::record_of(recorded)))
      scene_.broken("every archive has its record", archive + " has none");
    else if (is_new)
      check_record(archive, volume);
  }
}

void Oracle::check_outside() {
  // One that begins while the other makes the first volume knows of none: any directory is an export to it.
  if (scene_.landed_late) return;
  if (auto const under = scene_.bare.dump(); !under.empty())
    scene_.broken("nothing else is touched", under.begin()->first + " was made where the export is mounted");
}

}  // namespace nfs::simulation
