#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "k8s/model/shared_texts.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// What is happening to a directory that is held.
enum class Motion {
  none,    ///< nothing
  moves,   ///< it is being made, moved or given back, and may be gone in a moment: nobody joins it, nor leaves it data
  leaves,  ///< its volume is being deleted, and its directory left to those who share it
};

/// Who holds a directory of an export.
struct Occupant {
  std::string volume;     ///< name of the PersistentVolume
  std::string claim_uid;  ///< empty: a volume without a claim, or meant for one but not bound; it counts as live
  std::string claim_namespace;
  std::string claim_name;
  bool deletes = false;  ///< reclaim policy Delete: it will be released by us once its claim is gone
  Motion motion = Motion::none;
  std::string namespace_uid = {};                     ///< as frozen on the volume; empty: unknown
  std::optional<std::chrono::seconds> kept_for = {};  ///< how long its data is kept in the end; nullopt: for ever
  /// Its volume cannot be read any more. Its directory is known all the same, for that never changes, but not whether
  /// it is still kept for its claim's successor: nobody adopts it.
  bool unreadable = false;
  /// Its volume is Released and being deleted, and does not wait for us (any more): nobody deals with its directory
  /// from now on, however long the finalizer of somebody else keeps the volume.
  bool over = false;
  /// Another provisioner's, of reclaim policy Delete: that one deals with the directory once the claim is gone.
  bool goes_elsewhere = false;
  /// When its volume was made, as the API server writes it; said only where `namespace_uid` is unknown.
  std::string made_at = {};
  /// No watch shows its volume: the export's records alone say that it has the directory. They are asked before the
  /// directory is moved once its claim is gone, too.
  bool by_records = false;
  bool operator==(Occupant const&) const = default;
};

/// Which volume uses which directory of one export: a value, with quick answers to "who is equal to, above or below
/// this path?" (logarithmic in the number of volumes, plus the number of answers). One volume has one directory, as a
/// rule. There may be very many: what is held is packed (k8s/model/packer), and unpacked for whoever asks.
class Occupancy {
 public:
  struct Entry {
    RelativePath path;
    Occupant occupant;
  };

  Occupancy() = default;
  Occupancy(Occupancy const& other);
  Occupancy& operator=(Occupancy const& other);
  Occupancy(Occupancy&&) = default;
  Occupancy& operator=(Occupancy&&) = default;
  ~Occupancy() = default;

  void put(RelativePath const& path, Occupant const& occupant);  ///< replaces what the same volume had before
  /// A further directory of a volume that has one: it is not known in which of them its data is.
  void put_also(RelativePath const& path, Occupant const& occupant);
  void erase(std::string_view volume);  ///< nothing happens if there is none
  /// A volume that cannot be read and never was: it may be at any directory. Gone with erase() or put().
  void put_unread(std::string volume) { unread_.insert(std::move(volume)); }
  [[nodiscard]] std::optional<std::string> unread() const {
    return unread_.empty() ? std::nullopt : std::optional(*unread_.begin());
  }
  /// From the root down: those above, the equal ones, those below; among equal paths by volume name. Of those below, a
  /// hundred at most: each of them is in the way.
  [[nodiscard]] std::vector<Entry> overlapping(RelativePath const& path) const;
  /// The directories of all volumes that were made for claims of this name, by volume name.
  [[nodiscard]] std::vector<Entry> of_claim(std::string_view name_space, std::string_view name) const;
  /// The directories of one volume.
  [[nodiscard]] std::vector<Entry> of_volume(std::string_view volume) const;
  [[nodiscard]] std::size_t size() const { return by_path_.size(); }

 private:
  /// An entry: the length of its path, the path, and the rest of it packed.
  using Held = std::string;
  struct PathAndVolume {
    std::string_view path;
    std::string_view volume;
  };
  // By path, so that a directory's descendants follow it directly: '/' sorts below every other byte of a component.
  struct Order {
    using is_transparent = void;
    k8s::SharedTexts const* texts;
    bool operator()(Held const* left, Held const* right) const;
    bool operator()(Held const* left, PathAndVolume right) const;
    bool operator()(PathAndVolume left, Held const* right) const;
  };
  using ByVolume = std::unordered_multimap<std::uint64_t, Held>;

  [[nodiscard]] Entry entry(Held const& held) const;
  void forget(Held const& held);

  std::unique_ptr<k8s::SharedTexts> texts_ = std::make_unique<k8s::SharedTexts>();
  ByVolume by_volume_;                                         // by the hash of its name
  std::set<Held const*, Order> by_path_{Order{texts_.get()}};  // these point into by_volume_
  std::set<std::pair<std::uint64_t, Held const*>> by_claim_;   // so do these; by the hash of namespace/name
  std::set<std::string, std::less<>> unread_;
};

/// May a claim of `claim_namespace`/`claim_name` (uid `claim_uid`) use `path` beside those who stand there?
struct PathFree {};
struct PathHeld {
  std::string volume;      ///< the volume that stands in the way; for logs and wake-ups, not for Events
  bool soon_free = false;  ///< it is about to be released by us, or to be shared: wait, do not refuse
  std::string message;     ///< for the Event; never shows another namespace's names
};
using PathVerdict = std::variant<PathFree, PathHeld>;

using ClaimExists = std::function<bool(std::string_view uid)>;

/// Whether `occupant` holds its directory against nobody any more: its release is over, and its claim is gone (a
/// restore of etcd may have brought it back).
[[nodiscard]] bool is_over(Occupant const& occupant, ClaimExists const& claim_exists);

/// Whether its claim is gone, and its directory is to be released by us.
[[nodiscard]] bool is_going(Occupant const& occupant, ClaimExists const& claim_exists);

struct Asker {
  std::string name_space;
  std::string name;
  std::string uid;
  std::string namespace_uid = {};                     ///< empty: unknown
  std::optional<std::chrono::seconds> kept_for = {};  ///< of its data; nullopt: for ever
  std::string namespace_made_at = {};                 ///< as the API server writes it; empty: unknown
  bool chooses_path = true;           ///< text of its own (name, label, annotation) says where its directory is
  bool across_namespace_uid = false;  ///< its class lets it have what an earlier namespace of the same name kept
  std::string storage_class = {};     ///< the name of its class
};

/// docs/behaviour.md#live and #sharing. `overlapping` is what Occupancy::overlapping(path) gave.
/// - The asker's own volume (same claim uid) never blocks.
/// - An occupant whose claim exists, or that has no claim, blocks; so does one that is kept (its claim is gone, policy
///   Retain) unless the asker has its claim's namespace and name and wants the very same directory: it adopts it. The
///   namespace must be the same one: of the same uid or, where that is not frozen on the volume, older than the volume.
///   The class's consent lifts that.
/// - `sharing` lifts either block for an *equal* path: of claims of the same namespace, or of all. A namespace that was
///   made anew is another one: what is kept is shared within a namespace only where both uids are known. And both must
///   keep their data for the same time in the end: the last to go deals with all that is there. Nesting is never
///   allowed, whoever asks: deleting the outer directory would take the inner one along.
/// - One that will be released (its claim is gone, policy Delete), by us or by another provisioner, blocks for the
///   moment (soon_free), also where sharing is allowed: its release may be moving the directory away right now. So does
///   one that is in motion.
/// - One whose release is over blocks nobody.
/// A lasting block is reported before a momentary one.
[[nodiscard]] PathVerdict may_use(Asker const& asker, RelativePath const& path, SharedDirectory sharing,
                                  std::vector<Occupancy::Entry> const& overlapping, ClaimExists const& claim_exists);

/// Of the occupants beside whom the asker may use `path`, one who is not the asker's own past (an earlier claim of its
/// name, whose volume is kept): the directory is theirs too, and is not replaced by an archive. nullopt: there is none.
[[nodiscard]] std::optional<PathHeld> shared_with(Asker const& asker, RelativePath const& path,
                                                  std::vector<Occupancy::Entry> const& overlapping,
                                                  ClaimExists const& claim_exists);

/// The volume of an earlier claim of the asker's namespace and name that is about to be released by us, if there is
/// one: what it held is not an archive yet. `of_claim` is what Occupancy::of_claim gave.
[[nodiscard]] std::optional<std::string> release_under_way(Asker const& asker,
                                                           std::vector<Occupancy::Entry> const& of_claim,
                                                           ClaimExists const& claim_exists);

}  // namespace nfs
