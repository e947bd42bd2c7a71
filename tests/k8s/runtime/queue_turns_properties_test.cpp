#include <rapidcheck.h>

#include <map>
#include <set>

#include "k8s/runtime/queue_machine.hpp"
#include "tests/support/catch.hpp"

using k8s::QueueMachine;
using k8s::SteadyTime;
using namespace std::chrono_literals;

namespace {

enum class Act { add, add_at, take, done, retry, forget, wait };

struct Turn {
  Act act;
  int key;
  int time;
};

std::ostream& operator<<(std::ostream& out, Turn const& turn) {
  return out << '{' << static_cast<int>(turn.act) << ' ' << turn.key << ' ' << turn.time << '}';
}

// Three groups: the first has most of the keys.
std::string group_of(std::string const& key) {
  auto const number = key.front() - 'a';
  return number < 5 ? "many" : number < 7 ? "two" : "one";
}

// When each key is to come out, said without groups' turns, and how many keys of others came out while one waited.
class Model {
 public:
  SteadyTime now{};

  void due_at(std::string const& key, SteadyTime when) {
    auto const [at, fresh] = due_.try_emplace(key, when);
    if (!fresh) at->second = std::min(at->second, when);
  }
  void add(std::string const& key) {
    due_at(key, now);
    if (working_.contains(key)) added_.insert(key);
  }
  void forget(std::string const& key) {
    due_.erase(key);
    added_.erase(key);
  }
  void finish(std::string const& key) {
    working_.erase(key);
    if (added_.erase(key) != 0) due_[key] = now;
  }
  [[nodiscard]] bool works_on(std::string const& key) const { return working_.contains(key); }

  void took(std::optional<QueueMachine::Taken> const& taken) {
    auto const ready = this->ready();
    RC_ASSERT(taken.has_value() == !ready.empty());  // nothing that is due is lost, nothing else comes
    if (!taken) return;
    auto const group = group_of(taken->key);
    RC_ASSERT(ready.contains(group));
    RC_ASSERT(taken->due == ready.at(group));  // within a group, what is due longest
    RC_ASSERT(due_.at(taken->key) == taken->due);
    for (auto const& [other, first] : ready) {
      if (other != group) RC_ASSERT(++ahead_[other][group] <= 1);  // while it waited, one of each other group
    }
    ahead_.erase(group);
    due_.erase(taken->key);
    working_.insert(taken->key);
  }
  // A group with nothing that is due waits for nobody.
  void forget_idle() {
    auto const ready = this->ready();
    std::erase_if(ahead_, [&](auto const& each) { return !ready.contains(each.first); });
  }

 private:
  // By group: since when its first key has been due.
  [[nodiscard]] std::map<std::string, SteadyTime> ready() const {
    std::map<std::string, SteadyTime> groups;
    for (auto const& [key, due] : due_) {
      if (working_.contains(key) || due > now) continue;
      auto const [at, fresh] = groups.try_emplace(group_of(key), due);
      if (!fresh) at->second = std::min(at->second, due);
    }
    return groups;
  }

  std::map<std::string, SteadyTime> due_;
  std::set<std::string> working_;
  std::set<std::string> added_;
  std::map<std::string, std::map<std::string, int>> ahead_;
};

void play(Turn const& turn, QueueMachine& queue, Model& model) {
  auto const key = std::string(1, static_cast<char>('a' + turn.key));
  auto const group = group_of(key);
  auto const time = std::chrono::milliseconds(turn.time);
  switch (turn.act) {
    case Act::add:
      queue.add(key, model.now, group);
      model.add(key);
      return;
    case Act::add_at:
      queue.add_at(key, model.now + time, group);
      model.due_at(key, model.now + time);
      return;
    case Act::take:
      model.took(queue.take(model.now));
      return;
    case Act::done:
      queue.done(key, model.now);
      model.finish(key);
      return;
    case Act::retry: {
      auto const delay = queue.retry(key, model.now, time);
      if (model.works_on(key)) model.due_at(key, model.now + delay);
      model.finish(key);
      return;
    }
    case Act::forget:
      queue.forget(key);
      model.forget(key);
      return;
    case Act::wait:
      model.now += time;
      return;
  }
}

}  // namespace

namespace rc {
template <>
struct Arbitrary<Turn> {
  static Gen<Turn> arbitrary() {
    return gen::build<Turn>(
        gen::set(&Turn::act, gen::element(Act::add, Act::add, Act::add_at, Act::take, Act::take, Act::take, Act::done,
                                          Act::retry, Act::forget, Act::wait)),
        gen::set(&Turn::key, gen::inRange(0, 8)), gen::set(&Turn::time, gen::inRange(0, 3'000)));
  }
};
}  // namespace rc

TEST_CASE("whatever is done to a queue, no group waits for two keys of another, and each keeps its order") {
  CHECK(rc::check([](std::vector<Turn> const& turns) {
    QueueMachine queue({.first = 1s, .most = 10s, .jitter = 0.2}, 7);
    Model model;
    for (auto const& turn : turns) {
      play(turn, queue, model);
      model.forget_idle();
    }
  }));
}
