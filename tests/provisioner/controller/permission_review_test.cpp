#include "provisioner/controller/permission_review.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace nfs;
using namespace std::chrono_literals;

namespace {

using A = ReviewAnswer;

constexpr k8s::SteadyTime start{1000s};

// What is known after these answers, each given when the one before it was due to be repeated.
ReviewState known_after(std::vector<A> const& answers, k8s::SteadyTime now = start) {
  ReviewState state;
  for (auto const answer : answers) {
    state = after_review(state, answer, now, 0).state;
    now = state.due;
  }
  return state;
}

}  // namespace

TEST_CASE("each change of a permission is news once, and a first yes is none") {
  struct Row {
    std::vector<A> before;
    A answer;
    ReviewNews news;
  };
  std::vector<Row> const table{
      {{}, A::allowed, ReviewNews::nothing},
      {{}, A::denied, ReviewNews::missing},
      {{}, A::none, ReviewNews::nothing},
      {{}, A::refused, ReviewNews::nothing},
      {{A::allowed}, A::allowed, ReviewNews::nothing},
      {{A::allowed}, A::denied, ReviewNews::missing},
      {{A::denied}, A::denied, ReviewNews::nothing},
      {{A::denied}, A::allowed, ReviewNews::granted},
      {{A::denied, A::none}, A::denied, ReviewNews::nothing},
      {{A::denied, A::refused}, A::allowed, ReviewNews::granted},
      {{A::denied, A::allowed}, A::denied, ReviewNews::missing},
  };
  for (auto const& row : table) {
    INFO("row " << &row - table.data());
    CHECK(after_review(known_after(row.before), row.answer, start, 0).news == row.news);
  }
}

TEST_CASE("what a refused request means follows from the reviews") {
  struct Row {
    std::vector<A> answers;
    Ruling ruling;
  };
  std::vector<Row> const table{
      {{}, Ruling::unknown},
      {{A::allowed}, Ruling::about_object},
      {{A::denied}, Ruling::missing},
      {{A::refused}, Ruling::cannot_ask},
      {{A::none}, Ruling::unknown},
      {{A::allowed, A::none}, Ruling::unknown},
      {{A::allowed, A::none, A::allowed}, Ruling::about_object},
      {{A::allowed, A::refused}, Ruling::cannot_ask},
      // What was said to be missing is missing until the server says something else.
      {{A::denied, A::none}, Ruling::missing},
      {{A::denied, A::refused}, Ruling::missing},
  };
  for (auto const& row : table) {
    INFO("row " << &row - table.data());
    CHECK(ruling_of(known_after(row.answers)) == row.ruling);
  }
}

TEST_CASE("only a failure leaves a permission unsettled") {
  CHECK_FALSE(is_settled({}));
  CHECK_FALSE(is_settled(known_after({A::none, A::none})));
  CHECK(is_settled(known_after({A::allowed})));
  CHECK(is_settled(known_after({A::denied})));
  CHECK(is_settled(known_after({A::refused})));
  CHECK(is_settled(known_after({A::allowed, A::none})));
}

TEST_CASE("an answer holds for minutes, but a refused request may have it asked for again after a while") {
  for (auto const answer : {A::allowed, A::denied, A::refused}) {
    auto const early = after_review({}, answer, start, 0).state;
    CHECK(early.due == start + review_every);
    CHECK(early.quiet_until == start + quiet_after_review);
    auto const late = after_review({}, answer, start, 0.999).state;
    CHECK(late.due > early.due);
    CHECK(late.due < start + review_every + review_every / 5);
  }
}

TEST_CASE("a review that failed is repeated at growing intervals, and not sooner for a refused request") {
  struct Row {
    std::size_t failures;
    std::chrono::milliseconds wish;
    std::chrono::milliseconds pause;
  };
  std::vector<Row> const table{
      {1, 0ms, 250ms}, {2, 0ms, 500ms}, {3, 0ms, 1s}, {8, 0ms, 30s}, {50, 0ms, 30s}, {1, 2s, 2s}, {1, 3600s * 24, 30s},
  };
  for (auto const& row : table) {
    INFO(row.failures << " failures, wish " << row.wish.count());
    auto const before = known_after(std::vector<A>(row.failures - 1, A::none));
    auto const state = after_review(before, A::none, start, 0, row.wish).state;
    CHECK(state.due == start + row.pause);
    CHECK(state.quiet_until == state.due);
  }
  CHECK(after_review(known_after({A::none, A::none, A::allowed}), A::none, start, 0).state.due == start + 250ms);
}
