#include "k8s/leader/election.hpp"

#include <memory>
#include <random>
#include <set>
#include <vector>

#include "tests/support/catch.hpp"

using k8s::Election;
using k8s::LeaderRecord;
using namespace std::chrono_literals;

namespace {

constexpr k8s::ElectionTimes times{};  // 15/10/2 s

// Time as one candidate has it: its steady clock starts anywhere, and its wall clock may be wrong by years.
struct Candidate {
  Election election{"us", times, 1};
  k8s::SteadyTime now{1'000'000s};
  k8s::WallTime wall{std::chrono::seconds(1'767'225'600)};

  void pass(std::chrono::milliseconds time) {
    now += time;
    wall += time;
  }
  template <class Step>
  [[nodiscard]] bool wants() {
    return std::holds_alternative<Step>(election.next(now, wall));
  }
  template <class Step>
  [[nodiscard]] Step wanted() {
    auto const step = election.next(now, wall);
    REQUIRE(std::holds_alternative<Step>(step));
    return std::get<Step>(step);
  }
  void sees(std::optional<LeaderRecord> record) { election.saw(std::move(record), now); }
  // Looks, takes what is free, and leads.
  void begin() {
    sees(std::nullopt);
    renew();
  }
  void renew() { election.wrote(wanted<Election::Write>().record, now); }
};

LeaderRecord held_by(std::string holder, std::string renewed = "2026-01-01T00:00:00.000000Z", int seconds = 15) {
  return {std::move(holder), seconds, "2026-01-01T00:00:00.000000Z", std::move(renewed), 7};
}

}  // namespace

TEST_CASE("a candidate looks first, and takes at once what nobody holds") {
  for (auto const& lock : {std::optional<LeaderRecord>{}, std::optional(held_by("")), std::optional(LeaderRecord{})}) {
    Candidate us;
    CHECK(us.wants<Election::Look>());
    us.sees(lock);
    auto const write = us.wanted<Election::Write>();
    CHECK(write.record.holder == "us");
    CHECK(write.record.lease_seconds == 15);
    CHECK(write.record.renew_time == "2026-01-01T00:00:00.000000Z");
    CHECK(write.record.acquire_time == write.record.renew_time);
    CHECK(write.record.transitions == (lock ? lock->transitions + 1 : 0));
    CHECK_FALSE(us.election.leading());
    us.election.wrote(write.record, us.now);
    CHECK(us.election.leading());
  }
}

TEST_CASE("another's lock is taken when it was silent for the lease's time since we saw it, and never before") {
  // Whatever the times in it say: clocks of others are no measure.
  for (auto const* const renewed : {"1999-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z", "", "nonsense"}) {
    INFO(renewed);
    Candidate us;
    us.sees(held_by("other", renewed));
    CHECK(us.wanted<Election::StandBy>().until == us.now + 15s);
    us.pass(14'999ms);
    us.sees(held_by("other", renewed));  // looked again: it is the same
    CHECK(us.wants<Election::StandBy>());
    us.pass(1ms);
    CHECK(us.wanted<Election::Write>().record.transitions == 8);
  }
}

TEST_CASE("any sign of the holder begins the wait anew, also one that comes after its time") {
  Candidate us;
  us.sees(held_by("other", "a"));
  us.pass(14s);
  us.sees(held_by("other", "b"));
  us.pass(14s);
  CHECK(us.wants<Election::StandBy>());
  us.pass(1s);
  CHECK(us.wants<Election::Write>());
  us.sees(held_by("other", "c"));  // it came back before we wrote
  CHECK(us.wanted<Election::StandBy>().until == us.now + 15s);
}

TEST_CASE("the longer of the holder's duration and ours counts") {
  Candidate us;
  us.sees(held_by("other", "a", 60));
  CHECK(us.wanted<Election::StandBy>().until == us.now + 60s);
  us.sees(held_by("other", "b", 1));
  CHECK(us.wanted<Election::StandBy>().until == us.now + 15s);
}

TEST_CASE("a leader renews every retry period, and its term counts from when the write was sent") {
  Candidate us;
  us.begin();
  auto const began = us.now;
  CHECK(us.election.validity().act_until == began + 10s);
  CHECK(us.election.validity().ends == began + 15s);
  CHECK(us.wanted<Election::Pause>().until == began + 2s);
  us.pass(2s);
  auto const write = us.wanted<Election::Write>();
  CHECK(write.record.acquire_time == "2026-01-01T00:00:00.000000Z");
  CHECK(write.record.renew_time == "2026-01-01T00:00:02.000000Z");
  CHECK(write.record.transitions == 0);
  auto const sent = us.now;
  us.pass(1s);  // so long the answer took
  us.election.wrote(write.record, sent);
  CHECK(us.election.validity().act_until == sent + 10s);
  CHECK(us.wanted<Election::Pause>().until == sent + 2s);
}

TEST_CASE("a leader that cannot renew tries until its deadline, has then lost, and stays so") {
  Candidate us;
  us.begin();
  auto const began = us.now;
  int tries = 0;
  while (us.now < began + 10s) {
    auto const step = us.election.next(us.now, us.wall);
    if (auto const* pause = std::get_if<Election::Pause>(&step)) {
      CHECK(pause->until <= began + 10s);
      us.pass(std::chrono::ceil<std::chrono::milliseconds>(pause->until - us.now));
      continue;
    }
    REQUIRE(std::holds_alternative<Election::Write>(step));
    ++tries;
    us.pass(100ms);
    us.election.failed(us.now);
  }
  CHECK(tries >= 4);
  CHECK(us.wants<Election::Lost>());
  us.election.wrote(held_by("us"), us.now);
  us.sees(std::nullopt);
  CHECK(us.wants<Election::Lost>());
  CHECK_FALSE(us.election.release(us.wall));
}

TEST_CASE("a leader that stood still beyond its deadline has lost, whatever its last write's answer says") {
  Candidate us;
  us.begin();
  us.pass(2s);
  auto const write = us.wanted<Election::Write>();
  auto const sent = us.now;
  us.pass(60s);
  us.election.wrote(write.record, sent);
  CHECK(us.election.validity().act_until < us.now);
  CHECK(us.wants<Election::Lost>());
}

TEST_CASE("a leader that was overtaken looks: its own write was it, or the lock is gone, or it has lost") {
  struct Row {
    std::optional<LeaderRecord> seen;
    bool leads;
  };
  std::vector<Row> const table{
      {held_by("us", "x"), true}, {std::nullopt, true}, {held_by(""), true}, {held_by("other"), false}};
  for (auto const& row : table) {
    Candidate us;
    us.begin();
    us.pass(2s);
    us.election.overtaken();
    CHECK(us.wants<Election::Look>());
    us.sees(row.seen);
    CHECK(us.wants<Election::Write>() == row.leads);
    CHECK(us.wants<Election::Lost>() != row.leads);
  }
}

TEST_CASE("a candidate that was overtaken, or got no answer, looks before it writes again") {
  Candidate us;
  us.sees(std::nullopt);
  us.election.overtaken();
  CHECK(us.wants<Election::Look>());
  us.sees(held_by("other"));
  CHECK(us.wants<Election::StandBy>());
  us.election.failed(us.now);
  auto const pause = us.wanted<Election::Pause>();
  CHECK(pause.until >= us.now + 2s);
  CHECK(pause.until <= us.now + 2'400ms);
  us.pass(2'400ms);
  CHECK(us.wants<Election::Look>());
  us.sees(held_by("us"));  // the write had been done: it is ours
  CHECK(us.wants<Election::Write>());
}

TEST_CASE("a leader gives the lock to whoever comes next; who does not lead has nothing to give") {
  Candidate us;
  CHECK_FALSE(us.election.release(us.wall));
  us.begin();
  auto const record = us.election.release(us.wall);
  REQUIRE(record);
  CHECK(record->holder.empty());
  CHECK(record->lease_seconds == 1);
  CHECK(us.wants<Election::Lost>());

  Candidate next;
  next.sees(*record);
  CHECK(next.wants<Election::Write>());
}

namespace {

// Candidates with clocks of their own, at any rate of delays, lost requests and lost answers, and standing still, over
// one lock with compare-and-swap. Real time is the common clock; each candidate knows its own alone.
class Arena {
 public:
  explicit Arena(unsigned seed) : random_(seed) {
    for (int i = 0; i < 3; ++i) candidates_.push_back(std::make_unique<One>("c" + std::to_string(i), roll(1'000'000)));
  }

  // One candidate takes one step, and time goes on.
  void step() {
    auto& one = *candidates_[roll(static_cast<unsigned>(candidates_.size()))];
    real_ += std::chrono::milliseconds(roll(400));
    if (roll(200) == 0) one.stands_still_until = real_ + std::chrono::seconds(roll(40));
    if (real_ < one.stands_still_until) return;
    act(one);
    check();
  }
  [[nodiscard]] int leaders() const { return static_cast<int>(leaders_.size()); }

 private:
  struct One {
    One(std::string the_name, unsigned offset) : name(std::move(the_name)), ahead(offset), election(name, times) {}
    std::string name;
    std::chrono::seconds ahead;
    Election election;
    std::optional<std::uint64_t> version = {};  // of the lock that it knows
    k8s::SteadyTime stands_still_until = {};
    k8s::SteadyTime act_until = {};  // in real time
    k8s::SteadyTime ends = {};
  };

  unsigned roll(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }
  void delay() { real_ += std::chrono::milliseconds(roll(20) == 0 ? roll(12'000) : roll(50)); }

  void act(One& one) {
    auto const now = [&] { return real_ + one.ahead; };
    auto const step = one.election.next(now(), k8s::WallTime(std::chrono::milliseconds(++writes_)));
    if (std::holds_alternative<Election::StandBy>(step) && roll(2) == 0) return one.election.look();
    if (std::holds_alternative<Election::Look>(step)) {
      delay();
      if (roll(20) == 0) return one.election.failed(now());
      one.version = version_;
      one.election.saw(lock_, now());
    }
    if (std::holds_alternative<Election::Lost>(step)) one.election = Election(one.name += "'", times);
    auto const* write = std::get_if<Election::Write>(&step);
    if (write == nullptr) return;
    auto const sent = real_;
    delay();
    if (roll(20) == 0) return one.election.failed(now());
    if (one.version != version_) return one.election.overtaken();
    for (auto const& other : candidates_)
      if (other.get() != &one) CHECK(other->ends <= real_);  // what the other one began is over
    lock_ = write->record;
    one.version = ++version_;
    delay();
    if (roll(20) == 0) return one.election.failed(now());
    one.election.wrote(write->record, sent + one.ahead);
    one.act_until = one.election.validity().act_until - one.ahead;
    one.ends = one.election.validity().ends - one.ahead;
    leaders_.insert(one.name);
  }

  void check() {
    int acting = 0;
    for (auto const& one : candidates_) acting += real_ < one->act_until && one->election.leading() ? 1 : 0;
    CHECK(acting <= 1);
  }

  std::mt19937 random_;
  k8s::SteadyTime real_{10'000'000s};
  std::vector<std::unique_ptr<One>> candidates_;
  std::optional<LeaderRecord> lock_;
  std::uint64_t version_ = 0;
  std::int64_t writes_ = 0;
  std::set<std::string> leaders_;
};

}  // namespace

TEST_CASE("no two lead at once, whatever is lost, late or standing still, and somebody always leads again") {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    Arena arena(seed);
    for (int i = 0; i < 3'000; ++i) arena.step();
    CHECK(arena.leaders() >= 3);
  }
}
