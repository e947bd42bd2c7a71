#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "provisioner/app/executor.hpp"
#include "provisioner/app/premises.hpp"
#include "provisioner/app/workshop.hpp"

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
  /// `home` is the number of the export that it works for.
  Reconciler(Workshop& shop, std::size_t home, std::unique_ptr<k8s::Connection> connection);

  /// `name` is the volume's: `pvc-<claim uid>`.
  [[nodiscard]] Verdict reconcile(std::string const& name, std::stop_token stop);

 private:
  /// What is so while the ledger lets nobody else decide.
  struct Sight {
    std::vector<ExportView> const& places;
    Settings const& settings;
    ClaimExists const& exists;
  };
  /// What follows an act: the end of this look, or another decision, on the same objects or on fresh ones.
  struct OnTheSame {};
  struct OnFreshObjects {};
  using Next = std::variant<Verdict, OnTheSame, OnFreshObjects>;

  [[nodiscard]] Ledger::Standing standing_of(std::string const& name, Subject const& subject) const;
  [[nodiscard]] Decision decide(std::string const& name, Subject const& subject, Premises const& premises);
  [[nodiscard]] Decision decide(std::string const& name, Subject const& subject, Premises const& premises,
                                Sight const& sight);
  [[nodiscard]] Decision decide_on_claim(std::string const& name, Subject const& subject, Premises const& premises,
                                         Sight const& sight);
  [[nodiscard]] Decision decide_on_volume(std::string const& name, Subject const& subject, Premises const& premises,
                                          Sight const& sight);
  [[nodiscard]] Verdict rest(std::string const& name, Subject const& subject, Decision const& decision);
  [[nodiscard]] Next carry_out(std::string const& name, Subject const& subject, Act const& act,
                               std::stop_token const& stop);
  [[nodiscard]] Verdict cannot_look_up(std::string const& name, k8s::Error const& error);
  [[nodiscard]] k8s::Result<Subject> read_anew(std::string const& name, Subject const& subject, std::stop_token stop);
  /// True: a permission was found missing and its feature is off now; decide again.
  bool give_up_feature(Action const& action, std::string const& message);
  /// Nothing more is to be done for now; but where nobody will say that a volume went, it is looked at again.
  [[nodiscard]] Verdict until_gone(std::string const& name);
  void tell_failure(Subject const& subject, std::string const& message);
  void count_failure(Subject const& subject, std::string const& cause);

  Workshop& shop_;
  std::size_t home_;
  ExportSite& site_;
  k8s::Client client_;
  Executor executor_;
};

}  // namespace nfs
