#pragma once

#include <memory>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/leader/fenced_transport.hpp"
#include "k8s/leader/term.hpp"
#include "k8s/runtime/event_recorder.hpp"
#include "k8s/watch/reflector.hpp"
#include "provisioner/app/crew.hpp"
#include "provisioner/app/metrics.hpp"
#include "provisioner/app/options.hpp"
#include "provisioner/app/reconciler.hpp"
#include "provisioner/app/waiting_claims.hpp"

namespace nfs {

/// The program at work: reflectors fill the view, changes become keys in the queue of an export, its workers reconcile
/// them. start() and lead() return at once; everything happens on the crew's threads. Until lead() it stands by: the
/// view is kept, the exports are not touched. Nothing is changed, on the API server or an export, unless `term` holds.
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
  void look_at_exports();
  /// How all is at this moment. Never waits for an export or the API server. Thread-safe.
  [[nodiscard]] StatusReport status();

 private:
  struct Health {
    bool hung = false;
  };

  void route_changes();
  void route_unreadable();
  template <class T>
  void note_unreadable(k8s::Unreadable const& object, k8s::Aside now);
  void tell_unreadable();
  /// Namespaces take turns: `name_space` is that of the claim, as far as it is known.
  void enqueue(std::string const& volume_name, std::string const& name_space);
  void tell(EmitEvent const& event);
  void watch_volumes(std::stop_token stop);
  void enqueue_all();
  [[nodiscard]] bool may_begin() const;
  void ask_what_is_allowed(std::stop_token stop);
  void open(std::size_t home, std::stop_token stop);
  void work(std::size_t home, std::stop_token stop);
  void survey_archives(std::size_t home, std::stop_token stop);
  void enqueue_waiting_for_archives();
  void note_archives(ExportSite& site, ArchiveSurvey survey);
  void prune_archives(std::size_t home, std::stop_token stop);
  void watch_health(std::size_t home, std::stop_token stop);
  void tell_waiting_claims(std::stop_token stop);
  [[nodiscard]] std::vector<ClassStatus> class_status();
  [[nodiscard]] std::vector<WatchStatus> watch_status();
  [[nodiscard]] k8s::ReflectorOptions watched_by(k8s::WatchHealth& health);
  [[nodiscard]] std::vector<std::string> known_ids(Export const& where);

  Options options_;
  k8s::Transport& transport_;
  k8s::Term const& term_;
  k8s::FencedTransport acting_;  ///< for everything that may change something
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  Metrics& metrics_;
  k8s::WallTime started_;
  std::vector<std::unique_ptr<ExportSite>> sites_;
  std::vector<Health> health_;
  ClusterView view_;
  k8s::WatchHealth claims_health_;
  k8s::WatchHealth volumes_health_;
  k8s::WatchHealth classes_health_;
  Ledger ledger_;
  SharedSettings settings_;
  PermissionWatch permissions_;
  NamespaceUids namespace_uids_;
  std::unique_ptr<k8s::EventRecorder> recorder_;
  Workshop shop_;
  WaitingClaims waiting_;  ///< on the first export, where new claims get their directories
  std::atomic<bool> elected_ = false;
  std::atomic<bool> volumes_listed_ = false;  ///< since we lead
  std::stop_source standing_by_;
  Crew crew_;
};

}  // namespace nfs
