#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/neighbours.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {

/// What the other clusters on the export have there. Where there is none, a look is one listing. What is settled and
/// what is archived is read once, and again when its file is another one; what is being made is read at each look.
/// Nothing of theirs is changed. Thread-safe.
class NeighbourSurvey {
 public:
  /// `own` is set before anything else is called.
  NeighbourSurvey(FileSystem& files, ClusterLayout const& own) : files_(files), own_(own) {}

  /// As it is on the export now, or was at a moment after the call began: of calls that wait for one another, one look
  /// serves all. After an error it is not known: nothing new may be taken then. A document of theirs
  /// that cannot be read is such an error, since it may be of any directory.
  [[nodiscard]] StorageResult<std::shared_ptr<Neighbours const>> look();
  /// Whether another cluster uses the export now. One listing.
  [[nodiscard]] StorageResult<bool> any();
  /// As the last look found it; never null.
  [[nodiscard]] std::shared_ptr<Neighbours const> last() const;

 private:
  /// Of one document: whose it is and which directory it names.
  struct Named {
    std::string cluster;
    std::string path;
    ClaimNames claim = {};
    std::uint64_t inode = 0;  ///< of its file
    FileTime changed = {};    ///< likewise, of what is settled
  };
  using ByName = std::map<std::string, Named, std::less<>>;

  [[nodiscard]] StorageResult<std::set<std::string, std::less<>>> other_ids();
  [[nodiscard]] StorageResult<Neighbours> look_at_all() REQUIRES(looking_);
  [[nodiscard]] StorageResult<void> look_at(std::string const& id, Neighbours& found) REQUIRES(looking_);
  [[nodiscard]] StorageResult<void> read_begun(ClusterLayout const& theirs, Neighbour& found);
  [[nodiscard]] StorageResult<void> read_settled(ClusterLayout const& theirs, Neighbour& found) REQUIRES(looking_);
  [[nodiscard]] StorageResult<void> read_settled_intent(ClusterLayout const& theirs, std::string const& volume,
                                                        ByName& known);
  [[nodiscard]] StorageResult<void> read_records(Neighbours& found) REQUIRES(looking_);

  FileSystem& files_;
  ClusterLayout const& own_;
  k8s::Mutex looking_;                                           // held over file system calls
  std::set<std::string, std::less<>> ids_ GUARDED_BY(looking_);  // of those that the last look found
  std::map<std::string, std::string> first_heartbeats_ GUARDED_BY(looking_);
  std::set<std::string> seen_alive_ GUARDED_BY(looking_);
  std::map<std::string, ByName> settled_ GUARDED_BY(looking_);  // by cluster, then by volume
  std::uint64_t served_ GUARDED_BY(looking_) = 0;  // the number of the latest call that the last look serves
  ByName records_ GUARDED_BY(looking_);            // by file; our own, too
  mutable k8s::Mutex mutex_;
  std::uint64_t calls_ GUARDED_BY(mutex_) = 0;
  std::shared_ptr<Neighbours const> last_ GUARDED_BY(mutex_) = std::make_shared<Neighbours const>();
};

/// What stands in `clusters`, by id; one without a readable cluster.json has its id alone.
[[nodiscard]] StorageResult<std::vector<ClusterCard>> read_cluster_cards(FileSystem& files);

}  // namespace nfs
