#include "tests/integration/support/scene.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <random>

#include "provisioner/core/export.hpp"

namespace nfs::test {
namespace {

std::string random_token() {
  std::random_device source;
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::uniform_int_distribution<std::size_t> pick(0, letters.size() - 1);
  std::string token;
  for (int i = 0; i < 8; ++i) token += letters[pick(source)];
  return token;
}

std::string claims_of(std::string const& name_space) {
  return "/api/v1/namespaces/" + name_space + "/persistentvolumeclaims";
}

// The claim's JSON with the members of `more` added to its spec.
std::string with_more(k8s::Claim const& claim, std::string const& more) {
  auto document = parse_json(k8s::write(claim));
  if (more.empty()) return to_text(document);
  auto const extra = parse_json(more);
  auto& allocator = document.GetAllocator();
  for (auto const& member : extra.GetObject())
    document["spec"].AddMember(rapidjson::Value(member.name, allocator), rapidjson::Value(member.value, allocator),
                               allocator);
  return to_text(document);
}

}  // namespace

Scene::Scene(std::string nfs_path)
    : token_(random_token()),
      nfs_path_(std::move(nfs_path)),
      server_(token_ + ".nfs.test"),
      provisioner_("test.example.com/" + token_),
      class_name_(unique("class")) {
  name_space_ = make_namespace("ns");
}

Scene::~Scene() {
  try {
    if (program_ && program_->running()) program_->kill();
    program_.reset();
    clear();
  } catch (std::exception const& error) {
    std::cerr << "could not clear a scene away: " << error.what() << "\n";
  }
}

// What stays would keep kube-controller-manager busy. Nobody waits for its end.
void Scene::clear() {
  for (auto const& name_space : namespaces_) cluster_.request(k8s::Method::del, claims_of(name_space));
  for (auto const& name : classes_) cluster_.remove<k8s::StorageClass>({{}, name});
  for (auto const& volume : volumes()) {
    cluster_.remove<k8s::Volume>({{}, volume.meta.name});
    (void)cluster_.client().patch<k8s::Volume>({{}, volume.meta.name}, k8s::PatchType::merge,
                                               R"({"metadata":{"finalizers":null}})", {});
  }
}

Program::Environment Scene::environment(std::string const& binding) const {
  return {{"KUBECONFIG", cluster_directory() + "/admin.kubeconfig"},
          {"NFS_SERVER", server_},
          {"NFS_PATH", nfs_path_},
          {"PROVISIONER_NAME", provisioner_},
          {"MOUNT_DIR", exported_.root()},
          {"BINDING", binding},
          {"HTTP_ADDRESS", "off"},
          {"ENABLE_LEADER_ELECTION", "false"},  // else who was killed holds up its successor; tests of its own have it
          {"LOG_LEVEL", "debug"}};
}

Program& Scene::launch(std::string const& binding, Program::Environment const& more) {
  if (program_ && program_->running()) stop();
  auto settings = more;
  settings.merge(environment(binding));
  program_ = std::make_unique<Program>(std::vector<std::string>{}, settings, log_file());
  return *program_;
}

Program& Scene::start(std::string const& binding, Program::Environment const& more) {
  launch(binding, more).wait_until_said("INFO  serving");
  return *program_;
}

void Scene::stop() {
  auto const ended = program_->terminate();
  if (auto const report = sanitizer_report(program_->log()); !report.empty()) throw std::runtime_error{report};
  if (ended != Ended{0, 0})
    throw std::runtime_error{"the program ended with " + std::to_string(ended.code) + ", signal " +
                             std::to_string(ended.signal)};
}

std::string Scene::make_namespace(std::string const& name) {
  k8s::Namespace wanted;
  wanted.meta.name = unique(name);
  cluster_.create(wanted);
  namespaces_.push_back(wanted.meta.name);
  return wanted.meta.name;
}

void Scene::make_class(ClassSpec const& spec, std::string const& name) {
  k8s::StorageClass wanted;
  wanted.meta.name = name.empty() ? class_name_ : name;
  wanted.meta.annotations = spec.annotations;
  wanted.provisioner = provisioner_;
  wanted.parameters = spec.parameters;
  wanted.reclaim_policy = spec.reclaim_policy;
  wanted.volume_binding_mode = spec.binding_mode;
  wanted.mount_options = spec.mount_options;
  wanted.allow_volume_expansion = spec.allow_expansion;
  cluster_.create(wanted);
  classes_.push_back(wanted.meta.name);
}

void Scene::remove_class(std::string const& name) {
  cluster_.remove<k8s::StorageClass>({{}, name.empty() ? class_name_ : name});
}

k8s::Claim Scene::make_claim(std::string const& name, ClaimSpec const& spec) {
  k8s::Claim wanted;
  wanted.meta.name = name;
  wanted.meta.name_space = or_own(spec.name_space);
  wanted.meta.annotations = spec.annotations;
  wanted.meta.labels = spec.labels;
  wanted.access_modes = spec.access_modes;
  wanted.requested_storage = spec.storage;
  wanted.storage_class_name = spec.class_name.empty() ? class_name_ : spec.class_name;
  auto const made =
      cluster_.request(k8s::Method::post, claims_of(wanted.meta.name_space), with_more(wanted, spec.more));
  return value_of(k8s::read<k8s::Claim>(to_text(made)));
}

void Scene::remove_claim(std::string const& name, std::string const& name_space) {
  cluster_.remove<k8s::Claim>({or_own(name_space), name});
}

std::optional<k8s::Claim> Scene::claim(std::string const& name, std::string const& name_space) {
  return cluster_.get<k8s::Claim>({or_own(name_space), name});
}

Pair Scene::await_bound(std::string const& name, std::string const& name_space, std::chrono::seconds most) {
  auto const is_bound = [&]() -> std::optional<Pair> {
    auto claimed = claim(name, name_space);
    if (!claimed || claimed->phase != "Bound") return std::nullopt;
    auto volume = cluster_.get<k8s::Volume>({{}, claimed->volume_name});
    if (!volume || volume->phase != "Bound" || !volume->claim_ref) return std::nullopt;
    if (volume->claim_ref->uid != claimed->meta.uid) return std::nullopt;
    return Pair{std::move(*claimed), std::move(*volume)};
  };
  return *eventually("claim " + name + " Bound", is_bound, most);
}

void Scene::await_no_claim(std::string const& name, std::string const& name_space) {
  eventually("claim " + name + " gone", [&] { return !claim(name, name_space); });
}

void Scene::await_no_volume(std::string const& volume) {
  eventually("volume " + volume + " gone", [&] { return !cluster_.get<k8s::Volume>({{}, volume}); });
}

std::string Scene::await_event(std::string const& object, std::string const& reason, std::string const& part,
                               std::string const& name_space) {
  std::string others;
  try {
    return *eventually("an Event", [&]() -> std::optional<std::string> {
      others.clear();
      for (auto const& event : cluster_.events(or_own(name_space))) {
        if (event.object != object) continue;
        if (event.reason == reason && event.message.find(part) != std::string::npos) return event.message;
        others += "\n  " + event.reason + ": " + event.message;
      }
      return std::nullopt;
    });
  } catch (std::runtime_error const& error) {
    throw std::runtime_error{std::string(error.what()) + " " + reason + " with \"" + part + "\" about " + object +
                             "; there are:" + others};
  }
}

Pair Scene::bound_claim(std::string const& name, ClaimSpec const& spec) {
  make_claim(name, spec);
  return await_bound(name, spec.name_space);
}

void Scene::remove_and_await(Pair const& pair) {
  remove_claim(pair.claim.meta.name, pair.claim.meta.name_space);
  await_no_claim(pair.claim.meta.name, pair.claim.meta.name_space);
  await_no_volume(pair.volume.meta.name);
}

std::string Scene::directory(k8s::Volume const& volume) const {
  Export const where{"default", server_, std::get<std::string>(clean_export_path(nfs_path_)), exported_.root()};
  auto const path = directory_on(where, volume);
  if (!path) throw std::runtime_error{"volume " + volume.meta.name + " is not on the export"};
  return path->text();
}

std::vector<k8s::Volume> Scene::volumes() {
  auto all = cluster_.volumes();
  std::erase_if(all, [&](k8s::Volume const& volume) {
    auto const* const by = k8s::find(volume.meta.annotations, "pv.kubernetes.io/provisioned-by");
    return by == nullptr || *by != provisioner_;
  });
  return all;
}

}  // namespace nfs::test
