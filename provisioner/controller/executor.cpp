#include "provisioner/controller/executor.hpp"

#include <fmt/format.h>

#include <utility>

#include "k8s/json/write.hpp"
#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"
#include "provisioner/observe/failure_cause.hpp"

namespace nfs {
namespace {

// A request that nobody waits for any more may be done as long as the API server works on it (its --request-timeout,
// 60 s by default), and as long as a network holds it back.
constexpr auto longest_under_way = std::chrono::seconds{60};

k8s::ObjectName name_of(k8s::ObjectMeta const& meta) {
  return {meta.name_space, meta.name};
}

k8s::Preconditions uid_and_version(k8s::ObjectMeta const& meta) {
  return {meta.uid, meta.resource_version};
}

// A patch with another resourceVersion is answered 409, one with another uid 422: what was to be changed is no more.
bool is_overtaken(k8s::Error const& error) {
  bool const another_uid = error.has_code(422) && error.message.find("metadata.uid") != std::string::npos;
  return error.conflict() || another_uid;
}

}  // namespace

Executor::Executor(k8s::Client& client, ExportSite& site, std::size_t export_index, Ledger& ledger, ClusterView& view,
                   TellEvent tell, std::string program_version, k8s::Clock const& clock, k8s::Log const& log,
                   WorkObserver* observer)
    : client_(client),
      site_(site),
      export_index_(export_index),
      ledger_(ledger),
      view_(view),
      tell_(std::move(tell)),
      program_version_(std::move(program_version)),
      clock_(clock),
      log_(log),
      observer_(observer) {}

ActionResult Executor::run(std::vector<Action> const& actions, ClaimPointer claim, VolumePointer volume,
                           std::stop_token stop) {
  claim_ = std::move(claim);
  volume_ = std::move(volume);
  stop_ = std::move(stop);
  began_ = clock_.steady();
  deletes_ = false;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (stop_.stop_requested()) return Cancelled{};
    auto step = std::visit([this](auto const& action) { return take(action); }, actions[i]);
    if (auto* forbidden = std::get_if<Forbidden>(&step)) forbidden->action = i;
    if (!std::holds_alternative<Done>(step)) return step;
  }
  return Done{};
}

ActionResult Executor::failed(k8s::Error const& error) const {
  if (error.is(k8s::ErrorKind::cancelled)) return Cancelled{};
  if (is_overtaken(error)) {
    log_.debug("conflict", {{"error", error.message}});
    return Stale{};
  }
  if (error.forbidden()) return Forbidden{0, error.message};
  bool const about_the_object = error.is(k8s::ErrorKind::api) && error.code < 500 && error.code != 429;
  return Failed{error.message, error.retry_after.value_or(std::chrono::milliseconds{0}), about_the_object,
                cause_of(error)};
}

ActionResult Executor::take(EmitEvent const& action) {
  tell_(action);
  return Done{};
}

ActionResult Executor::take(CreateVolume const& action) {
  auto created = client_.create(action.volume, stop_);
  if (created.has_error() && created.error().in_doubt())
    ledger_.doubt(action.volume.meta.name, clock_.steady() + longest_under_way);
  if (created.has_error())
    return created.error().already_exists() ? adopt_existing(action.volume) : failed(created.error());
  auto const path = created->source.attributes.find("path");
  log_.info("provisioned", {{"claim", claim_text()},
                            {"volume", action.volume.meta.name},
                            {"path", path == created->source.attributes.end() ? "" : path->second}});
  if (observer_ != nullptr) observer_->provisioned(*created, clock_.steady() - began_);
  volume_ = std::make_shared<k8s::Volume const>(*created);
  view_.wrote(std::move(*created));
  return Done{};
}

std::string Executor::claim_text() const {
  return claim_ ? claim_->meta.name_space + "/" + claim_->meta.name : std::string{};
}

// Our own POST may have been done although its answer was lost; anybody else's volume of that name is not ours to use.
// One that people made for this claim again may stand elsewhere: then what was begun here is needed by nobody.
ActionResult Executor::adopt_existing(k8s::Volume const& wanted) {
  auto found = client_.get<k8s::Volume>({{}, wanted.meta.name}, stop_);
  if (found.has_error()) return found.error().not_found() ? ActionResult{Stale{}} : failed(found.error());
  bool const ours = found->claim_ref && found->claim_ref->uid == wanted.claim_ref->uid;
  bool const elsewhere = name_different_paths(*found, wanted);
  volume_ = std::make_shared<k8s::Volume const>(*found);
  view_.wrote(std::move(*found));
  if (!ours) return Stale{};
  if (!elsewhere) return Done{};
  auto const undone = take(UndoDirectory{wanted.meta.name});
  return std::holds_alternative<Done>(undone) ? ActionResult{Stale{}} : undone;
}

ActionResult Executor::patch_volume(std::string const& name, k8s::PatchType type, std::string const& body,
                                    std::string_view subresource) {
  auto patched = client_.patch<k8s::Volume>({{}, name}, type, body, stop_, subresource);
  if (patched.has_error()) return patched.error().not_found() ? ActionResult{Stale{}} : failed(patched.error());
  // A restore of etcd gives resourceVersions out once more: the one that was decided on may be another state's by now.
  bool const as_decided = !volume_ || have_same_holder(*volume_, *patched);
  volume_ = std::make_shared<k8s::Volume const>(*patched);
  view_.wrote(std::move(*patched));
  return as_decided ? ActionResult{Done{}} : ActionResult{Stale{}};
}

ActionResult Executor::patch_claim(std::string const& body, std::string_view subresource) {
  auto patched = client_.patch<k8s::Claim>(name_of(claim_->meta), k8s::PatchType::merge, body, stop_, subresource);
  if (patched.has_error()) return patched.error().not_found() ? ActionResult{Stale{}} : failed(patched.error());
  claim_ = std::make_shared<k8s::Claim const>(*patched);
  view_.wrote(std::move(*patched));
  return Done{};
}

ActionResult Executor::take(MarkVolumeBound const& action) {
  if (volume_->phase == "Bound") return Done{};
  k8s::StringMap notes;
  auto const* noted = k8s::find(volume_->meta.annotations, names::volume_uid);
  if (noted == nullptr || noted->empty()) notes.emplace(names::volume_uid, volume_->meta.uid);
  return patch_volume(action.volume, k8s::PatchType::merge,
                      k8s::MergePatch()
                          .metadata({.uid = volume_->meta.uid, .resource_version = {}}, notes)
                          .open("status")
                          .set("phase", "Bound")
                          .text(),
                      "status");
}

ActionResult Executor::take(MarkVolumeReleased const& action) {
  return patch_volume(
      action.volume, k8s::PatchType::merge,
      k8s::MergePatch().metadata(uid_and_version(volume_->meta)).open("status").set("phase", "Released").text(),
      "status");
}

ActionResult Executor::take(BindClaim const& action) {
  if (!view_.safe_to_bind(action.volume)) return NotYet{};
  return patch_claim(k8s::MergePatch()
                         .metadata(uid_and_version(claim_->meta), action.annotations)
                         .open("spec")
                         .set("volumeName", action.volume)
                         .text(),
                     {});
}

ActionResult Executor::take(MarkClaimBound const& action) {
  if (claim_->phase == "Lost")
    log_.warning("the claim was called Lost though its volume is there; it is set Bound again",
                 {{"claim", claim_text()}, {"volume", claim_->volume_name}});
  auto step = patch_claim(k8s::MergePatch()
                              .metadata(uid_and_version(claim_->meta))
                              .open("status")
                              .set("phase", "Bound")
                              .set("accessModes", action.access_modes)
                              .open("capacity")
                              .set("storage", action.capacity)
                              .text(),
                          "status");
  if (std::holds_alternative<Done>(step))
    log_.info("bound", {{"claim", claim_text()}, {"volume", claim_->volume_name}});
  return step;
}

ActionResult Executor::take(ResizeVolume const& action) {
  return patch_volume(action.volume, k8s::PatchType::merge,
                      k8s::MergePatch()
                          .metadata(uid_and_version(volume_->meta))
                          .open("spec")
                          .open("capacity")
                          .set("storage", action.capacity)
                          .text(),
                      {});
}

ActionResult Executor::take(ResizeClaim const& action) {
  auto step = patch_claim(k8s::MergePatch()
                              .metadata(uid_and_version(claim_->meta))
                              .open("status")
                              .open("capacity")
                              .set("storage", action.capacity)
                              .close()
                              .open("allocatedResources")
                              .set("storage", action.capacity)
                              .close()
                              .remove("allocatedResourceStatuses")
                              .text(),
                          "status");
  if (std::holds_alternative<Done>(step))
    log_.info("grown", {{"claim", claim_text()}, {"volume", claim_->volume_name}, {"capacity", action.capacity}});
  return step;
}

ActionResult Executor::take(DeleteVolume const& action) {
  auto const removed = client_.remove<k8s::Volume>({{}, action.volume}, {action.uid, {}}, stop_);
  if (removed.has_error() && !removed.error().not_found()) return failed(removed.error());
  log_.info("deleted the volume", {{"volume", action.volume}});
  // One that waits for our finalizer is counted once that is off: what was begun may be done again until then. One that
  // is going already was counted before, or goes without us.
  deletes_ = volume_ && k8s::has_finalizer(volume_->meta, names::finalizer);
  if (!deletes_ && volume_ && !volume_->meta.deleting() && removed.has_value()) count_deletion();
  view_.volume_gone(action.volume);
  return Done{};
}

void Executor::count_deletion() {
  if (observer_ != nullptr) observer_->deleted(*volume_, clock_.steady() - began_);
}

ActionResult Executor::take(AnnotateVolume const& action) {
  return patch_volume(action.volume, k8s::PatchType::merge,
                      k8s::MergePatch().metadata(uid_and_version(volume_->meta), action.annotations).text(), {});
}

ActionResult Executor::take(AddFinalizer const& action) {
  return patch_volume(action.volume, k8s::PatchType::strategic, k8s::write_add_finalizer(names::finalizer, action.uid),
                      {});
}

ActionResult Executor::take(RemoveFinalizer const& action) {
  if (volume_ && !k8s::has_finalizer(volume_->meta, names::finalizer)) return Done{};
  auto const patched =
      client_.patch<k8s::Volume>({{}, action.volume}, k8s::PatchType::strategic,
                                 k8s::write_remove_finalizer(names::finalizer, {action.uid, {}}), stop_);
  // Until the watch shows it: the volume as it was would be released a second time.
  if (patched.has_value() && view_.volume(action.volume)) view_.wrote(*patched);
  if (deletes_ && patched.has_value()) count_deletion();
  if (patched.has_value() || patched.error().not_found()) return Done{};
  return failed(patched.error());
}

}  // namespace nfs
