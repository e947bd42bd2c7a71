#include "tests/two_clusters/churn/books.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace nfs::test {
namespace fs = std::filesystem;

namespace {

std::string text_of(LiveVolume const& live) {
  return to_text(live.owner) + " at " + live.directory;
}

bool holds(std::vector<Token> const& tokens, Token const& token) {
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

}  // namespace

Books::Identity Books::identity_of(std::string const& directory) const {
  struct stat status {};
  if (::stat(at(directory).c_str(), &status) != 0) return {};
  return {.inode = status.st_ino, .changed = status.st_ctim};
}

void Books::visit(std::vector<LiveVolume> const& live) {
  look_for_shared(live);
  for (auto const& each : live) visit_one(each);
}

void Books::look_for_shared(std::vector<LiveVolume> const& live) {
  std::map<std::string, LiveVolume const*> holders;
  for (auto const& each : live) {
    auto const [holder, fresh] = holders.emplace(each.directory, &each);
    if (!fresh) faults_.add(Fault::shared_directory, text_of(each) + " and " + to_text(holder->second->owner));
  }
  for (auto const& each : live)
    for (auto above = fs::path(each.directory).parent_path(); !above.empty(); above = above.parent_path())
      if (auto const holder = holders.find(above.string()); holder != holders.end())
        faults_.add(Fault::shared_directory, text_of(each) + " inside that of " + to_text(holder->second->owner));
}

void Books::visit_one(LiveVolume const& live) {
  if (live.directory.empty() || !fs::is_directory(at(live.directory)))
    return faults_.add(Fault::missing_directory, text_of(live));
  auto const there = tokens_in(at(live.directory));
  for (auto const& token : there) {
    bool const of_this_claim = token == live.owner;
    bool const of_an_earlier_one = live.kind->comes_back && token.same_line(live.owner);
    if (!of_this_claim && !of_an_earlier_one)
      faults_.add(Fault::foreign_token, to_text(token) + " in the directory of " + text_of(live));
  }
  auto const known = written_.find(live.owner.uid);
  if (known == written_.end()) return begin(live, there);
  look_again(live, known->second, there);
}

void Books::begin(LiveVolume const& live, std::vector<Token> const& there) {
  note_hands(live);
  if (live.kind->comes_back) {
    for (auto const& [uid, earlier] : written_)
      if (earlier.token.same_line(live.owner) && !holds(there, earlier.token))
        faults_.add(Fault::missing_predecessor, text_of(live) + " without the token of " + to_text(earlier.token));
  }
  write_token(at(live.directory), live.owner);
  written_[live.owner.uid] = {.token = live.owner, .kind = live.kind, .directory = identity_of(live.directory)};
}

void Books::look_again(LiveVolume const& live, Written const& written, std::vector<Token> const& there) {
  if (!holds(there, live.owner)) faults_.add(Fault::missing_token, text_of(live));
  if (identity_of(live.directory) != written.directory) faults_.add(Fault::touched_directory, text_of(live));
}

void Books::note_hands(LiveVolume const& live) {
  if (!live.kind->one_of_two) return;
  auto& holder = holder_[live.owner.name_space + "/" + live.owner.claim];
  if (!holder.empty() && holder != live.owner.cluster) ++changes_of_hands_;
  holder = live.owner.cluster;
}

}  // namespace nfs::test
