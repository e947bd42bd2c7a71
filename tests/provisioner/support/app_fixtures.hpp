#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/base/mutex.hpp"
#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/relative_path.hpp"
#include "tests/support/manual_clock.hpp"

namespace nfs::testing {

using FakeClock = test::ManualClock;

/// A log that is kept. Thread-safe.
class LogBook {
 public:
  [[nodiscard]] k8s::Log const& log() const { return log_; }
  [[nodiscard]] std::size_t count(std::string_view part) const {
    k8s::MutexLock const lock(mutex_);
    std::size_t found = 0;
    for (auto const& line : lines_) found += line.find(part) == std::string::npos ? 0U : 1U;
    return found;
  }
  [[nodiscard]] std::string text() const {
    k8s::MutexLock const lock(mutex_);
    std::string all;
    for (auto const& line : lines_) all += line;
    return all;
  }

 private:
  mutable k8s::Mutex mutex_;
  std::vector<std::string> lines_ GUARDED_BY(mutex_);
  k8s::Log log_{k8s::LogLevel::debug, k8s::LogFormat::text, [this](std::string_view line) {
                  k8s::MutexLock const lock(mutex_);
                  lines_.emplace_back(line);
                }};
};

inline constexpr std::string_view our_name = "example.com/nfs";

inline k8s::Claim pending_claim(std::string const& name, std::string const& uid, std::string const& version = "1",
                                std::string const& name_space = "team-a") {
  k8s::Claim claim;
  claim.meta.name_space = name_space;
  claim.meta.name = name;
  claim.meta.uid = uid;
  claim.meta.resource_version = version;
  claim.meta.annotations = {{"volume.kubernetes.io/storage-provisioner", std::string(our_name)},
                            {"volume.beta.kubernetes.io/storage-provisioner", std::string(our_name)}};
  claim.access_modes = {"ReadWriteMany"};
  claim.storage_class_name = "volumen-tipo-ivan";
  claim.requested_storage = "1Gi";
  claim.phase = "Pending";
  return claim;
}

inline k8s::Volume volume_at(std::string const& name, std::string const& path_on_server,
                             std::string const& claim_uid = {}, std::string const& version = "1") {
  k8s::Volume volume;
  volume.meta.name = name;
  volume.meta.uid = "uid-of-" + name;
  volume.meta.resource_version = version;
  volume.meta.annotations = {{"pv.kubernetes.io/provisioned-by", std::string(our_name)}};
  volume.capacity = "1Gi";
  volume.access_modes = {"ReadWriteMany"};
  if (!claim_uid.empty())
    volume.claim_ref = k8s::ObjectReference{"v1", "PersistentVolumeClaim", "team-a", "of-" + name, claim_uid, {}};
  volume.reclaim_policy = "Delete";
  volume.storage_class_name = "volumen-tipo-ivan";
  volume.volume_mode = "Filesystem";
  volume.source = {"nfs", {{"server", "nfs.example"}, {"path", path_on_server}}};
  volume.phase = "Bound";
  return volume;
}

inline k8s::StorageClass our_class() {
  k8s::StorageClass result;
  result.meta.name = "volumen-tipo-ivan";
  result.meta.uid = "uid-of-class";
  result.meta.resource_version = "1";
  result.provisioner = our_name;
  result.parameters = {{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}};
  return result;
}

inline RelativePath path(std::string_view text) {
  return std::get<RelativePath>(RelativePath::parse_internal(text));
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace nfs::testing
