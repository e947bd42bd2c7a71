#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/mutex.hpp"
#include "k8s/watch/store.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/core/volume_life.hpp"

namespace nfs {

/// The lives of all volume names (core/volume_life), who holds which directory of each export, and who waits for whom:
/// looked at and changed in one step, since workers decide side by side. Holds no rule of its own. Thread-safe; calls
/// out, to `Decide` alone, with its lock held.
class Ledger {
 public:
  using Names = std::vector<std::string>;

  Ledger(std::vector<Export> const& exports, std::string provisioner);

  /// What a decision is made on, while nobody else decides.
  struct View {
    std::vector<Occupancy> const& occupancies;  ///< by export
    Life const& life;                           ///< of the name that is decided upon
  };
  using Decide = std::function<Decision(View const& view)>;

  struct Answer {
    Decision decision;
    Names woken;  ///< who waited for `name`, and is to be looked at again
  };

  /// Decides for `name`, on export number `export_index`, on a volume that is there, being deleted, or not. What the
  /// decision takes is taken at once; what it waits for is remembered.
  [[nodiscard]] Answer decide(std::string const& name, std::size_t export_index, Decided::Volume volume,
                              Decide const& decide);
  struct Noted {
    Names woken;        ///< who waited for the volume
    bool look = false;  ///< the volume itself is to be looked at (again)
  };
  /// All actions of a decision were carried out.
  [[nodiscard]] Noted acted(std::string const& name, Acted const& acted);
  /// The watch has shown a volume that came, changed or went.
  [[nodiscard]] Noted note(k8s::Change<k8s::Volume> const& change);

  /// A volume cannot be read: from now on its directory is nobody's to adopt; one that was never read may be anywhere
  /// (core/unread_volume). Until note() hears that it changed, or unread_gone() that it has gone.
  void set_aside(std::string const& volume);
  /// A volume that was never read has gone.
  [[nodiscard]] Noted unread_gone(std::string const& volume);

  /// The intent on the export, as it was just written or found, or is known to be gone.
  void intent_written(std::string const& name, Directory directory);
  void intent_resumed(std::string const& name, Directory directory, k8s::ObjectReference const& claim);
  void intent_gone(std::string const& name);
  /// The export's records say that a volume is in use. True if nothing was known of it: it is to be looked at.
  [[nodiscard]] bool found_lost(std::string const& name, LostVolume const& volume);
  /// Calls what it is given for each volume that the watch shows.
  using EachVolume = std::function<void(std::function<void(k8s::Volume const&)> const&)>;
  /// Export number `export_index` is known by `id` from now on: before anybody decides there, so that each directory in
  /// use is held. Gives the volumes that turn out to be there and are to be looked at. Refused, and nothing happens, if
  /// another export is known by it already.
  [[nodiscard]] OrRefusal<Names> identified(std::size_t export_index, std::string const& id,
                                            EachVolume const& each_volume);
  /// By what the exports are known; empty until one is.
  [[nodiscard]] std::vector<std::string> export_ids() const;
  /// A request to create the volume was sent and not answered: it may be carried out until then.
  void doubt(std::string const& name, k8s::SteadyTime until);

  /// The life of `name` as it is now.
  [[nodiscard]] Life life(std::string_view name) const;
  /// The names of which more is known than that the watch shows their volumes: something is, or was, under way.
  [[nodiscard]] std::set<std::string, std::less<>> under_way() const;

 private:
  [[nodiscard]] Life life_of(std::string_view name) const REQUIRES(mutex_);
  /// Keeps a life, with what it holds.
  void keep(std::string const& name, Life const& before, Life const& after) REQUIRES(mutex_);
  /// What happens to a life, with its directory. True: wake who waits for it.
  LifeChange happen(std::string const& name, LifeEvent const& event) REQUIRES(mutex_);
  void hold(std::string const& name, std::optional<Holding> const& before, std::optional<Holding> const& after)
      REQUIRES(mutex_);
  void wait_for(std::string const& name, std::string const& blocker) REQUIRES(mutex_);
  /// Who waits for `blocker`: a few of them; the rest waits for the first of these from now on.
  [[nodiscard]] Names take_waiting(std::string_view blocker) REQUIRES(mutex_);

  std::vector<Export> const& exports_;
  std::string const provisioner_;
  mutable k8s::Mutex mutex_;
  std::vector<std::string> ids_ GUARDED_BY(mutex_);  // of the exports; empty: not identified yet
  // What the lives hold, by path. Of most volumes nothing more is to be known: their lives are plain, and not kept.
  std::vector<Occupancy> occupancies_ GUARDED_BY(mutex_);
  std::set<std::string, std::less<>> placeless_ GUARDED_BY(mutex_);    // those of plain lives that hold nothing
  std::map<std::string, Life, std::less<>> lives_ GUARDED_BY(mutex_);  // those that are neither blank nor plain
  /// For a volume: names to look at again.
  std::map<std::string, std::set<std::string>, std::less<>> waiting_ GUARDED_BY(mutex_);
  std::map<std::string, std::string, std::less<>> waits_for_ GUARDED_BY(mutex_);  // the same from the other side
  /// Names that others wait for only because they were woken first.
  std::set<std::string, std::less<>> relays_ GUARDED_BY(mutex_);
};

}  // namespace nfs
