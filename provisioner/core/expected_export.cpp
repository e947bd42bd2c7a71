#include "provisioner/core/expected_export.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "provisioner/core/placement.hpp"
#include "provisioner/core/text.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

constexpr std::string_view adopt_verb = "nfs-subdir-provisioner export adopt";

std::optional<ExpectedDirectory> expected_of(Export const& where, k8s::Volume const& volume,
                                             std::vector<std::string> const& ids) {
  auto path = directory_below(where, volume);
  // No volume has its data where the program has its own.
  if (!path || !path->may_be_moved()) {
    return std::nullopt;
  }
  ExpectedDirectory expected{volume.meta.name, std::string(frozen_export_id(volume)), std::move(*path)};
  if (directory_on(where, volume)) {
    return expected;
  }
  bool const elsewhere = std::ranges::find(ids, expected.export_id) != ids.end();
  if (expected.export_id.empty() || elsewhere) {
    return std::nullopt;
  }
  expected.other_server = nfs_source(volume)->server;
  return expected;
}

std::string at(ExpectedDirectory const& expected) {
  return "volume " + expected.volume + " has its directory at " + quoted(expected.path.text(), 120);
}

}  // namespace

void ExpectedOn::add(k8s::Volume const& volume) {
  if (!provisioned_by(volume, provisioner_)) {
    return;
  }
  if (auto expected = expected_of(where_, volume, ids_)) {
    (volume.phase == "Bound" ? in_use_ : others_).push_back(std::move(*expected));
  }
}

ExpectedExport ExpectedOn::all() && {
  std::ranges::move(others_, std::back_inserter(in_use_));
  return std::move(in_use_);
}

ExpectedExport expected_on(Export const& where, std::vector<std::shared_ptr<k8s::Volume const>> const& volumes,
                           std::string_view provisioner, std::vector<std::string> const& ids) {
  ExpectedOn expected(where, provisioner, ids);
  for (auto const& volume : volumes) {
    expected.add(*volume);
  }
  return std::move(expected).all();
}

std::vector<std::string> ids_of(ExpectedExport const& expected) {
  std::vector<std::string> ids;
  for (auto const& each : expected) {
    if (!each.export_id.empty() && each.other_server.empty()) {
      ids.push_back(each.export_id);
    }
  }
  std::ranges::sort(ids);
  auto const repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  return ids;
}

MountVerdict judge_mount(std::string_view marker_id, ExpectedExport const& expected) {
  using Kind = MountVerdict::Kind;
  auto const first = [&](auto const& chosen) -> ExpectedDirectory const* {
    auto const found = std::ranges::find_if(expected, chosen);
    return found == expected.end() ? nullptr : &*found;
  };
  auto const* ours = first([](auto const& each) { return !each.export_id.empty() && each.other_server.empty(); });
  if (!marker_id.empty()) {
    auto const* same = first([&](auto const& each) { return each.export_id == marker_id; });
    return ours == nullptr || same != nullptr ? MountVerdict{} : MountVerdict{Kind::other_export, ours};
  }
  if (ours != nullptr) {
    return {Kind::marker_missing, ours};
  }
  if (auto const* maybe = first([](auto const& each) { return !each.other_server.empty(); })) {
    return {Kind::maybe_other_name, maybe};
  }
  auto const* upstreams = first([](auto const& each) { return each.export_id.empty(); });
  return upstreams == nullptr ? MountVerdict{} : MountVerdict{Kind::needs_directory, upstreams};
}

std::string why_not(MountVerdict const& verdict, std::string_view marker_id) {
  using Kind = MountVerdict::Kind;
  std::string const verb(adopt_verb);
  switch (verdict.kind) {
    case Kind::usable:
      break;
    case Kind::needs_directory:
      return "it was never used by this program, and none of the directories stands that volumes name: " +
             at(*verdict.example) +
             ". Is the mount missing, or another one? If it is the export all the same: " + verb + " --force";
    case Kind::marker_missing:
      return "its marker is missing: is the mount missing? If it was copied, copy .nfs-subdir-provisioner as well; if "
             "that is lost: " +
             verb + " (" + at(*verdict.example) + " of export " + verdict.example->export_id + ")";
    case Kind::other_export:
      return "it is another export, " + std::string(marker_id) + ", than the one that the volumes are on (" +
             at(*verdict.example) + " of export " + verdict.example->export_id + ")";
    case Kind::maybe_other_name:
      return "it was never used by this program, and may be an export that volumes know by another name: " +
             at(*verdict.example) + " of export " + verdict.example->export_id + " on server " +
             verdict.example->other_server + ". Mount that one, or: " + verb +
             ", with --force for an export that is a new one";
  }
  return {};
}

}  // namespace nfs
