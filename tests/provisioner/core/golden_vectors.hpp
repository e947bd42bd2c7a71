// The vectors of docs/behaviour.md#vectors, and further ones: what a claim and its class say, and the path on the
// server that comes of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "k8s/model/object_meta.hpp"

namespace nfs::testing {

inline constexpr auto storage_path = "nfs.io/storage-path";
inline std::string const team_and_annotation = "${.PVC.namespace}/${.PVC.annotations.nfs.io/storage-path}";
inline std::string const annotation_alone = "${.PVC.annotations.nfs.io/storage-path}";
inline std::string const v10 = "${.PVC.labels.app}/${.PVC.labels}/$${.PVC.name}";
inline std::string const usual = "/ifs/kubernetes";

/// Its claim is team-a/web with label app=shop; UID stands for its uid.
struct Vector {
  std::string name;
  k8s::StringMap parameters;
  k8s::StringMap annotations;
  std::string nfs_path;
  std::string on_server;  // empty: refused
  std::string says;       // what the refusal names
};

// Some let users name any directory.
inline k8s::StringMap pattern(std::string text) {
  return {{"pathPattern", std::move(text)}, {"allowTenantPaths", "true"}};
}
inline k8s::StringMap lenient(std::string text) {
  return {{"pathPattern", std::move(text)}, {"onMissingKey", "empty"}, {"allowTenantPaths", "true"}};
}
inline k8s::StringMap stored_at(std::string value) {
  return {{storage_path, std::move(value)}};
}

inline std::vector<Vector> contract_vectors() {
  return {
      {"V1", {}, {}, usual, "/ifs/kubernetes/team-a-web-pvc-UID", {}},
      {"V2", pattern("${.PVC.namespace}-${.PVC.name}"), {}, usual, "/ifs/kubernetes/team-a-web", {}},
      {"V3", pattern(team_and_annotation), stored_at("test-path"), usual, "/ifs/kubernetes/team-a/test-path", {}},
      {"V4", pattern(team_and_annotation), {}, usual, {}, storage_path},
      {"V4 lenient", lenient(team_and_annotation), {}, usual, "/ifs/kubernetes/team-a", {}},
      {"V5", pattern(annotation_alone), {}, usual, {}, storage_path},
      {"V5 lenient", lenient(annotation_alone), {}, usual, "/ifs/kubernetes/team-a-web-pvc-UID", {}},
      {"V6", pattern(annotation_alone), stored_at("/"), usual, {}, "absolute"},
      {"V6 lenient", lenient(annotation_alone), stored_at("/"), usual, {}, "absolute"},
      {"V7", pattern(annotation_alone), stored_at("../../etc"), usual, {}, "\"..\""},
      {"V8", pattern(annotation_alone), stored_at("../other-export"), usual, {}, "\"..\""},
      {"V9", pattern(team_and_annotation), stored_at("../team-b/db"), usual, {}, "\"..\""},
      {"V9 lenient", lenient(team_and_annotation), stored_at("../team-b/db"), usual, {}, "\"..\""},
      {"V10", pattern(v10), {}, usual, {}, "${.PVC.labels}"},
      {"V10 lenient", lenient(v10), {}, usual, "/ifs/kubernetes/shop/$web", {}},
      {"V11",
       pattern("${.PVC.annotations.a}-${.PVC.name}"),
       {{"a", "${.PVC.name}"}},
       usual,
       "/ifs/kubernetes/${.PVC.name}-web",
       {}},
      {"V12", {}, {}, "/", "/team-a-web-pvc-UID", {}},
      {"V13", pattern("${.PVC.namespace}/${.PVC.name}"), {}, "/var/nfsshare/vms/", "/var/nfsshare/vms/team-a/web", {}},
      {"V14", {}, {}, "/a//b", "/a/b/team-a-web-pvc-UID", {}},
  };
}

inline std::vector<Vector> further_vectors() {
  using namespace std::string_literals;
  auto const value = [](std::string name, std::string text, std::string const& directory, std::string says) {
    auto const on_server = directory.empty() ? std::string() : "/ifs/kubernetes/" + directory;
    return Vector{std::move(name), pattern(annotation_alone), stored_at(std::move(text)), usual, on_server,
                  std::move(says)};
  };
  auto const long_name = std::string(255, 'x');
  auto const last_fit = "/ifs/kubernetes/team-a/web/data";
  return {
      value("unicode", "größe/数据", "größe/数据", {}),
      value("spaces stay", "  a b ", "  a b ", {}),
      value("255 bytes", long_name, long_name, {}),
      value("256 bytes", long_name + "x", {}, "256 bytes"),
      value("trailing slash", "a/b/", {}, "an empty component"),
      value("doubled slashes", "a///b", {}, "an empty component"),
      value("dots of no effect", "./a/./b/.", {}, "a component \".\""),
      {"slashes and dots in the pattern",
       pattern("./a//" + annotation_alone + "/./"),
       stored_at("b/c"),
       usual,
       "/ifs/kubernetes/a/b/c",
       {}},
      value("upwards in the middle", "a/../b", {}, "\"..\""),
      value("upwards behind dots", "a/./.././b", {}, "\"..\""),
      value("upwards at the end", "a/..", {}, "\"..\""),
      value("three dots", ".../a", ".../a", {}),
      value("a dot alone", ".", {}, "root itself"),
      value("absolute", "/abs", {}, "absolute"),
      value("newline", "a\nb", {}, "control"),
      value("NUL", "a\0/../b"s, {}, "control"),
      value("archive at the root", "archived-team-b-db-pvc-1", {}, "archived-"),
      value("below an archive", "./archived-x/data", {}, "archived-"),
      value("private directory", ".nfs-subdir-provisioner", {}, ".nfs-subdir-provisioner"),
      value("below the private directory", ".nfs-subdir-provisioner/trash/x", {}, ".nfs-subdir-provisioner"),
      value("archive below a directory", "ns/archived-x", "ns/archived-x", {}),
      value("a placeholder as value", "${.PVC.annotations.nfs.io/storage-path}/${.PVC.name}",
            "${.PVC.annotations.nfs.io/storage-path}/${.PVC.name}", {}),
      {"absolute value below", pattern(team_and_annotation), stored_at("/abs"), usual, {}, "an empty component"},
      {"value that would be the parent", pattern(team_and_annotation), stored_at("."), usual, {}, "a component \".\""},
      {"an empty annotation", pattern(team_and_annotation), stored_at(""), usual, {}, storage_path},
      {"a fallback", pattern("${.PVC.namespace}/${.PVC.labels.tier:-web}/data"), {}, usual, last_fit, {}},
      {"an empty fallback", pattern("${.PVC.annotations.x:-}"), {}, usual, {}, "root itself"},
      {"an empty fallback in the middle", pattern("team-a/${.PVC.labels.x:-}/web/data"), {}, usual, last_fit, {}},
      {"an upward fallback", pattern("${.PVC.labels.x:-..}/etc"), {}, usual, {}, "\"..\""},
      {"a leading slash in the pattern", pattern("/${.PVC.name}"), {}, usual, {}, "absolute"},
      {"an empty pattern", pattern(""), {}, usual, "/ifs/kubernetes/team-a-web-pvc-UID", {}},
      {"the volume's name", pattern("${.PVC.uid}/${.PV.name}"), {}, usual, "/ifs/kubernetes/UID/pvc-UID", {}},
      {"an unknown one of the volume", pattern("${.PV.uid}"), {}, usual, {}, "${.PV.uid}"},
      {"an unknown one of the volume, lenient", lenient("${.PV.uid}"), {}, usual, "/ifs/kubernetes/${.PV.uid}", {}},
      {"another program's placeholder", pattern("a/${namespace}"), {}, usual, {}, "${.PVC.namespace}"},
      {"another program's placeholder, lenient",
       lenient("a/${namespace}"),
       {},
       usual,
       "/ifs/kubernetes/a/${namespace}",
       {}},
      {"a newline in the pattern", pattern("${.PVC.name}\n"), {}, usual, {}, "control"},
      {"no end", pattern("${.PVC.name}/${.PVC.name"), {}, usual, "/ifs/kubernetes/web/${.PVC.name", {}},
      {"a dollar alone", pattern("$/$$/${.PVC.name}"), {}, usual, "/ifs/kubernetes/$/$$/web", {}},
      {"an export with dots", pattern("${.PVC.name}"), {}, "//srv/./x//", "/srv/x/web", {}},
  };
}

}  // namespace nfs::testing
