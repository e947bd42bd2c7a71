#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"
#include "tests/provisioner/core/core_fixtures.hpp"

namespace nfs::testing {

inline constexpr std::string_view our_name = "example.com/nfs";

/// A pending claim of class "volumen-tipo-ivan", handed to us by kube-controller-manager.
inline k8s::Claim handed_claim(std::string const& name = "web", std::string const& uid = "UID") {
  k8s::Claim claim;
  claim.meta.name_space = "team-a";
  claim.meta.name = name;
  claim.meta.uid = uid;
  claim.meta.resource_version = "100";
  claim.meta.annotations = {{std::string(names::storage_provisioner), std::string(our_name)},
                            {std::string(names::beta_storage_provisioner), std::string(our_name)}};
  claim.access_modes = {"ReadWriteMany", "ReadOnlyMany"};
  claim.storage_class_name = "volumen-tipo-ivan";
  claim.requested_storage = "1.5Gi";
  claim.phase = "Pending";
  return claim;
}

inline k8s::StorageClass our_class() {
  k8s::StorageClass result;
  result.meta.name = "volumen-tipo-ivan";
  result.provisioner = our_name;
  result.parameters = {{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}};
  result.mount_options = {"nfsvers=4.2", "hard"};
  return result;
}

inline Settings our_settings() {
  Settings settings;
  settings.provisioner = our_name;
  return settings;
}

/// Everything that a decision looks at, to be changed at will.
struct World {
  k8s::Claim claim = handed_claim();
  std::optional<k8s::StorageClass> storage_class = our_class();
  std::optional<k8s::Volume> volume;
  bool choosable = false;
  bool intent = false;
  std::string namespace_uid = "NS-UID";
  std::vector<ArchiveRecord> archives;
  ArchiveKnowledge archives_known = ArchiveKnowledge::complete;
  std::vector<ArchiveRecord> records_here;
  std::string namespace_made_at;
  bool has_taken_over = false;
  std::vector<Export> exports{{"default", "nfs.example", "/data/nfs", "/persistentvolumes"}};
  std::vector<std::string> ids{"EXPORT-1"};
  std::vector<Occupancy> occupancies{Occupancy{}};
  Neighbours neighbours;  ///< on the first export
  k8s::WallTime now = *k8s::from_rfc3339("2026-02-01T12:00:00Z");
  Settings settings = our_settings();
  std::set<std::string, std::less<>> living;  ///< uids of claims that exist, beside `claim`
  bool claim_is_there = true;
  bool claim_went_elsewhere = false;
  bool claim_is_gone = false;  ///< as the API server says

  [[nodiscard]] ClaimExists exists() const {
    return [this](std::string_view uid) { return living.contains(uid) || (claim_is_there && uid == claim.meta.uid); };
  }

  [[nodiscard]] ClaimView claim_view() const {
    return {.claim = claim,
            .storage_class = storage_class ? &*storage_class : nullptr,
            .volume = volume ? &*volume : nullptr,
            .choosable_volume = choosable,
            .intent_pending = intent,
            .namespace_uid = namespace_uid,
            .archives = archives,
            .archives_known = archives_known,
            .records_here = records_here,
            .namespace_made_at = namespace_made_at,
            .has_taken_over = has_taken_over};
  }

  [[nodiscard]] Decision on_claim() const {
    return decide_claim(claim_view(), ExportView{exports[0], ids[0], occupancies[0], &neighbours, now}, settings,
                        exists());
  }

  [[nodiscard]] Decision on_volume() const {
    std::vector<ExportView> places;
    for (std::size_t i = 0; i < exports.size(); ++i) places.push_back({exports[i], ids[i], occupancies[i]});
    return decide_volume(
        VolumeView{*volume, storage_class ? &*storage_class : nullptr, claim_went_elsewhere, claim_is_gone}, places,
        settings, exists());
  }

  /// The volume that we make for `claim`, as the server gives it back.
  [[nodiscard]] k8s::Volume made_volume(std::string phase) const {
    VolumePlan const plan{path(claim.meta.name_space + "/" + claim.meta.name), &exports[0], ids[0], namespace_uid,
                          ClassParameters{}};
    auto result = make_volume(claim, storage_class ? *storage_class : our_class(), plan, settings);
    result.meta.uid = "PV-UID";
    result.meta.resource_version = "200";
    result.phase = std::move(phase);
    return result;
  }
};

inline std::string name_of(Action const& action) {
  struct Name {
    std::string operator()(EmitEvent const& event) const { return "tell " + event.reason; }
    std::string operator()(MakeDirectory const&) const { return "make directory"; }
    std::string operator()(CreateVolume const&) const { return "create volume"; }
    std::string operator()(MarkVolumeBound const&) const { return "volume bound"; }
    std::string operator()(MarkVolumeReleased const&) const { return "volume released"; }
    std::string operator()(BindClaim const&) const { return "bind claim"; }
    std::string operator()(MarkClaimBound const&) const { return "claim bound"; }
    std::string operator()(ResizeVolume const& resize) const { return "volume to " + resize.capacity; }
    std::string operator()(ResizeClaim const& resize) const { return "claim to " + resize.capacity; }
    std::string operator()(SettleIntent const&) const { return "settle"; }
    std::string operator()(ForgetIntent const&) const { return "forget intent"; }
    std::string operator()(UndoDirectory const&) const { return "undo directory"; }
    std::string operator()(ReleaseDirectory const& release) const {
      return "release " + release.path.text() + " by " + std::string(to_string(release.policy));
    }
    std::string operator()(DeleteVolume const&) const { return "delete volume"; }
    std::string operator()(AddFinalizer const&) const { return "add finalizer"; }
    std::string operator()(LeaveDirectory const&) const { return "leave directory"; }
    std::string operator()(KeepLostDirectory const&) const { return "keep lost directory"; }
    std::string operator()(RecordHolder const&) const { return "record holder"; }
    std::string operator()(AnnotateVolume const&) const { return "annotate volume"; }
    std::string operator()(RemoveFinalizer const&) const { return "remove finalizer"; }
  };
  return std::visit(Name{}, action);
}

/// A decision on one line: "leave: why", "wait: why", "refuse for pvc-1: message", "act: one, two".
/// The first two are for people: tests compare reasons (tests/provisioner/core/wanted.hpp).
inline std::string text_of(Decision const& decision) {
  if (auto const* leave = std::get_if<LeaveAlone>(&decision)) return "leave: " + why(*leave);
  if (auto const* wait = std::get_if<Wait>(&decision)) return "wait: " + why(*wait);
  if (auto const* refuse = std::get_if<Refuse>(&decision))
    return "refuse" + (refuse->for_volume.empty() ? "" : " for " + refuse->for_volume) + ": " + refuse->event.message;
  std::string text = "act:";
  for (auto const& action : std::get<Act>(decision).actions)
    text += (text.ends_with(':') ? " " : ", ") + name_of(action);
  return text;
}

/// The first action of its kind; a test that asks for one that is not there fails by the exception.
template <class T>
T action(Decision const& decision) {
  for (auto const& each : std::get<Act>(decision).actions)
    if (auto const* found = std::get_if<T>(&each)) return *found;
  throw std::runtime_error("no such action in " + text_of(decision));
}

inline Occupant occupant(std::string volume, std::string claim_uid, std::string name = "other", bool deletes = true,
                         std::string name_space = "team-a") {
  return {std::move(volume), std::move(claim_uid), std::move(name_space), std::move(name), deletes};
}

/// Of what claim team-a/web held before.
inline ArchiveRecord archive(std::string const& volume = "pvc-1", std::string time = "2026-01-02T03:04:05Z") {
  return {.volume = volume,
          .claim_namespace = "team-a",
          .namespace_uid = "NS-UID",
          .claim_name = "web",
          .claim_uid = "OLD",
          .storage_class = "volumen-tipo-ivan",
          .original_path = "team-a/web",
          .archived_path = "archived-team-a-web-" + volume,
          .time = std::move(time),
          .requested_storage = "1Gi",
          .on_delete = "archive",
          .retention = {},
          .program_version = "0.1.0"};
}

}  // namespace nfs::testing
