#include "k8s/watch/list_watch.hpp"
#include "tests/support/catch.hpp"

using k8s::Error;
using k8s::ErrorKind;
using k8s::ListWatch;
using Operation = k8s::ListWatch::Operation;
using State = k8s::ListWatch::State;
using Type = k8s::WatchEvent::Type;
using namespace std::chrono_literals;

namespace {

k8s::SteadyTime at(std::chrono::milliseconds time) {
  return k8s::SteadyTime{} + time;
}

Error api(int code, std::string message = "no") {
  return {.kind = ErrorKind::api, .message = std::move(message), .code = code, .reason = {}};
}
Error reset() {
  return k8s::make_error(ErrorKind::transport, "reset");
}

ListWatch machine() {
  return {500, 60s, {.first = 800ms, .most = 30s, .jitter = 0.0}, 1};
}

ListWatch::List list_of(ListWatch::Next const& next) {
  auto const* list = std::get_if<ListWatch::List>(&next.request);
  REQUIRE(list);
  return *list;
}
ListWatch::Watch watch_of(ListWatch::Next const& next) {
  auto const* watch = std::get_if<ListWatch::Watch>(&next.request);
  REQUIRE(watch);
  return *watch;
}

/// A machine that has its first list, by initial events, up to resourceVersion 100.
ListWatch watching() {
  auto out = machine();
  (void)out.next(at(0ms));
  CHECK(out.bookmark({"100", true}) == Operation::commit_replace);
  (void)out.ended(at(60s));
  return out;
}

/// One that has learned that the server knows no initial events.
ListWatch listing() {
  auto out = machine();
  (void)out.next(at(0ms));
  (void)out.failed(api(422));
  return out;
}

}  // namespace

TEST_CASE("it begins with the initial events, into a buffer") {
  auto it = machine();
  auto const next = it.next(at(0ms));
  CHECK(watch_of(next) == ListWatch::Watch{"", true});
  CHECK(next.begin_replace);
  CHECK(next.delay == 0ms);
  CHECK(it.event(Type::added, "1") == Operation::stage);
  CHECK(it.event(Type::modified, "2") == Operation::stage);
  CHECK(it.event(Type::deleted, "3") == Operation::unstage);
  CHECK(it.bookmark({"4", false}) == Operation::none);
  CHECK(it.state() == State::initial_events);
  CHECK(it.bookmark({"5", true}) == Operation::commit_replace);
  CHECK(it.state() == State::watching);
  CHECK(it.event(Type::added, "6") == Operation::apply);
  CHECK(it.event(Type::modified, "7") == Operation::apply);
  CHECK(it.event(Type::deleted, "8") == Operation::erase);
}

TEST_CASE("a server that refuses initial events is asked for pages at once, and from then on") {
  auto const code = GENERATE(400, 422);
  auto it = machine();
  (void)it.next(at(0ms));
  auto const setback = it.failed(api(code));
  CHECK(setback.operation == Operation::abandon_replace);
  CHECK(setback.ordinary);
  auto const first = it.next(at(0ms));
  CHECK(list_of(first) == ListWatch::List{"", 500});
  CHECK(first.begin_replace);
  CHECK(first.delay == 0ms);
  CHECK(it.item() == Operation::stage);
  CHECK(it.page({"100", "more"}) == Operation::none);
  auto const second = it.next(at(1ms));
  CHECK(list_of(second) == ListWatch::List{"more", 500});
  CHECK_FALSE(second.begin_replace);
  CHECK(it.page({"100", ""}) == Operation::commit_replace);
  CHECK(watch_of(it.next(at(2ms))) == ListWatch::Watch{"100", false});
  (void)it.failed(api(410));
  CHECK(list_of(it.next(at(3ms))) == ListWatch::List{"", 500});
}

TEST_CASE("a server that ends a watch before it said where the initial events end does not know them") {
  auto it = machine();
  (void)it.next(at(0ms));
  CHECK(it.event(Type::added, "1") == Operation::stage);
  CHECK(it.ended(at(290s)).operation == Operation::abandon_replace);
  CHECK(list_of(it.next(at(290s))) == ListWatch::List{"", 500});
}

TEST_CASE("initial events that break off are tried again in turn with pages, nothing of them is kept") {
  auto it = machine();
  (void)it.next(at(0ms));
  (void)it.event(Type::added, "1");
  auto const setback = it.failed(reset());
  CHECK(setback.operation == Operation::abandon_replace);
  CHECK_FALSE(setback.ordinary);
  auto next = it.next(at(0ms));
  CHECK(list_of(next) == ListWatch::List{"", 500});
  CHECK(next.begin_replace);
  CHECK(next.delay == 800ms);
  (void)it.page({"100", "more"});
  CHECK(it.failed(reset()).operation == Operation::abandon_replace);
  next = it.next(at(0ms));
  CHECK(watch_of(next).initial_events);
  CHECK(next.delay == 1600ms);
}

TEST_CASE("a watch that ended is resumed at once from what was seen last") {
  auto it = watching();
  CHECK(watch_of(it.next(at(60s))) == ListWatch::Watch{"100", false});
  (void)it.event(Type::modified, "105");
  CHECK(it.ended(at(120s)).ordinary);
  auto const next = it.next(at(120s));
  CHECK(watch_of(next) == ListWatch::Watch{"105", false});
  CHECK(next.delay == 0ms);
  CHECK_FALSE(next.begin_replace);
}

TEST_CASE("a bookmark moves the resourceVersion and nothing else") {
  auto it = watching();
  (void)it.next(at(0ms));
  CHECK(it.bookmark({"120", false}) == Operation::none);
  CHECK(it.bookmark({"130", true}) == Operation::none);
  CHECK(it.bookmark({"", false}) == Operation::none);
  (void)it.ended(at(60s));
  CHECK(watch_of(it.next(at(60s))).resource_version == "130");
}

TEST_CASE("watches that end at once without an event are not opened in a hot loop") {
  auto it = watching();
  (void)it.next(at(0ms));
  (void)it.bookmark({"101", false});
  CHECK(it.ended(at(500ms)).ordinary);
  CHECK(it.next(at(0ms)).delay == 800ms);
  // The watch began after the delay.
  CHECK_FALSE(it.ended(at(1700ms)).ordinary);
  CHECK(it.next(at(0ms)).delay == 1600ms);
  (void)it.event(Type::added, "102");
  (void)it.ended(at(61600ms));
  CHECK(it.next(at(0ms)).delay == 0ms);
  CHECK(it.ended(at(1s)).ordinary);
  CHECK(it.next(at(0ms)).delay == 0ms);
}

TEST_CASE("an expired resourceVersion begins a fresh list at once") {
  auto it = watching();
  (void)it.next(at(0ms));
  CHECK(it.failed(api(410)).ordinary);
  auto const next = it.next(at(0ms));
  CHECK(watch_of(next) == ListWatch::Watch{"", true});
  CHECK(next.begin_replace);
  CHECK(next.delay == 0ms);
}

TEST_CASE("a server whose watches always expire is not asked for everything again and again") {
  auto it = watching();
  (void)it.next(at(0ms));
  std::vector<std::chrono::milliseconds> delays;
  for (int i = 0; i < 4; ++i) {
    auto const setback = it.failed(api(410));
    CHECK(setback.ordinary == (i == 0));
    delays.push_back(it.next(at(0ms)).delay);
    (void)it.bookmark({"200", true});
  }
  CHECK(delays == std::vector<std::chrono::milliseconds>{0ms, 800ms, 1600ms, 3200ms});
  CHECK_FALSE(it.healthy());
  (void)it.event(Type::added, "201");
  CHECK(it.healthy());
  (void)it.failed(api(410));
  CHECK(it.next(at(0ms)).delay == 0ms);
}

TEST_CASE("a resourceVersion that the server cannot serve begins a fresh list, other failures do not") {
  struct Row {
    Error error;
    bool afresh;
  };
  for (auto const& row :
       {Row{api(410), true}, Row{api(400), true}, Row{api(422), true},
        Row{api(504, "Too large resource version: 9, current: 5"), true}, Row{api(504, "timeout"), false},
        Row{api(500), false}, Row{api(401), false}, Row{api(403), false}, Row{api(429), false}}) {
    CAPTURE(row.error.code, row.error.message);
    auto it = watching();
    (void)it.next(at(0ms));
    (void)it.failed(row.error);
    auto const next = it.next(at(0ms));
    CHECK(next.begin_replace == row.afresh);
    if (!row.afresh) CHECK(watch_of(next) == ListWatch::Watch{"100", false});
    CHECK(next.delay == (row.afresh ? 0ms : 800ms));
  }
}

TEST_CASE("failures back off from 0.8 s to 30 s, until something works") {
  auto it = listing();
  std::vector<std::chrono::milliseconds> delays;
  for (int i = 0; i < 8; ++i) {
    (void)it.next(at(0ms));
    (void)it.failed(api(503));
    delays.push_back(it.delay());
  }
  CHECK(delays == std::vector<std::chrono::milliseconds>{800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s});
  CHECK(it.next(at(0ms)).delay == 30s);
  (void)it.page({"1", "more"});
  CHECK(it.failures() == 8);  // half a list is nothing yet
  (void)it.page({"1", ""});
  CHECK(it.failures() == 0);
}

TEST_CASE("a silent watch that the server ended asks whether its version is still served, and goes on") {
  auto it = watching();
  (void)it.next(at(0ms));
  CHECK(it.ended(at(60s)).ordinary);
  auto const next = it.next(at(60s));
  CHECK(list_of(next) == ListWatch::List{"", 1});
  CHECK_FALSE(next.begin_replace);
  CHECK(next.delay == 0ms);
  CHECK(it.item() == Operation::none);
  CHECK(it.page({"250", "more"}) == Operation::none);
  CHECK(watch_of(it.next(at(61s))) == ListWatch::Watch{"100", false});
}

TEST_CASE("a version of the future, or one that is no number, is not watched again") {
  for (auto const* const newest : {"99", "", "v101"}) {
    CAPTURE(newest);
    auto it = watching();
    (void)it.next(at(0ms));
    (void)it.ended(at(60s));
    (void)it.next(at(60s));
    CHECK(it.page({newest, ""}) == Operation::none);
    auto const next = it.next(at(61s));
    CHECK(watch_of(next) == ListWatch::Watch{"", true});
    CHECK(next.begin_replace);
  }
}

TEST_CASE("a watch that brought a bookmark was not silent") {
  auto it = watching();
  (void)it.next(at(0ms));
  (void)it.bookmark({"120", false});
  (void)it.ended(at(60s));
  CHECK(watch_of(it.next(at(60s))) == ListWatch::Watch{"120", false});
}

TEST_CASE("after ten silent watches in a row all is listed anew") {
  auto it = watching();
  for (int silences = 1; silences <= 10; ++silences) {
    CAPTURE(silences);
    REQUIRE(watch_of(it.next(at(0ms))).resource_version == "100");
    (void)it.ended(at(60s));
    (void)it.next(at(60s));
    (void)it.page({"100", ""});
  }
  (void)it.next(at(0ms));
  (void)it.ended(at(60s));
  (void)it.next(at(60s));
  (void)it.page({"100", ""});
  CHECK(it.next(at(0ms)).begin_replace);
}

TEST_CASE("a watch that was cut is followed by a new list: etcd may have been restored") {
  auto it = watching();
  (void)it.next(at(60s));
  SECTION("by a failure") {
    (void)it.failed(reset());
  }
  SECTION("by an end before its time") {
    (void)it.event(Type::modified, "105");
    (void)it.ended(at(100s));
  }
  auto const next = it.next(at(120s));
  CHECK(watch_of(next) == ListWatch::Watch{"", true});
  CHECK(next.begin_replace);
}

TEST_CASE("a list follows from what came before, unless a watch was cut or silent, or its version lost") {
  auto silence = reset();
  silence.silent = true;
  auto it = watching();
  CHECK_FALSE(it.list_begun().afresh);
  for (auto const& error : {reset(), api(410), silence}) {
    CAPTURE(error.message);
    (void)it.next(at(60s));
    (void)it.failed(error);
    (void)it.next(at(70s));
    (void)it.failed(api(500));
    (void)it.next(at(80s));
    CHECK(it.list_begun().afresh);
    CHECK(it.list_begun().at >= at(80s));
    (void)it.bookmark({"200", true});
  }
  for (int silences = 1; silences <= 11; ++silences) {
    (void)it.next(at(100s));
    (void)it.ended(at(160s));
    (void)it.next(at(160s));
    (void)it.page({"300", ""});
  }
  REQUIRE(it.next(at(170s)).begin_replace);
  CHECK_FALSE(it.list_begun().afresh);
}

TEST_CASE("watches that are cut all day are followed by ten lists, then by one a minute") {
  auto it = watching();
  int lists = 0;
  int in_first_minute = 0;
  for (auto time = 60s; time < 60s + 1h; time += 5s) {
    auto const next = it.next(at(time));
    if (next.begin_replace) {
      ++lists;
      (void)it.bookmark({"100", true});
    }
    if (time < 120s) in_first_minute = lists;
    (void)it.event(Type::modified, "105");
    (void)it.ended(at(time + 4s));
  }
  CHECK(in_first_minute == 10);
  CHECK(lists == 69);
}

TEST_CASE("watches that the server ends as it was asked to go on for ever without a list") {
  auto it = watching();
  for (auto time = 60s; time < 24h; time += 60s) {
    REQUIRE_FALSE(it.next(at(time)).begin_replace);
    (void)it.event(Type::modified, "105");
    (void)it.ended(at(time + 60s));
  }
}

TEST_CASE("a server that cannot be asked for its version is asked again, later and later") {
  auto it = watching();
  (void)it.next(at(0ms));
  (void)it.ended(at(60s));
  (void)it.next(at(60s));
  CHECK(it.failed(reset()).ordinary);
  auto next = it.next(at(60s));
  CHECK(list_of(next).limit == 1);
  CHECK(next.delay == 800ms);
  CHECK_FALSE(it.failed(api(503)).ordinary);
  CHECK(it.next(at(62s)).delay == 1600ms);
}

TEST_CASE("a watch without a byte for the whole idle time is followed by a new list, never by the same version") {
  auto silence = reset();
  silence.silent = true;
  auto it = watching();
  (void)it.next(at(0ms));
  (void)it.event(Type::modified, "105");
  auto const setback = it.failed(silence);
  CHECK(setback.ordinary);
  auto const next = it.next(at(90s));
  CHECK(watch_of(next) == ListWatch::Watch{"", true});
  CHECK(next.begin_replace);
}

TEST_CASE("a server's wish to wait is honoured for a minute and no longer") {
  auto patient = api(429);
  patient.retry_after = 24h;
  for (auto it : {watching(), listing(), machine()}) {
    (void)it.next(at(0ms));
    (void)it.failed(patient);
    CHECK(it.next(at(0ms)).delay == 60s);
  }
  auto expired = api(410);
  expired.retry_after = 24h;
  auto it = watching();
  for (int i = 0; i < 3; ++i) {
    (void)it.next(at(0ms));
    (void)it.failed(expired);
    (void)it.bookmark({"200", true});
    CHECK(it.delay() <= 60s);
  }
}

TEST_CASE("the server's wish to wait is honoured") {
  auto patient = api(429);
  patient.retry_after = 45s;
  auto it = watching();
  (void)it.next(at(0ms));
  (void)it.failed(patient);
  CHECK(it.next(at(0ms)).delay == 45s);
  auto other = listing();
  (void)other.next(at(0ms));
  (void)other.failed(patient);
  CHECK(other.next(at(0ms)).delay == 45s);
  auto hasty = api(429);
  hasty.retry_after = 1ms;
  auto third = machine();
  (void)third.next(at(0ms));
  (void)third.failed(hasty);
  CHECK(third.next(at(0ms)).delay == 800ms);
}

TEST_CASE("a cut connection is no news, a second failure in a row is") {
  auto it = watching();
  (void)it.next(at(0ms));
  CHECK(it.failed(reset()).ordinary);
  (void)it.next(at(0ms));
  CHECK_FALSE(it.failed(reset()).ordinary);
  auto forbidden = watching();
  (void)forbidden.next(at(0ms));
  CHECK_FALSE(forbidden.failed(api(403)).ordinary);
}

TEST_CASE("pages that expire are followed by a list in one piece") {
  auto it = listing();
  (void)it.next(at(0ms));
  (void)it.page({"100", "more"});
  (void)it.next(at(0ms));
  auto const setback = it.failed(api(410));
  CHECK(setback.operation == Operation::abandon_replace);
  CHECK(setback.ordinary);
  auto const next = it.next(at(0ms));
  CHECK(list_of(next) == ListWatch::List{"", 0});
  CHECK(next.begin_replace);
  CHECK(it.page({"110", ""}) == Operation::commit_replace);
  CHECK(watch_of(it.next(at(0ms))).resource_version == "110");
  (void)it.failed(api(410));
  CHECK(list_of(it.next(at(0ms))).limit == 500);
}

TEST_CASE("missing permissions are asked for again and again") {
  auto const code = GENERATE(401, 403);
  auto it = machine();
  for (int i = 0; i < 3; ++i) {
    CHECK(watch_of(it.next(at(0ms))).initial_events);
    CHECK_FALSE(it.failed(api(code)).ordinary);
    CHECK(it.delay() > 0ms);
  }
}
