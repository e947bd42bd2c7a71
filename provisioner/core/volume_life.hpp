#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "k8s/model/volume.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/lost_volume.hpp"
#include "provisioner/core/occupancy.hpp"
#include "provisioner/core/placement.hpp"

/// The life of one volume name: what this program is doing with its directory, and what it knows of it. This is the one
/// place where that is kept; everything else asks here. Pure: values in, values out.
///
///              Decided(provision)             Seen
///     idle ------------------------> making --------> idle
///       |  Decided(release)  --> releasing --Acted--> released --Gone--> (no life)
///       |  Decided(undo)     --> undoing   --Acted--> (no life), or released with its volume
///       |  Decided(leave)    --> leaving   --Acted--> released
///       |  Lost              --> lost      --Seen---> idle, or released or left as above
///
/// Whatever is decided after a failure takes the place of what was decided before; every action can be repeated.
namespace nfs {

enum class Phase {
  idle,       ///< nothing is under way; its directory is the one that the watch shows its volume at
  making,     ///< its directory is being made, or was made and no watch has shown the volume yet
  releasing,  ///< its directory is being archived, moved to the trash or kept in place
  undoing,    ///< the directory of a volume that was never used is being removed
  leaving,    ///< its volume is being deleted; its directory stays with those who share it
  released,   ///< dealt with: it holds nothing any more, whatever the watch still shows of its volume
  lost,       ///< the export's records say that it is in use, and no watch shows it
};

/// A directory that a volume name holds against others, and as whose.
struct Holding {
  Directory directory;
  Occupant occupant;
  /// The directory that the volume was made for, where its source names another one: its data may be in either.
  std::optional<Directory> also = {};
  bool operator==(Holding const&) const = default;
};

using VolumePointer = std::shared_ptr<k8s::Volume const>;

/// A time of a clock that never goes back, counted from that clock's epoch.
using Instant = std::chrono::nanoseconds;

struct Life {
  Phase phase = Phase::idle;
  /// The watch shows the volume now.
  bool seen = false;
  /// What it holds by what the watch shows. Null: nothing on an export that is known.
  std::shared_ptr<Holding const> shown;
  /// The volume is there, and cannot be read (any more): nothing is done for it.
  bool unreadable = false;
  /// The watch has shown the volume's end while something was under way.
  bool ended = false;
  /// What the decision under way has taken. Null: nothing beside what is shown.
  std::shared_ptr<Holding const> taken;
  /// A directory that was being made for it when the watch showed its volume at another one (people made it again): it
  /// may be removed yet, until the next decision.
  std::optional<Directory> begun_elsewhere;
  /// What the export's records say of it, as long as that is to be dealt with. Null: nothing is.
  std::shared_ptr<LostVolume const> lost;
  /// The directory that the intent on the export names. nullopt: there is no intent.
  std::optional<Directory> intent;
  /// A request to create the volume was sent and not answered: it may still be carried out until then.
  std::optional<Instant> doubtful_until;
};

/// What a life is read against; the same for all of them.
struct LifeSetting {
  std::vector<Export> const& exports;
  std::vector<std::string> const& ids;  ///< of the exports; empty until one was identified
  std::string const& provisioner;
};

// --- what can happen to a life ---

/// The watch shows the volume: new, or changed.
struct Seen {
  VolumePointer volume;
};
/// The watch shows that the volume is gone.
struct Gone {};
/// The watch shows that the volume is there, and it cannot be read.
struct SetAside {};
/// A decision was made for the name, on a volume that is (`there`), is being deleted (`deleting`), or is not.
struct Decided {
  enum class Volume { none, deleting, there };
  Decision const& decision;
  Volume volume = Volume::none;
  std::size_t export_index = 0;
};
/// All actions of a decision were carried out. `volume`: it was decided on one.
struct Acted {
  Purpose purpose;
  bool volume = false;
};
/// The intent stands on the export, by us now, or since before this program began (`resumed`: then as `claim` says).
struct IntentWritten {
  Directory directory;
};
struct IntentResumed {
  Directory directory;
  k8s::ObjectReference claim;
};
struct IntentGone {};
/// The export's records say that the volume is in use; nothing else is known of it.
struct Lost {
  LostVolume volume;
};
/// The request to create the volume was not answered.
struct Doubted {
  Instant until;
};

using LifeEvent =
    std::variant<Seen, Gone, SetAside, Decided, Acted, IntentWritten, IntentResumed, IntentGone, Lost, Doubted>;

struct LifeChange {
  Life life;
  bool wake = false;  ///< those who wait for this volume are to be looked at again
  bool look = true;   ///< the name itself is to be looked at
};

/// The life of the volume called `name` after `event`.
[[nodiscard]] LifeChange next(std::string_view name, Life const& life, LifeEvent const& event,
                              LifeSetting const& setting);

/// The directory that it holds against others now; nullopt: none (that is known: an export may not be identified yet).
[[nodiscard]] std::optional<Holding> holding(Life const& life);

/// The same life where exports came to be known by their ids since the watch showed `volume`.
[[nodiscard]] Life shown_anew(Life life, k8s::Volume const& volume, LifeSetting const& setting);

/// Nothing is to be known of it beside what the watch shows, which is in one place at most.
[[nodiscard]] bool is_plain(Life const& life);

/// Whether its volume cannot be read and never was: any directory may be its.
[[nodiscard]] bool may_be_anywhere(Life const& life);

/// Nothing is known of it that matters: it need not be kept.
[[nodiscard]] bool is_blank(Life const& life);

/// Whether it holds a directory though no watch shows its volume: nobody will say that it went.
[[nodiscard]] bool holds_unseen(Life const& life);

}  // namespace nfs
