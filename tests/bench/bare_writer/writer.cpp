#include "tests/bench/bare_writer/writer.hpp"

#include <iostream>
#include <stdexcept>

#include "k8s/auth/transport.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs::bench {
namespace {

constexpr int worker_count = 8;  // as many as the program has

template <class T>
T value_of(k8s::Result<T> result) {
  if (!result) throw std::runtime_error{result.error().message};
  return std::move(*result);
}

std::unique_ptr<k8s::Transport> transport_of(std::string const& kubeconfig) {
  return value_of(k8s::make_transport(value_of(k8s::kubeconfig_access({kubeconfig})), "bare-writer"));
}

void say_failure(std::string const& what, std::string const& why) {
  std::cerr << what + ": " + why + "\n";
}

k8s::StringMap bound_annotations() {
  return {{std::string(names::bind_completed), "yes"}, {std::string(names::bound_by_controller), "yes"}};
}

std::string bound_claim_status(k8s::Claim const& claim) {
  return k8s::MergePatch()
      .open("status")
      .set("phase", "Bound")
      .set("accessModes", claim.access_modes)
      .open("capacity")
      .set("storage", claim.requested_storage)
      .text();
}

std::string phase_patch(std::string_view phase) {
  return k8s::MergePatch().open("status").set("phase", phase).text();
}

}  // namespace

Writer::Writer(WriterSettings settings)
    : settings_(std::move(settings)), transport_(transport_of(settings_.kubeconfig)) {
  for (int i = 0; i < worker_count; ++i) {
    workers_.emplace_back([this, client = std::make_shared<k8s::Client>(transport_->connect())](std::stop_token stop) {
      work(*client, stop);
    });
  }
}

void Writer::run() {
  k8s::Client client(transport_->connect());
  auto const on_item = [this](std::string_view item) -> k8s::Result<void> {
    note({k8s::WatchEvent::Type::added, item});
    return {};
  };
  auto position = value_of(client.list_page(k8s::kind_of<k8s::Claim>(), {}, 0, on_item, {})).resource_version;
  auto const on_line = [&](std::string_view line) -> k8s::Result<void> {
    auto const event = k8s::read_watch_event(line);
    if (!event) return event.error();
    if (event->type == k8s::WatchEvent::Type::error)
      return k8s::make_error(k8s::ErrorKind::protocol, std::string(event->object));
    auto const at = k8s::read_bookmark(event->object);
    if (!at) return at.error();
    position = at->resource_version;
    if (event->type != k8s::WatchEvent::Type::bookmark) note(*event);
    return {};
  };
  for (;;) {
    auto const ended = client.watch(k8s::kind_of<k8s::Claim>(), {.resource_version = position}, on_line, {});
    if (!ended && !ended.error().is(k8s::ErrorKind::transport)) throw std::runtime_error{ended.error().message};
  }
}

void Writer::note(k8s::WatchEvent const& event) {
  auto claim = k8s::read<k8s::Claim>(event.object);
  if (!claim) return;
  bool const gone = event.type == k8s::WatchEvent::Type::deleted;
  if (gone && claim->volume_name.empty()) return;
  if (!gone) {
    auto const* const provisioner = k8s::find(claim->meta.annotations, names::storage_provisioner);
    if (settings_.waits_for_annotation && provisioner == nullptr) return;
    if (claim->phase == "Bound" || claim->meta.deleting() || !begun_.insert(claim->meta.uid).second) return;
  }
  k8s::MutexLock const lock(mutex_);
  jobs_.push_back({std::move(*claim), gone});
  come_.notify_one();
}

void Writer::work(k8s::Client& client, std::stop_token stop) {
  for (;;) {
    Job job;
    {
      k8s::MutexLock const lock(mutex_);
      if (!come_.wait(mutex_, stop, [this]() REQUIRES(mutex_) { return !jobs_.empty(); })) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    if (job.gone) {
      release(client, job.claim);
    } else {
      bind(client, job.claim);
    }
  }
}

k8s::Volume Writer::volume_for(k8s::Claim const& claim) const {
  auto const directory = claim.meta.name_space + "-" + claim.meta.name + "-" + volume_name(claim);
  k8s::Volume volume;
  volume.meta.name = volume_name(claim);
  // As many as the program writes.
  volume.meta.annotations = {{std::string(names::provisioned_by), settings_.provisioner},
                             {std::string(names::export_id), "01234567-89ab-cdef-0123-456789abcdef"},
                             {std::string(names::cluster_id), "01234567-89ab-cdef-0123-456789abcdef"},
                             {std::string(names::path), directory},
                             {std::string(names::on_delete), "delete"},
                             {std::string(names::namespace_uid), "01234567-89ab-cdef-0123-456789abcdef"}};
  volume.meta.finalizers.emplace_back(names::finalizer);
  volume.capacity = claim.requested_storage;
  volume.access_modes = claim.access_modes;
  volume.claim_ref = reference_to(claim);
  volume.reclaim_policy = "Delete";
  volume.storage_class_name = claim.storage_class_name.value_or("");
  volume.volume_mode = "Filesystem";
  volume.source = {"nfs", {{"server", settings_.server}, {"path", settings_.path + "/" + directory}}};
  return volume;
}

// kube-controller-manager may have bound it meanwhile: what it did is not done again.
void Writer::bind(k8s::Client& client, k8s::Claim const& claim) const {
  k8s::ObjectName const name{claim.meta.name_space, claim.meta.name};
  auto const made = client.create(volume_for(claim), {});
  if (!made) return say_failure("create a volume", made.error().message);
  auto const marked =
      client.patch<k8s::Volume>({{}, made->meta.name}, k8s::PatchType::merge, phase_patch("Bound"), {}, "status");
  if (!marked) return say_failure("mark a volume Bound", marked.error().message);
  auto const body =
      k8s::MergePatch().metadata({}, bound_annotations()).open("spec").set("volumeName", made->meta.name).text();
  auto const bound = client.patch<k8s::Claim>(name, k8s::PatchType::merge, body, {});
  if (!bound) return say_failure("bind a claim", bound.error().message);
  auto const told = client.patch<k8s::Claim>(name, k8s::PatchType::merge, bound_claim_status(claim), {}, "status");
  if (!told) say_failure("mark a claim Bound", told.error().message);
}

void Writer::release(k8s::Client& client, k8s::Claim const& claim) {
  k8s::ObjectName const name{{}, claim.volume_name};
  auto const marked = client.patch<k8s::Volume>(name, k8s::PatchType::merge, phase_patch("Released"), {}, "status");
  if (!marked) return say_failure("mark a volume Released", marked.error().message);
  if (auto const removed = client.remove<k8s::Volume>(name, {}, {}); !removed)
    return say_failure("delete a volume", removed.error().message);
  auto const freed =
      client.patch<k8s::Volume>(name, k8s::PatchType::strategic, k8s::write_remove_finalizer(names::finalizer, {}), {});
  if (!freed && !freed.error().not_found()) say_failure("free a volume", freed.error().message);
}

}  // namespace nfs::bench
