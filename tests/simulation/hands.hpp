#pragma once

#include <map>
#include <set>
#include <string>

namespace nfs::simulation {

/// What people do with volumes beyond claims: they give them away, or make them again.
struct Hands {
  std::map<std::string, std::set<std::string>> given;  ///< uids of the claims that a volume was given to, by its name
  std::map<std::string, std::string> reserved;         ///< "namespace/name" of who may take a volume, by its name
  std::set<std::string> gave;        ///< uids of populators' own claims, once the claim to be filled had their volume
  std::set<std::string> made_again;  ///< uids of volumes that were made from a backup
  std::set<std::string> busy;        ///< names of volumes that somebody is about to give away, or to make again

  [[nodiscard]] bool reserved_for(std::string const& volume, std::string const& claim) const {
    auto const at = reserved.find(volume);
    return at != reserved.end() && at->second == claim;
  }
  [[nodiscard]] bool gave_to(std::string const& volume, std::string const& claim_uid) const {
    auto const at = given.find(volume);
    return at != given.end() && at->second.contains(claim_uid);
  }
};

}  // namespace nfs::simulation
