#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "k8s/text/rfc3339.hpp"
#include "provisioner/core/action.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/lost_volume.hpp"
#include "provisioner/core/neighbours.hpp"
#include "provisioner/core/occupancy.hpp"
#include "provisioner/core/reason.hpp"
#include "provisioner/core/settings.hpp"

namespace nfs {

/// Nothing to do.
struct LeaveAlone {
  Reason reason = Reason::nothing_there;
  std::string details = {};  ///< the names behind it, where core/reason.hpp says so
  bool operator==(LeaveAlone const&) const = default;
};

/// Not now: ask again when `for_volume` (a volume's name, if not empty) or one of the objects looked at changes, or
/// after `again_after` if that is not 0. `event` is told once.
struct Wait {
  Reason reason;
  std::string for_volume = {};
  std::optional<EmitEvent> event = {};
  std::chrono::milliseconds again_after{0};
};

/// Asked for what cannot be: told by `event`, and asked again when `for_volume` or one of the objects changes.
struct Refuse {
  EmitEvent event;
  std::string for_volume;
};

/// What a list of actions is for.
enum class Purpose {
  provision,  ///< make the directory and the volume of a claim, and bind them
  bind,       ///< bind a volume that is there, made for the claim
  grow,       ///< give a bound claim the size that it asks for
  hand_over,  ///< note on a volume what it is, and whose it is by now
  mark,       ///< mark a volume Released whose claim is gone
  settle,     ///< the intent has done its work: the directory is a volume's, or somebody else's by now
  undo,       ///< remove the directory of a volume that was never used, and that volume if there is one
  release,    ///< do with the directory what the policy says, and delete the volume
  leave,      ///< delete the volume, and leave its directory to those who share it
  finalizer,  ///< put our finalizer on, or take it off
};

/// A directory that an act takes: nobody else's until the act is over.
struct Taken {
  RelativePath path;
  k8s::ObjectReference claim;  ///< whose it is
  bool operator==(Taken const&) const = default;
};

/// To be done, in this order.
struct Act {
  Purpose purpose = Purpose::provision;
  std::vector<Action> actions;
  std::optional<Taken> takes = {};
};

using Decision = std::variant<LeaveAlone, Wait, Refuse, Act>;

/// For the log: the reason and the names behind it; the Event's words, if there is one.
[[nodiscard]] std::string why(LeaveAlone const& leave);
[[nodiscard]] std::string why(Wait const& wait);

/// An export as decisions see it.
struct ExportView {
  Export const& where;
  std::string const& id;  ///< empty until the export was identified
  Occupancy const& occupancy;
  Neighbours const* neighbours = nullptr;  ///< the other clusters on it, as last looked at; null: none is known
  k8s::WallTime now = {};                  ///< tells how long one of them was not seen
};

/// A claim and all that bears on it.
struct ClaimView {
  k8s::Claim const& claim;
  k8s::StorageClass const* storage_class = nullptr;  ///< the class it asks for; null: there is none of that name
  bool class_unreadable = false;                     ///< there is one, and it cannot be read (storage_class is null)
  k8s::Volume const* volume = nullptr;               ///< the volume named after its uid; null: there is none
  bool choosable_volume = false;             ///< kube-controller-manager could bind it to a volume that is there
  bool intent_pending = false;               ///< an intent of this volume stands on the export
  std::string namespace_uid = {};            ///< of the claim's namespace; empty: unknown
  std::vector<ArchiveRecord> archives = {};  ///< of this claim's name, or of the directory that it may share
  ArchiveKnowledge archives_known = ArchiveKnowledge::complete;  ///< else `archives` may lack some
  std::vector<ArchiveRecord> records_here = {};  ///< of the path that its class gives: as KnownArchives has them
  std::string namespace_made_at = {};            ///< as the API server writes it; empty: unknown
  bool has_taken_over = false;                   ///< some archives may be of a cluster that this one has taken over
};

/// A volume whose claim is gone, or is none of ours to bind.
struct VolumeView {
  k8s::Volume const& volume;
  k8s::StorageClass const* storage_class = nullptr;  ///< its class; null: gone
  bool claim_went_elsewhere = false;                 ///< its claim is there, and bound to another volume for good
  bool claim_is_gone = false;                        ///< the API server itself has said so just now
  bool class_unreadable = false;                     ///< its class is there, and cannot be read; storage_class is null
  std::string namespace_uid = {};                    ///< of the namespace of the claim that it names; empty: unknown
};

/// What now, for a claim? docs/behaviour.md#claims, #volume, #binding, #directory.
[[nodiscard]] Decision decide_claim(ClaimView const& view, ExportView const& place, Settings const& settings,
                                    ClaimExists const& claim_exists);

/// Whether the answer for a claim rests on what its class and the archives say: there is no volume, and one is to be
/// made, now, by us.
[[nodiscard]] bool is_to_be_made(ClaimView const& view, Settings const& settings);

/// What now, for a volume? docs/behaviour.md#release. `places` are all exports.
[[nodiscard]] Decision decide_volume(VolumeView const& view, std::vector<ExportView> const& places,
                                     Settings const& settings, ClaimExists const& claim_exists);

/// All that is known of one volume name: the claim that it is named after, and the volume. Each may be absent (null),
/// and so may their classes.
struct Question {
  std::string const& name;
  k8s::Claim const* claim = nullptr;
  k8s::Volume const* volume = nullptr;
  k8s::Claim const* holder = nullptr;  ///< the claim that the volume names, by its uid: `claim` mostly; null: none
  k8s::StorageClass const* class_of_claim = nullptr;
  k8s::StorageClass const* class_of_volume = nullptr;
  bool class_of_claim_unreadable = false;      ///< there is one, and it cannot be read; class_of_claim is null
  bool class_of_volume_unreadable = false;     ///< likewise
  bool choosable_volume = false;               ///< as ClaimView has it
  bool claim_is_gone = false;                  ///< as VolumeView has it
  std::string const& namespace_uid;            ///< of the claim's namespace, or of the holder's if there is a volume
  std::vector<ArchiveRecord> const& archives;  ///< as ClaimView has it
  ArchiveKnowledge archives_known = ArchiveKnowledge::complete;  ///< likewise
  std::vector<ArchiveRecord> records_here = {};                  ///< likewise
  std::string namespace_made_at = {};                            ///< likewise
  bool has_taken_over = false;                                   ///< likewise
  std::optional<RelativePath> intent = {};  ///< the directory that an intent of this name stands for
  /// What the export's records say of it, where no watch shows the volume. Null: nothing that is to be dealt with.
  LostVolume const* lost = nullptr;
  std::chrono::milliseconds in_doubt{0};  ///< for so long a request to create the volume may yet be carried out
};

/// What every question is answered with.
struct Circumstances {
  std::vector<ExportView> const& exports;
  std::size_t export_index = 0;  ///< the export that the question is asked for
  Settings const& settings;
  ClaimExists const& claim_exists;
};

/// What now, for a volume name? The one entry: asks decide_claim() and decide_volume(), and adds what is to become of
/// something that was begun: settled, undone, or waited for. Pure; may be asked at any moment, as often as one likes.
[[nodiscard]] Decision decide(Question const& question, Circumstances const& around);

/// Whether the answer for a volume rests on whether its claim is really gone: it would be marked Released. Watches lag,
/// so the API server is to be asked.
[[nodiscard]] bool rests_on_claim(k8s::Volume const& volume, Settings const& settings, ClaimExists const& claim_exists);

/// Whether the answer for a volume rests on its phase alone: it is marked Released and of ours to release. A restore of
/// etcd takes such a mark back, and a watch tells of that late, so the API server is to be asked.
[[nodiscard]] bool rests_on_phase(k8s::Volume const& volume, Settings const& settings);

/// Whether the answer for a volume rests on what its class says: it is due (Released, or about to be marked so as its
/// claim is gone), and froze no policy (upstream's).
[[nodiscard]] bool is_up_to_class(k8s::Volume const& volume, bool claim_is_gone, Settings const& settings);

/// Whether the archive of a volume that is due needs the uid of the namespace of the claim that the volume names: what
/// is frozen is of an earlier claim.
[[nodiscard]] bool is_up_to_namespace(k8s::Volume const& volume, bool claim_is_gone, Settings const& settings);

/// Whether kube-controller-manager could bind `claim` to `volume`, which is there already: available, of the same
/// class (of any, if it is reserved for this claim by name) and mode, with all access modes, large enough, and reserved
/// for nobody else. Also true while it is at it: the volume names the claim, the claim not yet the volume.
/// (pkg/volume/util: FindMatchingVolume.)
[[nodiscard]] bool could_choose(k8s::Claim const& claim, k8s::Volume const& volume);

}  // namespace nfs
