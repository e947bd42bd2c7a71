#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "provisioner/controller/executor.hpp"
#include "provisioner/controller/lookup.hpp"
#include "provisioner/controller/reconciler_parts.hpp"

namespace nfs {

/// To be tried again: after back-off, or after `at_least` if that is longer.
struct TryAgain {
  std::chrono::milliseconds at_least{0};
};
struct Settled {};
using Verdict = std::variant<Settled, TryAgain>;

/// Brings one volume, and the claim that it is made for, one step closer to what they should be: looks, decides, acts,
/// and decides anew on fresh objects where it was overtaken. One for each worker of an export; not thread-safe.
class Reconciler {
 public:
  /// `export_index` is the number of the export that it works for.
  Reconciler(ReconcilerParts& parts, std::size_t export_index, std::unique_ptr<k8s::Connection> connection);

  /// `name` is the volume's: `pvc-<claim uid>`.
  [[nodiscard]] Verdict reconcile(std::string const& name, std::stop_token stop);

 private:
  [[nodiscard]] bool must_read(std::string const& name, Subject const& subject) const;
  [[nodiscard]] Decision decide(std::string const& name, Subject const& subject, Lookup const& lookup);
  /// None if no volume is to be made.
  [[nodiscard]] KnownArchives archives_for(Subject const& subject, Lookup const& lookup) const;
  [[nodiscard]] Question question(std::string const& name, Subject const& subject, Lookup const& lookup,
                                  Life const& life, KnownArchives const& archives) const;
  void wake(Ledger::Names const& names);
  /// Whether the volume lies on another export: then its key goes there, and nothing is done for it here.
  [[nodiscard]] bool belongs_elsewhere(std::string const& name, Subject const& subject);
  /// What follows a decision to do nothing now.
  [[nodiscard]] Verdict leave_as_is(std::string const& name, Subject const& subject, Decision const& decision);
  /// What follows an act; nullopt: another decision, on fresh objects unless all was done.
  [[nodiscard]] std::optional<Verdict> judge(std::string const& name, Subject const& subject, Act const& act,
                                             ActionResult const& outcome, std::stop_token const& stop);
  [[nodiscard]] Verdict done(std::string const& name, Act const& act, Subject const& subject);
  [[nodiscard]] Verdict cannot_look_up(std::string const& name, k8s::Error const& error);
  [[nodiscard]] k8s::Result<Subject> read_anew(std::string const& name, Subject const& subject, std::stop_token stop);
  /// The API server refused `action` (403). nullopt: the permission is missing and its feature is off now; decide
  /// again.
  [[nodiscard]] std::optional<Verdict> refused(std::string const& name, Subject const& subject, Action const& action,
                                               std::string const& answer, std::stop_token const& stop);
  /// Nothing more is to be done now; but where no watch will say that a volume went, it is looked at again.
  [[nodiscard]] Verdict settled_or_unseen(std::string const& name);
  [[nodiscard]] ClaimPointer holder_of(Subject const& subject) const;
  /// The claim whose users are told of a failure.
  [[nodiscard]] static ClaimPointer const& concerned(Subject const& subject);
  void tell_failure(Subject const& subject, std::string const& message);
  void count_failure(Subject const& subject, std::string const& cause);

  ReconcilerParts& parts_;
  std::size_t export_index_;
  ExportSite& site_;
  k8s::Client client_;
  Executor executor_;
};

}  // namespace nfs
