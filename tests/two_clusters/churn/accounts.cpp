#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/integration/support/json.hpp"
#include "tests/two_clusters/churn/books.hpp"

namespace nfs::test {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view private_directory = ".nfs-subdir-provisioner";

// Whose what lies somewhere is, as its record says.
struct Owner {
  std::string cluster_id;
  std::string name_space;
  std::string claim;
  std::string uid;
};

Owner owner_in(Json const& record) {
  return {.cluster_id = text_at(record, "/clusterId"),
          .name_space = text_at(record, "/claimNamespace"),
          .claim = text_at(record, "/claimName"),
          .uid = text_at(record, "/claimUid")};
}

std::string text_of_file(fs::path const& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Json> records_in(fs::path const& directory) {
  std::vector<Json> all;
  for (auto const& entry : fs::directory_iterator(directory))
    if (entry.path().extension() == ".json") all.push_back(parse_json(text_of_file(entry.path())));
  return all;
}

}  // namespace

struct Books::Places {
  std::map<std::string, LiveVolume const*> live;  // directory -> who has it
  std::map<std::string, Owner> archives;          // directory -> whose it was
  std::map<std::string, Owner> resting;           // the same, in the trash
  std::map<std::string, std::string> ids;
};

void Books::account(std::vector<LiveVolume> const& live, std::map<std::string, std::string> const& ids) {
  Places places{.live = {}, .archives = {}, .resting = {}, .ids = ids};
  for (auto const& each : live) places.live[each.directory] = &each;
  auto const own = fs::path(private_directory);
  for (auto const& record : records_in(at(own / "archives")))
    places.archives[text_at(record, "/archivedPath")] = owner_in(record);
  for (auto const& [cluster, id] : ids) {
    auto const resting = own / "clusters" / id / "resting";
    for (auto const& entry : fs::directory_iterator(at(resting))) {
      if (!entry.is_directory()) continue;
      auto const record = at(resting / (entry.path().filename().string() + ".json"));
      places.resting[(resting / entry.path().filename()).string()] = owner_in(parse_json(text_of_file(record)));
    }
  }
  for (auto const& entry : fs::recursive_directory_iterator(exported_))
    if (is_token(entry.path())) find_token(entry.path(), places);
  for (auto const& [uid, written] : written_)
    if (!written.found) faults_.add(Fault::lost_token, to_text(written.token));
  find_left_overs(places);
}

void Books::find_token(fs::path const& file, Places const& places) {
  auto const directory = fs::relative(file.parent_path(), exported_).string();
  auto const token = read_token(file);
  auto const known = written_.find(token.uid);
  bool const right = known != written_.end() && known->second.token == token && !known->second.found &&
                     is_right(known->second, directory, places);
  if (known != written_.end()) known->second.found = true;
  if (!right) faults_.add(Fault::foreign_token, to_text(token) + " in " + directory);
}

bool Books::is_right(Written const& written, std::string const& directory, Places const& places) const {
  auto const& token = written.token;
  if (auto const live = places.live.find(directory); live != places.live.end()) return true;  // visit() has looked
  auto const is_own = [&](Owner const& owner) {
    bool const same_line = owner.name_space == token.name_space && owner.claim == token.claim;
    return owner.cluster_id == places.ids.at(token.cluster) && same_line &&
           (owner.uid == token.uid || written.kind->comes_back);
  };
  if (auto const archive = places.archives.find(directory); archive != places.archives.end())
    return !written.kind->deletes && is_own(archive->second);
  auto const resting = places.resting.find(directory);
  bool const in_own_trash =
      directory.starts_with(std::string(private_directory) + "/clusters/" + places.ids.at(token.cluster) + "/");
  return resting != places.resting.end() && in_own_trash && written.kind->deletes && is_own(resting->second);
}

// A directory in which no other one lies is a live volume's or an archive.
void Books::find_left_overs(Places const& places) {
  for (auto at = fs::recursive_directory_iterator(exported_); at != fs::recursive_directory_iterator(); ++at) {
    if (at->path().filename() == private_directory) at.disable_recursion_pending();
    if (!at->is_directory() || at->path().filename() == private_directory) continue;
    auto const directory = fs::relative(at->path(), exported_).string();
    if (places.live.contains(directory) || places.archives.contains(directory)) continue;
    auto const inner = fs::directory_iterator(at->path());
    if (std::none_of(fs::begin(inner), fs::end(inner), [](auto const& entry) { return entry.is_directory(); }))
      faults_.add(Fault::left_over, directory);
  }
  for (auto const& [directory, owner] : places.archives)
    if (!fs::is_directory(at(directory))) faults_.add(Fault::left_over, "the record of " + directory);
}

}  // namespace nfs::test
