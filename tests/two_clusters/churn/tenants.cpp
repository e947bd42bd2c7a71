#include "tests/two_clusters/churn/tenants.hpp"

#include <set>

namespace nfs::test {
namespace {

constexpr int name_spaces = 4;
// NFS_PATH of both programs, which planes.sh sets.
constexpr std::string_view exported = "/data/nfs/";

std::string name_space_of(int index) {
  return "team-" + std::to_string(index % name_spaces);
}

std::string claim_of(int index) {
  return std::string(kinds[static_cast<std::size_t>(index) % kinds.size()].class_name) + "-" + std::to_string(index);
}

std::string directory_of(k8s::Volume const& volume) {
  auto const path = volume.source.attributes.find("path");
  if (path == volume.source.attributes.end() || !path->second.starts_with(exported)) return {};
  return path->second.substr(exported.size());
}

}  // namespace

Tenants::Tenants(std::string cluster, std::string const& kubeconfig, int claims, std::uint32_t seed)
    : name_(std::move(cluster)),
      cluster_(Cluster::at(kubeconfig)),
      id_(cluster_.get<k8s::Namespace>({{}, "kube-system"}).value().meta.uid),
      claims_(claims),
      random_(seed) {}

// The claims first: a claim is Bound to its volume until these tenants delete it.
View Tenants::look() {
  std::vector<k8s::Claim> claims;
  for (int i = 0; i < name_spaces; ++i)
    for (auto& claim : cluster_.claims(name_space_of(i))) claims.push_back(std::move(claim));
  View view;
  std::map<std::string, k8s::Volume> volumes;
  for (auto& volume : cluster_.volumes()) {
    if (volume.phase != "Bound") view.unbound.push_back(volume.meta.name + " " + volume.phase);
    volumes.emplace(volume.meta.name, std::move(volume));
  }
  for (auto const& claim : claims) sort_claim(claim, volumes, view);
  return view;
}

void Tenants::sort_claim(k8s::Claim const& claim, std::map<std::string, k8s::Volume> const& volumes, View& view) const {
  auto const& meta = claim.meta;
  if (claim.phase != "Bound" || meta.deleting()) {
    view.waiting[meta.name_space + "/" + meta.name] = meta.deleting() ? "Terminating" : claim.phase;
    return;
  }
  auto const volume = volumes.find(claim.volume_name);
  view.live.push_back({.owner = {.cluster = name_, .name_space = meta.name_space, .claim = meta.name, .uid = meta.uid},
                       .kind = &kind_of_claim(meta.name),
                       .directory = volume == volumes.end() ? std::string() : directory_of(volume->second)});
}

void Tenants::make_missing(View const& view, unsigned percent) {
  std::set<std::string> existing;
  for (auto const& live : view.live) existing.insert(live.owner.claim);
  for (auto const& [claim, phase] : view.waiting) existing.insert(claim.substr(claim.find('/') + 1));
  for (int i = 0; i < claims_; ++i) {
    if (existing.contains(claim_of(i)) || !falls(percent)) continue;
    k8s::Claim wanted;
    wanted.meta.name = claim_of(i);
    wanted.meta.name_space = name_space_of(i);
    wanted.access_modes = {"ReadWriteMany"};
    wanted.requested_storage = "1Mi";
    wanted.storage_class_name = std::string(kind_of_claim(wanted.meta.name).class_name);
    cluster_.create(wanted);
    ++made_;
  }
}

void Tenants::remove_some(View const& view, unsigned percent) {
  for (auto const& live : view.live)
    if (falls(percent)) remove(live.owner.name_space, live.owner.claim);
  for (auto const& [claim, phase] : view.waiting) {
    auto const slash = claim.find('/');
    if (phase == "Pending" && falls(1)) remove(claim.substr(0, slash), claim.substr(slash + 1));
  }
}

void Tenants::remove(std::string const& name_space, std::string const& claim) {
  cluster_.remove<k8s::Claim>({name_space, claim});
  ++removed_;
}

}  // namespace nfs::test
