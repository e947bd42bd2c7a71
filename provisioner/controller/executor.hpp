#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "k8s/api/client.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/ledger.hpp"
#include "provisioner/core/action.hpp"
#include "provisioner/exports/export_site.hpp"
#include "provisioner/observe/work_observer.hpp"

namespace nfs {

/// All actions were taken.
struct Done {};
/// What was decided upon is no longer so (a conflict, a claim that is gone): read anew and decide again.
struct Stale {};
/// An action failed; to be tried again after a pause.
struct Failed {
  std::string message;                      ///< what failed, on what, why
  std::chrono::milliseconds retry_after{};  ///< the server's wish; 0: none
  bool worth_an_event = true;               ///< not for what only the program itself is concerned with (no connection)
  std::string cause = {};                   ///< why, in a few words that name nobody's objects
};
/// What comes next must wait for others, who tell by a change of an object, or take some time.
struct NotYet {};
/// Stopped half-way because the program ends.
struct Cancelled {};
/// The API server refused `action` (index into the list) with 403: a permission is missing, or admission does not let
/// this object pass.
struct Forbidden {
  std::size_t action = 0;
  std::string message;
};

using ActionResult = std::variant<Done, Stale, Failed, NotYet, Cancelled, Forbidden>;

using TellEvent = std::function<void(EmitEvent const&)>;

/// Takes actions, in order, against one API server and one export. What the server answers goes into the view, so that
/// the next decision knows of it. Each worker has its own; not thread-safe.
class Executor {
 public:
  /// `observer` may be null.
  Executor(k8s::Client& client, ExportSite& site, std::size_t export_index, Ledger& ledger, ClusterView& view,
           TellEvent tell, std::string program_version, k8s::Clock const& clock, k8s::Log const& log,
           WorkObserver* observer = nullptr);

  /// `claim` and `volume` are what the actions were decided on; either may be null where the actions need none.
  [[nodiscard]] ActionResult run(std::vector<Action> const& actions, ClaimPointer claim, VolumePointer volume,
                                 std::stop_token stop);

 private:
  ActionResult take(EmitEvent const& action);
  ActionResult take(MakeDirectory const& action);
  ActionResult take(CreateVolume const& action);
  ActionResult take(MarkVolumeBound const& action);
  ActionResult take(MarkVolumeReleased const& action);
  ActionResult take(BindClaim const& action);
  ActionResult take(MarkClaimBound const& action);
  ActionResult take(ResizeVolume const& action);
  ActionResult take(ResizeClaim const& action);
  ActionResult take(SettleIntent const& action);
  ActionResult take(ForgetIntent const& action);
  ActionResult take(UndoDirectory const& action);
  ActionResult take(ReleaseDirectory const& action);
  [[nodiscard]] StorageResult<Released> release(ReleaseDirectory const& action, ArchiveRecord const& record);
  void count_deletion();
  void warn_about(std::string_view reason, std::string message);  ///< the volume
  ActionResult take(DeleteVolume const& action);
  ActionResult take(LeaveDirectory const& action);
  ActionResult take(KeepLostDirectory const& action);
  ActionResult take(RecordHolder const& action);
  ActionResult take(AnnotateVolume const& action);
  ActionResult take(AddFinalizer const& action);
  ActionResult take(RemoveFinalizer const& action);

  [[nodiscard]] ActionResult failed(k8s::Error const& error) const;
  [[nodiscard]] static ActionResult failed(StorageError const& error);
  ActionResult patch_claim(std::string const& body, std::string_view subresource);
  ActionResult patch_volume(std::string const& name, k8s::PatchType type, std::string const& body,
                            std::string_view subresource);
  /// After a failure, the intent on the export is for this directory, for the one before it, or there is none.
  void note_intent(std::string const& volume);
  void tell_restored(MakeDirectory const& action);
  void tell_adopted(MakeDirectory const& action);
  /// The archive that was to come back is gone.
  void note_missing(MakeDirectory const& action, StorageError const& error);
  [[nodiscard]] std::string claim_text() const;
  ActionResult adopt_existing(k8s::Volume const& wanted);
  [[nodiscard]] bool is_going(std::string const& volume);

  k8s::Client& client_;
  ExportSite& site_;
  std::size_t export_index_;
  Ledger& ledger_;
  ClusterView& view_;
  TellEvent tell_;
  std::string program_version_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  WorkObserver* observer_;

  // Of the run that is under way.
  ClaimPointer claim_;
  VolumePointer volume_;
  std::stop_token stop_;
  k8s::SteadyTime began_;
  bool deletes_ = false;  // its volume is deleted, and waits for our finalizer to go
};

}  // namespace nfs
