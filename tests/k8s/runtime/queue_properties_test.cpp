#include <rapidcheck.h>

#include <map>
#include <set>

#include "k8s/runtime/work_queue.hpp"
#include "tests/support/catch.hpp"

using k8s::QueueMachine;
using k8s::SteadyTime;
using namespace std::chrono_literals;

namespace {

enum class Act { add, add_at, take, done, retry, forget, wait };

struct Step {
  Act act;
  int key;
  int time;
};

std::ostream& operator<<(std::ostream& out, Step const& step) {
  return out << '{' << static_cast<int>(step.act) << ' ' << step.key << ' ' << step.time << '}';
}

/// What must hold, said without the queue: what is worked on, and which keys still have to come out.
struct Model {
  std::set<std::string> working;
  std::set<std::string> owed;
};

void play(Step const& step, QueueMachine& queue, Model& model, SteadyTime& now) {
  auto const key = std::string(1, static_cast<char>('a' + step.key));
  auto const group = std::to_string(step.time % 3);  // the same key comes with several
  auto const time = std::chrono::milliseconds(step.time);
  switch (step.act) {
    case Act::add:
      queue.add(key, now, group);
      model.owed.insert(key);
      RC_ASSERT(queue.failures(key) == 0u);
      return;
    case Act::add_at:
      queue.add_at(key, now + time, group);
      model.owed.insert(key);
      return;
    case Act::take:
      if (auto const taken = queue.take(now)) {
        RC_ASSERT(model.working.insert(taken->key).second);  // never twice at once
        RC_ASSERT(model.owed.erase(taken->key) == 1u);       // nothing that nobody asked for
      }
      return;
    case Act::done:
      queue.done(key, now);
      model.working.erase(key);
      return;
    case Act::retry:
      (void)queue.retry(key, now, time);
      if (model.working.erase(key) == 1) model.owed.insert(key);
      return;
    case Act::forget:
      queue.forget(key);
      model.owed.erase(key);
      RC_ASSERT(queue.failures(key) == 0u);
      return;
    case Act::wait:
      now += time;
      return;
  }
}

}  // namespace

namespace rc {
template <>
struct Arbitrary<Step> {
  static Gen<Step> arbitrary() {
    return gen::build<Step>(gen::set(&Step::act, gen::element(Act::add, Act::add_at, Act::take, Act::take, Act::done,
                                                              Act::retry, Act::forget, Act::wait)),
                            gen::set(&Step::key, gen::inRange(0, 4)), gen::set(&Step::time, gen::inRange(0, 3'000)));
  }
};
}  // namespace rc

TEST_CASE("whatever is done to a queue, no key is handed out twice at once and none is lost") {
  CHECK(rc::check([](std::vector<Step> const& steps) {
    QueueMachine queue({.first = 1s, .most = 10s, .jitter = 0.2}, 7);
    Model model;
    SteadyTime now{};
    for (auto const& step : steps) {
      play(step, queue, model, now);
      auto waiting = model.owed;
      for (auto const& key : model.working) waiting.erase(key);
      RC_ASSERT(queue.size() == waiting.size());
      RC_ASSERT(queue.next_due().has_value() == !waiting.empty());
    }
    // The end: all work is done, all time has passed; exactly what is owed comes out.
    for (auto const& key : model.working) queue.done(key, now);
    std::set<std::string> out;
    while (auto const taken = queue.take(now + 1h)) {
      RC_ASSERT(out.insert(taken->key).second);
      queue.done(taken->key, now + 1h);
    }
    RC_ASSERT(out == model.owed);
  }));
}
