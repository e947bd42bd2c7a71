#include "tests/bench/api_objects.hpp"

#include <fmt/format.h>

#include <charconv>

namespace nfs::bench {
namespace {

// As kubectl, kube-controller-manager and the program leave it: three managers.
constexpr auto managed_fields =
    R"([{"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:kubectl.kubernetes.io/last-applied-configuration":{}}},"f:spec":{"f:accessModes":{},"f:resources":{"f:requests":{".":{},"f:storage":{}}},"f:storageClassName":{},"f:volumeMode":{}}}},{"manager":"nfs-subdir-provisioner","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:01Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{"f:pv.kubernetes.io/bind-completed":{},"f:pv.kubernetes.io/bound-by-controller":{},"f:volume.beta.kubernetes.io/storage-provisioner":{},"f:volume.kubernetes.io/storage-provisioner":{}}},"f:spec":{"f:volumeName":{}}}},{"manager":"nfs-subdir-provisioner","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:01Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:accessModes":{},"f:capacity":{".":{},"f:storage":{}},"f:phase":{}}},"subresource":"status"}])";

constexpr int namespaces = 100;
constexpr std::string_view uid_rest = "-1111-4222-8333-444444444444";

std::string namespace_uid(int number) {
  return fmt::format("a0ffee00-1111-4222-8333-4444444444{:02}", number % namespaces);
}

std::string driver_of(bool foreign) {
  return foreign ? "csi.example.com" : provisioner_name;
}

std::string volume_notes(int number, bool foreign) {
  if (foreign) return fmt::format(R"({{"pv.kubernetes.io/provisioned-by":"{}"}})", driver_of(foreign));
  return fmt::format(
      R"({{"nfs-subdir-provisioner.io/cluster-id":"{}","nfs-subdir-provisioner.io/export-id":"{}","nfs-subdir-provisioner.io/namespace-uid":"{}","nfs-subdir-provisioner.io/on-delete":"delete","nfs-subdir-provisioner.io/path":"{}/{}","nfs-subdir-provisioner.io/trash-retention":"0","nfs-subdir-provisioner.io/volume-uid":"{}","pv.kubernetes.io/provisioned-by":"{}"}})",
      cluster_id, export_id, namespace_uid(number), namespace_of(number), claim_name(number), uid_of(number),
      provisioner_name);
}

std::string volume_source(int number, bool foreign) {
  if (foreign) return fmt::format(R"("csi":{{"driver":"csi.example.com","volumeHandle":"{}"}})", uid_of(number));
  return fmt::format(R"("nfs":{{"server":"{}","path":"{}/{}/{}"}})", server_name, server_path, namespace_of(number),
                     claim_name(number));
}

std::string_view const finalizers_of_ours =
    R"(["kubernetes.io/pv-protection","external-provisioner.volume.kubernetes.io/finalizer"])";
std::string_view const finalizer_of_ours = R"(["external-provisioner.volume.kubernetes.io/finalizer"])";

}  // namespace

std::string uid_of(int number) {
  return fmt::format("{:08x}{}", number, uid_rest);
}

int number_of(std::string const& uid) {
  int number = -1;
  auto const parsed = std::from_chars(uid.data(), uid.data() + uid.size(), number, 16);
  return parsed.ptr == uid.data() + uid.size() - uid_rest.size() && uid.ends_with(uid_rest) ? number : -1;
}

std::string claim_name(int number) {
  return fmt::format("data-web-{}", number);
}

std::string namespace_of(int number) {
  return fmt::format("team-{}", number % namespaces);
}

std::string claim_json(int number, ClaimState const& state) {
  auto const volume = state.has_volume ? fmt::format(R"("volumeName":"pvc-{}",)", uid_of(number)) : "";
  auto const bound = state.has_volume
                         ? R"("pv.kubernetes.io/bind-completed":"yes","pv.kubernetes.io/bound-by-controller":"yes",)"
                         : "";
  auto const status = state.bound ? R"({"phase":"Bound","accessModes":["ReadWriteMany"],"capacity":{"storage":"1Gi"}})"
                                  : R"({"phase":"Pending"})";
  return fmt::format(
      R"({{"metadata":{{"name":"{0}","namespace":"{1}","uid":"{2}","resourceVersion":"{3}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{{"app.kubernetes.io/name":"web","app.kubernetes.io/instance":"{0}","app.kubernetes.io/managed-by":"Helm"}},"annotations":{{{4}"volume.beta.kubernetes.io/storage-provisioner":"{5}","volume.kubernetes.io/storage-provisioner":"{5}"}},"finalizers":["kubernetes.io/pvc-protection"],"managedFields":{6}}},"spec":{{"accessModes":["ReadWriteMany"],"resources":{{"requests":{{"storage":"1Gi"}}}},{7}"storageClassName":"{8}","volumeMode":"Filesystem"}},"status":{9}}})",
      claim_name(number), namespace_of(number), uid_of(number), state.version, bound, driver_of(state.foreign),
      managed_fields, volume, state.foreign ? "other" : class_name, status);
}

std::string volume_json(int number, VolumeState const& state) {
  auto const deleting = state.deleting ? R"("deletionTimestamp":"2026-01-01T00:00:02Z",)" : "";
  return fmt::format(
      R"({{"metadata":{{"name":"pvc-{0}","uid":"{0}","resourceVersion":"{1}","creationTimestamp":"2026-01-01T00:00:00Z",{2}"annotations":{3},"finalizers":{4},"managedFields":{5}}},"spec":{{"capacity":{{"storage":"1Gi"}},{6},"accessModes":["ReadWriteMany"],"claimRef":{{"kind":"PersistentVolumeClaim","namespace":"{7}","name":"{8}","uid":"{0}","apiVersion":"v1","resourceVersion":"{1}"}},"persistentVolumeReclaimPolicy":"Delete","storageClassName":"{9}","volumeMode":"Filesystem"}},"status":{{"phase":"{10}","lastPhaseTransitionTime":"2026-01-01T00:00:01Z"}}}})",
      uid_of(number), state.version, deleting, volume_notes(number, state.foreign),
      state.phase == "Released" ? finalizer_of_ours : finalizers_of_ours, managed_fields,
      volume_source(number, state.foreign), namespace_of(number), claim_name(number),
      state.foreign ? "other" : class_name, state.phase);
}

std::string class_json() {
  return fmt::format(
      R"({{"metadata":{{"name":"{}","uid":"5c000000-1111-4222-8333-444444444444","resourceVersion":"7","creationTimestamp":"2026-01-01T00:00:00Z"}},"provisioner":"{}","parameters":{{"archiveOnDelete":"false","trashRetention":"0","pathPattern":"${{.PVC.namespace}}/${{.PVC.name}}"}},"reclaimPolicy":"Delete","volumeBindingMode":"Immediate"}})",
      class_name, provisioner_name);
}

std::string namespace_json(std::string const& name) {
  auto const dash = name.rfind('-');
  auto const uid = name == "kube-system" ? cluster_id : namespace_uid(std::atoi(name.c_str() + dash + 1));
  return fmt::format(
      R"({{"metadata":{{"name":"{}","uid":"{}","resourceVersion":"3","creationTimestamp":"2026-01-01T00:00:00Z"}},"status":{{"phase":"Active"}}}})",
      name, uid);
}

}  // namespace nfs::bench
