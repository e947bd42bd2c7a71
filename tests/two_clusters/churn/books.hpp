#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/two_clusters/churn/faults.hpp"
#include "tests/two_clusters/churn/tenants.hpp"

namespace nfs::test {

/// All tokens that were ever written, and the judgement on where they are. Not thread-safe.
class Books {
 public:
  /// `exported`: where the programs have mounted the export.
  explicit Books(std::filesystem::path exported) : exported_(std::move(exported)) {}

  /// Looks into the directories of all live volumes of all clusters, and writes the tokens that are not there yet.
  /// To be called before any of these claims is deleted.
  void visit(std::vector<LiveVolume> const& live);

  /// Says where each token is, and what else lies on the export. To be called when all work has come to its end, after
  /// a last visit(). `ids`: name of the cluster -> its id.
  void account(std::vector<LiveVolume> const& live, std::map<std::string, std::string> const& ids);

  [[nodiscard]] Faults& faults() { return faults_; }
  [[nodiscard]] std::size_t written() const { return written_.size(); }
  /// How often the directory of a name went from one cluster to the other one.
  [[nodiscard]] int changes_of_hands() const { return changes_of_hands_; }

 private:
  // A directory changes its ctime when it is renamed, gets another mode, or an entry.
  struct Identity {
    ino_t inode = 0;
    timespec changed{};
    bool operator==(Identity const& other) const {
      return inode == other.inode && changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
    }
  };
  struct Written {
    Token token;
    Kind const* kind = nullptr;
    Identity directory;
    bool found = false;
  };

  [[nodiscard]] std::filesystem::path at(std::string const& path) const { return exported_ / path; }
  [[nodiscard]] Identity identity_of(std::string const& directory) const;
  void look_for_shared(std::vector<LiveVolume> const& live);
  void visit_one(LiveVolume const& live);
  void begin(LiveVolume const& live, std::vector<Token> const& there);
  void look_again(LiveVolume const& live, Written const& written, std::vector<Token> const& there);
  void note_hands(LiveVolume const& live);

  // What lies on the export when all has come to its end.
  struct Places;
  void find_token(std::filesystem::path const& file, Places const& places);
  [[nodiscard]] bool is_right(Written const& written, std::string const& directory, Places const& places) const;
  void find_left_overs(Places const& places);

  std::filesystem::path exported_;
  Faults faults_;
  std::map<std::string, Written> written_;     // by the claim's uid
  std::map<std::string, std::string> holder_;  // "namespace/claim" of which one of two has the directory -> cluster
  int changes_of_hands_ = 0;
};

}  // namespace nfs::test
