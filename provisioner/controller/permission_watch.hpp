#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "k8s/api/client.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/base/failure_log.hpp"
#include "k8s/base/log.hpp"
#include "k8s/base/mutex.hpp"
#include "provisioner/controller/permission_review.hpp"
#include "provisioner/controller/permissions.hpp"
#include "provisioner/controller/shared_settings.hpp"

namespace nfs {

/// Serving begins after so long, whatever has not been answered by then.
inline constexpr std::chrono::seconds longest_start{5};

/// What counts as granted until the API server has said so. All but `patch persistentvolumes`: a finalizer that we may
/// not take off again would keep a volume for ever, while one that is missing is put on later.
[[nodiscard]] Permissions permissions_until_answered();

/// Keeps the settings true to what the API server lets us do. It asks about each permission at the start and again
/// every few minutes, and at once, but rarely, when a request was refused. An answer is kept until the next one. With
/// binding=eager it also asks for the server's version, and the settings say `direct` until that is known to be new
/// enough. Each change is logged once. Thread-safe; no lock is held while the API server is asked.
class PermissionWatch {
 public:
  using Widened = std::function<void()>;

  /// All references outlive it.
  PermissionWatch(Binding wanted, SharedSettings& settings, k8s::Clock const& clock, k8s::Log const& log,
                  std::uint64_t seed = std::random_device{}());

  /// Asks what is due, waits, and so on until `stop`. `widened` is called on the same thread when more can be done than
  /// before, after serving began: what was left undone should be looked at again. On a thread of its own, once.
  void run(k8s::Client& client, std::stop_token stop, Widened const& widened = {});

  /// One round of run(): asks what is due now, once each. Returns when something is due next.
  k8s::SteadyTime ask_what_is_due(k8s::Client& client, std::stop_token stop, Widened const& widened = {});

  /// Whether enough is known to serve: every answer is in, or `longest_start` has passed since the first question.
  [[nodiscard]] bool may_serve() const;

  /// A request that needs `permission` was refused (403): what does that mean? Asks the API server, on the caller's
  /// client, unless it was asked just before or somebody else is asking now. Never waits for others. After `missing`
  /// the settings say so.
  [[nodiscard]] Ruling ask_about(bool Permissions::*permission, k8s::Client& client, std::stop_token stop);

 private:
  /// What to ask: about a permission or, without a need, whether the server is new enough for eager binding.
  using Question = std::optional<PermissionNeed>;
  /// What came of a question so far.
  struct Progress {
    ReviewState state = {};
    bool being_asked = false;
  };

  // `number` is the question's.
  [[nodiscard]] bool begin(std::size_t number, k8s::SteadyTime ReviewState::*not_before) EXCLUDES(mutex_);
  [[nodiscard]] bool review(std::size_t number, k8s::Client& client, std::stop_token const& stop) EXCLUDES(mutex_);
  [[nodiscard]] bool note(std::size_t number, k8s::Result<bool> const& answer) REQUIRES(mutex_);
  [[nodiscard]] bool apply(std::size_t number) REQUIRES(mutex_);
  void tell(Question const& question, ReviewNews news) const;
  [[nodiscard]] bool enough_is_known() const REQUIRES(mutex_);
  [[nodiscard]] bool serves() const REQUIRES(mutex_);  ///< may_serve()

  SharedSettings& settings_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  std::vector<Question> const questions_;
  mutable k8s::Mutex mutex_;
  k8s::FailureLog failures_ GUARDED_BY(mutex_);
  std::vector<Progress> progress_ GUARDED_BY(mutex_);  // of each question
  std::optional<k8s::SteadyTime> began_ GUARDED_BY(mutex_);
  std::mt19937_64 random_ GUARDED_BY(mutex_);
};

}  // namespace nfs
