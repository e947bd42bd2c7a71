#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/controller/change_router.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/ledger.hpp"
#include "provisioner/controller/namespace_uids.hpp"
#include "provisioner/controller/reconciler.hpp"
#include "provisioner/controller/shared_settings.hpp"
#include "provisioner/controller/worker.hpp"
#include "provisioner/exports/export_site.hpp"
#include "provisioner/service/archive_reader.hpp"
#include "provisioner/service/cluster_heartbeat.hpp"
#include "provisioner/service/cluster_taker.hpp"
#include "provisioner/service/export_opener.hpp"
#include "provisioner/service/lost_volume_finder.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/memory_api_server.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::testing {

[[nodiscard]] bool posts_volume(k8s::Request const& request);

/// What is there whether the program runs or not: an API server and an export, both in memory, and the time.
struct Stage {
  test::MemoryApiServer server;
  MemoryFileSystem files;
  FakeClock clock;
  Cluster cluster{nfs::own_cluster};
  TakeOver take_over = TakeOver::ask;
  bool surveys = true;  ///< a program reads the archives when it begins; else when it is told to

  Stage();
  /// A claim that kube-controller-manager has handed to us, or (not handed) has not looked at yet.
  k8s::Claim put_claim(std::string const& name, std::string const& uid, k8s::StringMap annotations = {});
  [[nodiscard]] std::optional<k8s::Claim> claim(std::string const& name) const;
  [[nodiscard]] std::optional<k8s::Volume> volume(std::string const& name) const;
  void remove_claim(std::string const& name);
  /// An administrator makes our class anew.
  k8s::StorageClass make_class_anew(k8s::StringMap parameters);
  /// The first `times` requests that `chosen` chooses are done, and their answers lost.
  void lose_answer(std::function<bool(k8s::Request const&)> chosen, int times = 1);
  /// kube-controller-manager looks at everything once: it binds what is pre-bound, and releases whose claim is gone.
  void controller_manager();
  /// Paths of the export that are no concern of the program's own.
  [[nodiscard]] std::vector<std::string> directories() const;
  [[nodiscard]] bool has_intents() const;
};

/// One life of the program, in one thread: everything between the reflectors and the workers, as the service has it.
/// Destroyed half-way, it is a program that died.
class Program {
 public:
  explicit Program(Stage& stage, Binding binding = Binding::direct);

  /// What the watches told meanwhile reaches the view and the queue.
  void watch();
  /// Works until nothing is due, later retries included (the clock is moved on for them), but at most `most` keys.
  /// False if there was still something to do.
  bool work(int most = 60);
  /// One key, at once.
  Verdict reconcile(std::string const& name) { return reconciler_->reconcile(name, {}); }

  /// Says that it lives, and looks at what others have.
  void beat();
  /// What was decided about other clusters is done.
  void take_over();
  /// Looks for volumes that are gone without their release.
  void look_for_lost();
  /// All archives are known from now on.
  void survey();

  [[nodiscard]] FaultyFileSystem& faults() { return *faults_; }
  [[nodiscard]] LogBook const& log() const { return log_; }
  [[nodiscard]] std::vector<EmitEvent> const& events() const { return events_; }
  [[nodiscard]] std::size_t told(std::string_view reason) const;
  [[nodiscard]] ExportSite& site() { return *sites_.front(); }
  [[nodiscard]] SharedSettings& settings() { return settings_; }
  [[nodiscard]] ClusterView& view() { return view_; }
  [[nodiscard]] ReconcilerParts& parts() { return parts_; }

 private:
  void load();

  Stage& stage_;
  LogBook log_;
  FaultyFileSystem* faults_ = nullptr;
  std::vector<std::unique_ptr<ExportSite>> sites_;
  ClusterView view_;
  std::vector<Export> exports_;
  Ledger ledger_;
  SharedSettings settings_;
  PermissionWatch permissions_;
  NamespaceUids namespace_uids_;
  ClassAnswers class_answers_;
  std::vector<EmitEvent> events_;
  ReconcilerParts parts_;
  ExportQueues queues_;
  WokenKeys keys_;
  UnreadableNotices notices_;
  ChangeRouter router_;
  ExportOpener opener_;
  ArchiveReader archives_;
  std::uint64_t seen_ = 0;
  std::unique_ptr<Reconciler> reconciler_;
};

/// The program died where a test wanted it to, at a request.
struct Death {};

}  // namespace nfs::testing
