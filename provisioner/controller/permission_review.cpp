#include "provisioner/controller/permission_review.hpp"

#include <algorithm>

#include "k8s/base/backoff.hpp"

namespace nfs {
namespace {

constexpr k8s::BackoffPolicy review_backoff{
    .first = std::chrono::milliseconds{250}, .most = std::chrono::seconds{30}, .jitter = 0.2};

Reviewed without_answer(ReviewState state, k8s::SteadyTime now, double unit, std::chrono::milliseconds server_wish) {
  ++state.failures;
  auto const pause = std::max(review_backoff.delay(state.failures, unit), std::min(server_wish, review_backoff.most));
  state.due = state.quiet_until = now + pause;
  return {state};
}

}  // namespace

Reviewed after_review(ReviewState state, ReviewAnswer answer, k8s::SteadyTime now, double unit,
                      std::chrono::milliseconds server_wish) {
  if (answer == ReviewAnswer::none) return without_answer(state, now, unit, server_wish);
  auto const jitter = std::chrono::duration_cast<std::chrono::milliseconds>(review_every * 0.2 * unit);
  state.failures = 0;
  state.due = now + review_every + jitter;
  state.quiet_until = now + quiet_after_review;
  state.may_not_ask = answer == ReviewAnswer::refused;
  if (state.may_not_ask) return {state};
  auto const before = state.allowed;
  state.allowed = answer == ReviewAnswer::allowed;
  if (*state.allowed) return {state, before == false ? ReviewNews::granted : ReviewNews::nothing};
  return {state, before == false ? ReviewNews::nothing : ReviewNews::missing};
}

bool is_settled(ReviewState const& state) {
  return state.allowed.has_value() || state.may_not_ask;
}

Ruling ruling_of(ReviewState const& state) {
  if (state.allowed == false) return Ruling::missing;
  if (state.failures > 0) return Ruling::unknown;
  if (state.may_not_ask) return Ruling::cannot_ask;
  return state.allowed ? Ruling::about_object : Ruling::unknown;
}

}  // namespace nfs
