#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/volume.hpp"
#include "k8s/watch/store.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/storage/volume_store.hpp"

namespace nfs {

/// Who stands on which directory of each export, and which decisions wait for whom: what must be looked at and changed
/// in one step, since workers decide side by side. Thread-safe.
class Ledger {
 public:
  Ledger(std::vector<Export> const& exports, std::string provisioner);

  /// What there is of a name when it is decided upon.
  enum class Standing {
    nothing,  ///< neither a volume nor an intent
    going,    ///< an intent alone, or a volume that is being deleted
    volume,   ///< a volume that stays, as far as is known
  };

  using Decide = std::function<Decision(std::vector<Occupancy> const& occupancies)>;

  struct Decided {
    Decision decision;
    std::vector<std::string> freed;  ///< who waited for the directory that `name` gave up, and should be looked at
  };

  /// Decides for the volume `name` while nobody else does, and at most once at a time for one name. The directory that
  /// the decision makes or releases (on export number `home`) is taken at once, and stays so until there is no such
  /// volume, nor an intent of it, (Standing::nothing) and a later decision for the name has nothing to do any more;
  /// what the decision waits for is remembered.
  [[nodiscard]] Decided decide(std::string const& name, std::size_t home, Standing standing, Decide const& decide);

  /// An intent stands on export number `home` since before this program began: its directory is taken, as if this
  /// program had decided to make it. Its volume should be looked at.
  void resume(Intent const& intent, std::size_t home);

  /// Whether `name` still holds a directory, though the watch has not shown its volume yet, nor that it went.
  [[nodiscard]] bool holds_unseen(std::string_view name);

  /// A volume came, changed or went: who waited for it and should be looked at again? The volume itself should be
  /// looked at as well, always: that gives up the directory of one that went while it was being released, or whose
  /// intent stands (`intended`), for that is to be undone yet.
  [[nodiscard]] std::vector<std::string> note(k8s::Change<k8s::Volume> const& change, bool intended = false);

 private:
  void place(k8s::Volume const& volume);
  void drop(std::string_view volume);
  void take(std::string const& name, std::size_t home, RelativePath const& path, k8s::ObjectReference const& claim);
  void take_directory(std::string const& name, std::size_t home, Action const& action);
  void note_leaving(std::string const& name, Standing standing, Decided& decided);
  [[nodiscard]] std::vector<std::string> catch_up(std::string const& name);
  [[nodiscard]] std::vector<std::string> take_waiting(std::string_view volume);

  std::vector<Export> const& exports_;
  std::string provisioner_;
  std::mutex mutex_;
  std::vector<Occupancy> occupancies_;
  std::set<std::string, std::less<>> standing_;   // volumes that the watch shows
  std::set<std::string, std::less<>> acting_;     // names whose last decision was to act: maybe still under way
  std::set<std::string, std::less<>> releasing_;  // those of acting_ that release a directory
  std::set<std::string, std::less<>> leaving_;    // those that go, and leave their directory to who shares it
  std::set<std::string, std::less<>> went_;       // those of acting_ whose volume the watch has shown to go meanwhile
  // Volumes as they were edited while being released: counts once that is over, a release is not called off by it.
  std::map<std::string, std::shared_ptr<k8s::Volume const>, std::less<>> edited_;
  std::map<std::string, std::set<std::string>, std::less<>> waiting_;  // for a volume: names to look at again
};

}  // namespace nfs
