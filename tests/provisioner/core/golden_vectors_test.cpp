// The vectors of the contract, section 10, from a class's parameters to the path on the server and back.
#include <optional>
#include <string>

#include "core_fixtures.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;
using namespace std::string_literals;

constexpr auto storage_path = "nfs.io/storage-path";
std::string const team_and_annotation = "${.PVC.namespace}/${.PVC.annotations.nfs.io/storage-path}";
std::string const annotation_alone = "${.PVC.annotations.nfs.io/storage-path}";
std::string const v10 = "${.PVC.labels.app}/${.PVC.labels}/$${.PVC.name}";
std::string const usual = "/ifs/kubernetes";

struct Vector {
  std::string name;
  k8s::StringMap parameters;
  k8s::StringMap annotations;
  std::string nfs_path;
  std::string on_server;  // empty: refused
  std::string says;       // what the refusal names
};

k8s::StringMap pattern(std::string text) {
  return {{"pathPattern", std::move(text)}};
}
k8s::StringMap lenient(std::string text) {
  return {{"pathPattern", std::move(text)}, {"onMissingKey", "empty"}};
}
k8s::StringMap stored_at(std::string value) {
  return {{storage_path, std::move(value)}};
}

std::vector<Vector> contract_vectors() {
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

std::vector<Vector> further_vectors() {
  auto const value = [](std::string name, std::string text, std::string directory, std::string says) {
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
      value("trailing slash", "a/b/", "a/b", {}),
      value("doubled slashes", "a///b", "a/b", {}),
      value("dots of no effect", "./a/./b/.", "a/b", {}),
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
      {"absolute value below",
       pattern(team_and_annotation),
       stored_at("/abs"),
       usual,
       "/ifs/kubernetes/team-a/abs",
       {}},
      {"value that would be the parent",
       pattern(team_and_annotation),
       stored_at("."),
       usual,
       "/ifs/kubernetes/team-a",
       {}},
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
      {"a newline in the pattern", pattern("${.PVC.name}\n"), {}, usual, {}, "control"},
      {"no end", pattern("${.PVC.name}/${.PVC.name"), {}, usual, "/ifs/kubernetes/web/${.PVC.name", {}},
      {"a dollar alone", pattern("$/$$/${.PVC.name}"), {}, usual, "/ifs/kubernetes/$/$$/web", {}},
      {"an export with dots", pattern("${.PVC.name}"), {}, "//srv/./x//", "/srv/x/web", {}},
  };
}

OrRefusal<RelativePath> directory_for(Vector const& vector) {
  auto const parameters = parse_class_parameters(vector.parameters);
  if (auto const* refusal = std::get_if<Refusal>(&parameters)) return *refusal;
  return directory_of(golden_claim(vector.annotations), std::get<ClassParameters>(parameters));
}

Export export_of(Vector const& vector) {
  auto const path = clean_export_path(vector.nfs_path);
  REQUIRE_FALSE(is_refused(path));
  return {"default", "nfs.example", std::get<std::string>(path), "/persistentvolumes"};
}

void check(Vector const& vector) {
  INFO(vector.name);
  auto const directory = directory_for(vector);
  INFO(text_of(directory));
  if (vector.on_server.empty()) {
    CHECK(contains(message_of(directory), vector.says));
    CHECK(contains(message_of(directory), "pathPattern"));
    CHECK(is_one_line(message_of(directory)));
    return;
  }
  REQUIRE_FALSE(is_refused(directory));
  auto const where = export_of(vector);
  auto const& path = std::get<RelativePath>(directory);
  CHECK(path_on_server(where, path) == vector.on_server);

  k8s::Volume volume;
  volume.source = {"nfs", {{"server", "nfs.example"}, {"path", vector.on_server}}};
  CHECK(directory_on(where, volume) == path);
}

TEST_CASE("The golden vectors of the contract hold") {
  for (auto const& vector : contract_vectors()) check(vector);
}

TEST_CASE("Further vectors hold") {
  for (auto const& vector : further_vectors()) check(vector);
}

}  // namespace
}  // namespace nfs
