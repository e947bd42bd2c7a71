#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/leader/fenced_transport.hpp"
#include "k8s/leader/term.hpp"
#include "k8s/runtime/event_recorder.hpp"
#include "provisioner/controller/change_router.hpp"
#include "provisioner/controller/reconciler_parts.hpp"
#include "provisioner/observe/metrics.hpp"
#include "provisioner/service/archive_reader.hpp"
#include "provisioner/service/cluster_watch.hpp"
#include "provisioner/service/export_opener.hpp"
#include "provisioner/service/export_watchdog.hpp"
#include "provisioner/service/options.hpp"
#include "provisioner/service/thread_group.hpp"
#include "provisioner/service/waiting_claims.hpp"

namespace nfs {

/// The program at work: reflectors fill the view, changes become keys in the queue of an export, its workers reconcile
/// them. It owns the parts that do so, and their threads. start() and lead() return at once; everything happens on the
/// group's threads. Until lead() it stands by: the view is kept, the exports are not touched. Nothing is changed, on
/// the API server or an export, unless `term` holds.
class Service {
 public:
  Service(Options options, k8s::Transport& transport, k8s::Term const& term, k8s::Clock const& clock,
          k8s::Log const& log, Metrics& metrics);
  ~Service();

  void start();
  /// From now on it acts. Once at most. `lock` names the object that we lead by, if there is one: it gets an Event.
  void lead(std::optional<k8s::ObjectReference> const& lock = {}, std::string const& identity = {});
  /// Whether this process is the one that acts. Thread-safe.
  [[nodiscard]] bool leading() const { return term_.holds(); }
  /// Ends all threads; false if some are still in a file system call after `most`: then nothing may be destroyed.
  [[nodiscard]] bool stop(std::chrono::milliseconds most);
  /// To be called every few seconds: says once when an export hangs, and when it answers again.
  void look_at_exports() { watchdog_.look(); }
  /// How all is at this moment. Never waits for an export or the API server. Thread-safe.
  [[nodiscard]] StatusReport status();

 private:
  void tell(EmitEvent const& event);
  [[nodiscard]] bool may_serve() const;
  void begin_with_all(std::stop_token stop);
  void return_memory(std::stop_token stop);
  void ask_who_we_are(std::stop_token stop);
  void ask_what_is_allowed(std::stop_token stop);
  void serve(std::size_t export_index, std::stop_token stop);
  void work(std::size_t export_index, std::stop_token stop);
  void look_after_archives(ExportSite& site, std::stop_token const& stop);
  void look_after_trash(ExportSite& site, std::stop_token const& stop);
  void look_for_lost_volumes(ExportSite& site, std::size_t export_index, std::stop_token stop);

  Options options_;
  k8s::Transport& transport_;
  k8s::Term const& term_;
  k8s::FencedTransport acting_;  ///< for everything that may change something
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  Metrics& metrics_;
  k8s::WallTime started_;
  std::vector<std::unique_ptr<ExportSite>> sites_;
  ClusterView view_;
  ClusterWatch watch_;
  Ledger ledger_;
  SharedSettings settings_;
  PermissionWatch permissions_;
  NamespaceUids namespace_uids_;
  ClassAnswers class_answers_;
  std::unique_ptr<k8s::EventRecorder> recorder_;
  ReconcilerParts parts_;
  ExportQueues queues_;
  WokenKeys keys_;
  UnreadableNotices notices_;
  ChangeRouter router_;
  WaitingClaims waiting_;  ///< on the first export, where new claims get their directories
  ExportOpener opener_;
  ArchiveReader archives_;
  ExportWatchdog watchdog_;
  ThreadGroup threads_;
};

}  // namespace nfs
