#include "tests/bench/ground.hpp"

#include <signal.h>

#include "provisioner/core/naming.hpp"
#include "tests/bench/process_use.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto provisioner = "bench.example.com/nfs";

}  // namespace

Ground::Ground(Limits limits)
    : plane_(limits),
      cluster_(test::Cluster::at(plane_.kubeconfig("admin"))),
      watch_(std::make_unique<ClaimWatch>(cluster_)) {
  grant_rights();
  // Upstream's program knows archiveOnDelete alone.
  make_class("bench", {{"archiveOnDelete", "false"}});
  make_class("no-trash", {{"archiveOnDelete", "false"}, {"trashRetention", "0"}});
  make_namespace(bench_namespace);
}

Ground::Ground(Contender contender, Limits limits) : Ground(limits) {
  start(std::move(contender));
  await_service();
}

void Ground::grant_rights() {
  cluster_.request(k8s::Method::post, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", R"({
    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "bench"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "provisioner"}]})",
                   "application/json");
}

void Ground::make_class(std::string const& name, k8s::StringMap parameters) {
  k8s::StorageClass wanted;
  wanted.meta.name = name;
  wanted.provisioner = provisioner;
  wanted.parameters = std::move(parameters);
  wanted.reclaim_policy = "Delete";
  wanted.volume_binding_mode = "Immediate";
  cluster_.create(wanted);
}

void Ground::make_namespace(std::string const& name) {
  k8s::Namespace wanted;
  wanted.meta.name = name;
  cluster_.create(wanted);
}

k8s::Claim Ground::claim(std::string const& name_space, std::string const& name) const {
  k8s::Claim wanted;
  wanted.meta.name = name;
  wanted.meta.name_space = name_space;
  if (annotate_)
    wanted.meta.annotations = {{std::string(names::storage_provisioner), provisioner},
                               {std::string(names::beta_storage_provisioner), provisioner}};
  wanted.access_modes = {"ReadWriteMany"};
  wanted.requested_storage = "1Mi";
  wanted.storage_class_name = class_name_;
  return wanted;
}

void Ground::start(Contender contender) {
  if (program_ && program_->running()) program_->terminate();
  contender_ = std::move(contender);
  auto environment = contender_.environment;
  environment.merge(test::Program::Environment{{"KUBECONFIG", plane_.kubeconfig("provisioner")},
                                               {"NFS_SERVER", "nfs.bench.test"},
                                               {"NFS_PATH", "/exported"},
                                               {"PROVISIONER_NAME", provisioner},
                                               {"ENABLE_LEADER_ELECTION", "false"},
                                               {"MOUNT_DIR", exported_.root()}});
  auto const log = exported_.outside("program.log").string();
  if (!contender_.fixed_mount) {
    program_ = std::make_unique<test::Program>(std::vector<std::string>{}, environment, log, contender_.program);
    return;
  }
  // In a mount namespace of its own: needs root, and that /persistentvolumes is there.
  std::vector<std::string> const words{
      "--mount",         "sh", "-c", R"(mount --bind "$0" /persistentvolumes && exec "$1")", exported_.root(),
      contender_.program};
  program_ = std::make_unique<test::Program>(words, environment, log, "unshare");
}

void Ground::await_one(std::string const& what, std::optional<Time> Moments::*moment) {
  test::eventually(contender_.name + " " + what, [&] {
    if (!program_->running()) throw std::runtime_error{contender_.name + " ended\n" + program_->log()};
    watch_->check();
    return watch_->count(moment) == 1;
  });
}

void Ground::await_first_claim() {
  auto const asked = std::chrono::steady_clock::now();
  auto const made = cluster_.create(claim(bench_namespace, "first-" + std::to_string(starts_++)));
  watch_->asked(made.meta.uid, asked);
  await_one("serves a claim", &Moments::bound);
}

void Ground::await_service() {
  watch_->forget();
  await_first_claim();
  cluster_.remove<k8s::Claim>({bench_namespace, "first-" + std::to_string(starts_ - 1)});
  await_one("releases a volume", &Moments::volume_gone);
  watch_->forget();
}

double Ground::cpu() const {
  return cpu_seconds(program_->pid());
}

}  // namespace nfs::bench
