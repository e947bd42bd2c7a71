#include "tests/provisioner/support/stage.hpp"
#include "tests/support/storage/own_cluster.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <type_traits>

#include "provisioner/core/cached.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs::testing {
namespace {

using namespace std::chrono_literals;

Settings settings_for(Binding binding, Stage const& stage) {
  Settings settings;
  settings.provisioner = our_name;
  settings.binding = binding;
  settings.cluster = stage.cluster;
  settings.take_over = stage.take_over;
  return settings;
}

// As the reflectors keep it.
template <class T>
T cached(T object) {
  if constexpr (std::is_same_v<T, k8s::StorageClass>) {
    keep_what_is_needed(object, our_name);
  } else {
    keep_what_is_needed(object);
  }
  return object;
}

template <class T>
void fill(k8s::Store<T>& store, std::vector<T> objects) {
  store.begin_replace();
  for (auto& object : objects) store.stage(cached(std::move(object)));
  store.commit_replace();
}

template <class T>
void apply(k8s::Store<T>& store, test::MemoryApiServer::Change const& change) {
  auto object = *k8s::read<T>(change.object);
  if (change.type == "DELETED")
    store.erase(k8s::object_key(object.meta));
  else
    store.apply(cached(std::move(object)));
}

void patch_phase(Stage& stage, k8s::Volume const& volume, std::string_view phase) {
  stage.server.patch<k8s::Volume>({{}, volume.meta.name}, fmt::format(R"({{"status":{{"phase":"{}"}}}})", phase),
                                  "status");
}

void bind(Stage& stage, k8s::Claim const& claim, k8s::Volume const& volume) {
  k8s::ObjectName const name{claim.meta.name_space, claim.meta.name};
  patch_phase(stage, volume, "Bound");
  stage.server.patch<k8s::Claim>(name, fmt::format(R"({{"spec":{{"volumeName":"{}"}},"metadata":{{"annotations":{{
            "pv.kubernetes.io/bind-completed":"yes","pv.kubernetes.io/bound-by-controller":"yes"}}}}}})",
                                                   volume.meta.name));
  stage.server.patch<k8s::Claim>(
      name,
      fmt::format(R"({{"status":{{"phase":"Bound","accessModes":["ReadWriteMany"],"capacity":{{"storage":"{}"}}}}}})",
                  volume.capacity),
      "status");
}

}  // namespace

bool posts_volume(k8s::Request const& request) {
  return request.method == k8s::Method::post && request.target.ends_with("/persistentvolumes");
}

Stage::Stage() {
  k8s::Namespace name_space;
  name_space.meta.name = "team-a";
  name_space.meta.uid = "NS-UID";
  server.put(name_space);
  server.put(our_class());
}

k8s::Claim Stage::put_claim(std::string const& name, std::string const& uid, k8s::StringMap annotations) {
  auto claim = pending_claim(name, uid);
  claim.meta.annotations.merge(annotations);
  return server.put(claim);
}

std::optional<k8s::Claim> Stage::claim(std::string const& name) const {
  return server.find<k8s::Claim>({"team-a", name});
}

std::optional<k8s::Volume> Stage::volume(std::string const& name) const {
  return server.find<k8s::Volume>({{}, name});
}

void Stage::remove_claim(std::string const& name) {
  server.remove<k8s::Claim>({"team-a", name});
}

k8s::StorageClass Stage::make_class_anew(k8s::StringMap parameters) {
  auto made = our_class();
  made.meta.uid.clear();
  made.parameters = std::move(parameters);
  server.remove<k8s::StorageClass>({{}, made.meta.name});
  return server.put(made);
}

void Stage::lose_answer(std::function<bool(k8s::Request const&)> chosen, int times) {
  using Moment = test::MemoryApiServer::Moment;
  auto const left = std::make_shared<int>(times);
  server.on_request([chosen = std::move(chosen), left](Moment moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (*left == 0 || moment != Moment::after || !chosen(request)) return answer;
    --*left;
    answer = k8s::make_error(k8s::ErrorKind::transport, "connection reset");
    return answer;
  });
}

void Stage::controller_manager() {
  for (auto const& volume : server.all<k8s::Volume>()) {
    if (!volume.claim_ref) continue;
    auto const claim = server.find<k8s::Claim>({volume.claim_ref->name_space, volume.claim_ref->name});
    bool const there = claim && claim->meta.uid == volume.claim_ref->uid;
    if (!there && volume.phase != "Released") patch_phase(*this, volume, "Released");
    bool const wanted = there && (claim->volume_name.empty() || claim->volume_name == volume.meta.name);
    if (wanted && claim->phase != "Bound" && !claim->meta.deleting()) bind(*this, *claim, volume);
  }
}

std::vector<std::string> Stage::directories() const {
  std::vector<std::string> paths;
  for (auto const& [path, what] : files.dump())
    if (!path.starts_with(names::private_directory)) paths.push_back(path);
  return paths;
}

bool Stage::has_intents() const {
  for (auto const& [path, what] : files.dump())
    if (path.starts_with(nfs::own_layout.creating() + "/")) return true;
  return false;
}

Program::Program(Stage& stage, Binding binding)
    : stage_(stage),
      view_(stage.clock),
      exports_{{"default", "nfs.example", "/data/nfs", "/persistentvolumes"}},
      ledger_(exports_, std::string(our_name)),
      settings_(settings_for(binding, stage)),
      permissions_(binding, settings_, stage.clock, log_.log()),
      namespace_uids_(view_),
      class_answers_(view_),
      parts_{
          sites_,       view_,           ledger_,        settings_,
          permissions_, namespace_uids_, class_answers_, [this](EmitEvent const& event) { events_.push_back(event); },
          "test",       stage.clock,     log_.log()},
      queues_(sites_, view_),
      keys_(view_, ledger_, std::string(our_name)),
      notices_(view_, parts_.tell, log_.log()),
      router_(view_, keys_, queues_, notices_),
      opener_(view_, ledger_, queues_, settings_, stage.clock, log_.log()),
      archives_(keys_, queues_, 1, stage.clock, log_.log()) {
  auto files = std::make_unique<FaultyFileSystem>(stage.files);
  faults_ = files.get();
  sites_.push_back(std::make_unique<ExportSite>(exports_.front(), std::move(files), stage.clock, log_.log()));
  reconciler_ = std::make_unique<Reconciler>(parts_, 0, stage.server.connect());
  queues_.open();
  load();
}

void Program::load() {
  fill(view_.classes(), stage_.server.all<k8s::StorageClass>());
  fill(view_.volumes(), stage_.server.all<k8s::Volume>());
  fill(view_.claims(), stage_.server.all<k8s::Claim>());
  for (auto const& change : stage_.server.changes_since(0)) seen_ = change.version;
  ExportOpener::Told const told{.cannot_open = [](auto const& error) { throw std::runtime_error(error.message); }};
  (void)opener_.open(site(), 0, told, {});
  if (stage_.surveys) survey();
}

void Program::survey() {
  (void)archives_.read(site(), {});
}

void Program::beat() {
  ClusterHeartbeat(site(), settings_, stage_.clock, log_.log()).beat();
}

void Program::take_over() {
  ClusterTaker(site(), settings_, keys_, queues_, stage_.clock, log_.log()).look();
}

void Program::look_for_lost() {
  (void)LostVolumeFinder(site(), 0, ledger_, queues_, stage_.clock, log_.log()).look({});
}

void Program::watch() {
  for (auto const& change : stage_.server.changes_since(seen_)) {
    seen_ = change.version;
    if (change.plural == "persistentvolumes") apply(view_.volumes(), change);
    if (change.plural == "persistentvolumeclaims") apply(view_.claims(), change);
    if (change.plural == "storageclasses") apply(view_.classes(), change);
  }
}

bool Program::work(int most) {
  Worker worker(site().queue(), [this](std::string const& key, std::stop_token) { return reconcile(key); });
  for (watch(); site().queue().size() > 0; watch()) {
    if (most-- == 0) return false;
    stage_.clock.advance(10min);
    worker.work_on(*site().queue().take({}), {});
  }
  return true;
}

std::size_t Program::told(std::string_view reason) const {
  std::size_t count = 0;
  for (auto const& event : events_) count += event.reason == reason ? 1U : 0U;
  return count;
}

}  // namespace nfs::testing
