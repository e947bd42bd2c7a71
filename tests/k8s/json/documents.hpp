#pragma once

#include <string_view>

/// Objects as an API server writes them, with much that is of no interest here.
namespace documents {

inline constexpr std::string_view claim = R"({
  "kind": "PersistentVolumeClaim",
  "apiVersion": "v1",
  "metadata": {
    "name": "data-web-0",
    "namespace": "team-a",
    "uid": "6c2f0f9e-4d5a-4f1f-9d0b-0d8c3f6f0001",
    "resourceVersion": "184467",
    "creationTimestamp": "2026-01-31T23:59:59Z",
    "deletionTimestamp": null,
    "deletionGracePeriodSeconds": 0,
    "labels": {"app": "web", "app.kubernetes.io/part-of": "shop"},
    "annotations": {
      "kubectl.kubernetes.io/last-applied-configuration":
        "{\"apiVersion\":\"v1\",\"spec\":{\"accessModes\":[\"x\"]}}\n",
      "volume.kubernetes.io/storage-provisioner": "example.com/files"
    },
    "finalizers": ["kubernetes.io/pvc-protection"],
    "ownerReferences": [
      {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "77", "controller": true,
       "blockOwnerDeletion": true}
    ],
    "managedFields": [
      {"manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "v1",
       "time": "2026-01-31T23:59:59Z", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:annotations": {".": {}, "k:{\"uid\":\"77\"}": {}}},
       "f:spec": {"f:accessModes": {}, "f:resources": {"f:requests": {".": {}, "f:storage": {}}}}}},
      {"manager": "other", "subresource": "status", "numbers": [1, -2.5e10, 1e308, 123456789012345678901234567890]}
    ]
  },
  "spec": {
    "accessModes": ["ReadWriteMany", "ReadOnlyMany"],
    "selector": {"matchLabels": {"a": "b"}, "matchExpressions": []},
    "resources": {"limits": {"storage": "9Gi"}, "requests": {"storage": "1536Mi"}},
    "volumeName": "pvc-6c2f0f9e-4d5a-4f1f-9d0b-0d8c3f6f0001",
    "storageClassName": "standard",
    "volumeMode": "Filesystem",
    "volumeAttributesClassName": "gold",
    "dataSource": {"apiGroup": null, "kind": "PersistentVolumeClaim", "name": "old"},
    "dataSourceRef": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "snap", "namespace": "x"}
  },
  "status": {
    "phase": "Bound",
    "accessModes": ["ReadWriteMany"],
    "capacity": {"storage": "2Gi", "inodes": "1"},
    "conditions": [{"type": "Resizing", "status": "True", "lastProbeTime": null}],
    "allocatedResources": {"storage": "2Gi"}
  }
})";

inline constexpr std::string_view volume = R"({
  "apiVersion": "v1",
  "kind": "PersistentVolume",
  "metadata": {
    "name": "pvc-1", "uid": "u-1", "resourceVersion": "7",
    "annotations": {"pv.kubernetes.io/provisioned-by": "example.com/files"},
    "managedFields": [{"manager": "m", "fieldsV1": {"f:spec": {"f:capacity": {}}}}]
  },
  "spec": {
    "capacity": {"storage": "1Gi"},
    "csi": {"driver": "example.com", "volumeHandle": "h-1", "readOnly": true, "size": 12, "nothing": null,
            "volumeAttributes": {"deep": {"er": [1, {"x": "y"}]}}, "list": ["a"]},
    "accessModes": ["ReadWriteOnce"],
    "claimRef": {"kind": "PersistentVolumeClaim", "namespace": "team-a", "name": "web", "uid": "c-1",
                 "apiVersion": "v1", "resourceVersion": "5", "fieldPath": "ignored"},
    "persistentVolumeReclaimPolicy": "Delete",
    "mountOptions": ["hard", "vers=4.1"],
    "storageClassName": "standard",
    "volumeMode": "Filesystem",
    "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": []}]}},
    "someFutureText": "x", "someFutureList": [{"a": 1}], "someFutureObject": {"a": "b"}
  },
  "status": {"phase": "Released", "lastPhaseTransitionTime": "2026-01-31T23:59:59Z"}
})";

}  // namespace documents
