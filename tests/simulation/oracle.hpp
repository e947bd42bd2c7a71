#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/truth.hpp"

namespace nfs::simulation {

/// What people were told last, by the uid of the object that it is about.
using Told = std::map<std::string, std::string>;

/// Knows what was written by whom, and looks after every step whether all promises still hold.
class Oracle {
 public:
  explicit Oracle(Scene& scene);

  [[nodiscard]] Truth const& truth() const { return truth_; }

  /// Another cluster uses the export, too. It outlives this one's last look.
  void share_with(Oracle& other) { others_.push_back(&other); }

  void api_changed();
  /// `by_others`: by a program of another cluster.
  void files_moved(bool by_others = false);
  /// When an archive was last given back or pruned: its path is free, which others learn in their own time.
  [[nodiscard]] k8s::SteadyTime archive_went_at() const { return archive_went_at_; }
  void wall_clock_set(k8s::WallTime before) { truth_.note_wall_clock(before); }
  /// A pod of the claim writes a file that nobody else has. False: it has no directory to write to.
  bool write_token(std::string const& claim_uid);
  /// What an administrator, or upstream, left on the export before we came.
  void plant(std::string const& directory);
  /// Somebody puts data there, from elsewhere.
  void occupy(std::string const& directory);
  /// An effect that was begun before took place when others acted already, in this cluster or another one.
  [[nodiscard]] bool landed_late() const;
  /// Nothing moves any more: has everything come to its end?
  void at_rest(Told const& told);

 private:
  struct Token {
    std::string claim_uid;  ///< who wrote it; empty: planted
    std::string owner;      ///< the claim that had it last
    std::string volume;
    std::string path;
    bool restorable = false;  ///< upstream's archive: a claim may ask for it by name
    bool archived = false;    ///< not seen in a volume since it was last seen in an archive
    bool kept = false;        ///< its volume went and left it where it was
    bool in_trash = false;
    bool moved = false;  ///< it lay elsewhere before
    bool gone = false;
    bool given = false;           ///< another cluster's from now on, and followed there alone
    k8s::WallTime rests_since{};  ///< when it came into the trash
    /// Written for a claim that etcd's restore had changed. Its directory may be one that another claim is just making,
    /// and that a crash of the file server takes away.
    bool in_restored = false;
  };

  void read_files();
  [[nodiscard]] bool is_of_others(std::string const& archive) const;
  [[nodiscard]] std::string new_token() const;
  [[nodiscard]] std::string time_of(std::string const& archive) const;
  void follow_tokens();
  void follow(std::string const& name, Token& token, std::string const& path);
  void lost(std::string const& name, Token& token);
  [[nodiscard]] std::string volume_in_trash(std::string const& name) const;
  [[nodiscard]] bool has_rested(Token const& token) const;
  [[nodiscard]] bool may_be_trashed(std::string const& volume) const;
  [[nodiscard]] bool is_kept_longer(Token const& token, std::string const& trashed) const;
  void check_claims();
  void check_claim(ClaimFacts const& claim);
  void check_directory(ClaimFacts const& claim, VolumeFacts const& volume);
  void check_sight(ClaimFacts const& claim, std::string const& directory);
  [[nodiscard]] bool may_share(ClaimFacts const& one, ClaimFacts const& other) const;
  [[nodiscard]] bool of_namespace(ClaimFacts const& claim, Token const& token) const;
  [[nodiscard]] bool may_see(ClaimFacts const& claim, Token const& token) const;
  void note_restored(Token& token);
  void hand_over(Token& token, std::string const& archive);
  void check_records();
  void check_record(std::string const& archive, std::string const& volume);
  void note_handed_over();
  [[nodiscard]] bool is_archive_of(VolumeFacts const& volume, std::string const& archive) const;
  void check_outside();
  void note_kept();
  void check_new_volumes();
  void check_policy(ClaimFacts const& claim, VolumeFacts const& volume);
  void check_restored(std::string const& name, ClaimFacts const& claim, VolumeFacts const& volume);
  [[nodiscard]] VolumeFacts const* holder_of(Token const& token) const;
  [[nodiscard]] bool was_taken_back(VolumeFacts const& volume) const;
  [[nodiscard]] bool is_to_come_back(VolumeFacts const* earlier, ClaimFacts const& claim,
                                     VolumeFacts const& volume) const;

  // --- what is promised to clusters that share the export ---
  [[nodiscard]] bool is_anybodys(Token const& token) const;
  [[nodiscard]] bool was_left(Token const& token) const;
  [[nodiscard]] bool others_moved(std::string const& name, Token& token, std::string const& path);
  void give_to_others(std::string const& name, Token const& token, std::string const& path);
  void check_others() const;
  void check_others_tokens(ClaimFacts const& claim, VolumeFacts const& volume, Oracle const& other) const;
  void check_others_directories(ClaimFacts const& claim, VolumeFacts const& volume, Oracle const& other) const;
  [[nodiscard]] ClaimFacts const* bound_holder_of(std::string const& name, VolumeFacts const& volume) const;
  [[nodiscard]] bool belongs_to_others(std::string const& path) const;
  [[nodiscard]] bool others_excuse_empty(std::string const& directory) const;
  void rest_of_refused(ClaimFacts const& claim, std::string const& told) const;

  void rest_of_claim(ClaimFacts const& claim, Told const& told);
  void rest_of_volume(VolumeFacts const& volume, Told const& told);
  void rest_of_export();
  [[nodiscard]] bool is_accounted_for(std::string const& directory) const;
  [[nodiscard]] bool release_is_stuck(ClaimFacts const& claim) const;
  [[nodiscard]] std::string wanted_by(ClaimFacts const& claim) const;
  [[nodiscard]] bool is_refused_data(ClaimFacts const& claim) const;
  [[nodiscard]] bool has_anybodys_at(std::string const& path) const;
  [[nodiscard]] bool somebody_asks_for_an_archive(ClaimFacts const& but) const;
  [[nodiscard]] bool could_share(ClaimFacts const& claim, VolumeFacts const& volume) const;
  [[nodiscard]] bool can_be_served(ClaimFacts const& claim) const;
  [[nodiscard]] bool is_reserved(std::string const& path, ClaimFacts const& claim) const;
  [[nodiscard]] std::string describe(std::string const& name, Token const& token) const;
  [[nodiscard]] bool stands(std::string const& path) const { return files_.contains(path); }
  [[nodiscard]] std::string archive_given_to(std::string const& volume) const;
  [[nodiscard]] bool is_newer(std::string const& archive, std::string const& than) const;
  [[nodiscard]] bool is_used_by_others(std::string const& path, std::string const& but) const;
  [[nodiscard]] bool was_kept_at(std::string const& path, std::string const& but) const;
  [[nodiscard]] bool is_empty(std::string const& directory) const;
  [[nodiscard]] bool excuses_empty(std::string const& directory) const;
  [[nodiscard]] bool is_kept_for_lost_volume(std::string const& directory) const;
  [[nodiscard]] bool went_unguarded(std::string const& volume) const;

  Scene& scene_;
  Truth truth_;
  std::map<std::string, Token> tokens_;
  std::map<std::string, std::string> files_;  ///< as they stood at the last look
  k8s::SteadyTime archive_went_at_{};
  std::set<std::string> archives_;
  std::set<std::string> given_back_;                  ///< archives that stood, and were not there at a later look
  std::map<std::string, std::string> archive_times_;  ///< as the record said when the archive was first seen
  std::set<std::string> planted_archives_;
  std::set<std::string> checked_volumes_;
  std::map<std::string, std::string> archived_from_;  ///< volume, by archive
  std::map<std::string, std::string> holders_;        ///< uid of the claim that a volume named last, by its name
  std::vector<Oracle*> others_;
  bool moved_by_others_ = false;  ///< what is looked at now
  bool occupied_ = false;
};

}  // namespace nfs::simulation
