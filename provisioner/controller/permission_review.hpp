#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "k8s/base/clock.hpp"

namespace nfs {

/// What is known of one permission, and when the API server is asked about it next (SelfSubjectAccessReview).
struct ReviewState {
  std::optional<bool> allowed = {};  ///< by the last review that was answered; nullopt: none was
  bool may_not_ask = false;          ///< the last review was itself refused
  std::uint32_t failures = 0;        ///< reviews since then that got no answer
  k8s::SteadyTime due = {};          ///< when to ask without a cause; at first: now
  k8s::SteadyTime quiet_until = {};  ///< before this, not even a refused request is a cause to ask
  bool operator==(ReviewState const&) const = default;
};

/// What came of a review.
enum class ReviewAnswer {
  allowed,
  denied,
  refused,  ///< the API server does not let us ask (403)
  none,     ///< no answer that can be used: to be asked again
};

/// What people should be told. A first "allowed" is what everybody expects.
enum class ReviewNews { nothing, missing, granted };

struct Reviewed {
  ReviewState state;
  ReviewNews news = ReviewNews::nothing;
};

/// A permission that was reviewed is reviewed again after so long, and up to a fifth longer.
inline constexpr std::chrono::minutes review_every{5};
/// However many requests are refused: one review in so long.
inline constexpr std::chrono::seconds quiet_after_review{10};

/// The rule. `server_wish` is a Retry-After, obeyed up to the longest back-off; `unit` in [0,1) is the caller's
/// randomness.
[[nodiscard]] Reviewed after_review(ReviewState state, ReviewAnswer answer, k8s::SteadyTime now, double unit,
                                    std::chrono::milliseconds server_wish = {});

/// Whether asking again soon would bring nothing new.
[[nodiscard]] bool is_settled(ReviewState const& state);

/// What it means that a request was refused (403).
enum class Ruling {
  missing,       ///< the permission is missing: its feature is off, for all objects
  about_object,  ///< we are allowed to: something else (admission) refuses this object; others go on
  unknown,       ///< the review failed, or is under way: try the request again soon
  cannot_ask,    ///< reviews are refused too: the refusal counts for this object alone
};

[[nodiscard]] Ruling ruling_of(ReviewState const& state);

}  // namespace nfs
