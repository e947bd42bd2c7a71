#include <rapidcheck.h>

#include <algorithm>
#include <variant>

#include "k8s/json/frame.hpp"
#include "k8s/json/read.hpp"
#include "tests/support/catch.hpp"

namespace {

constexpr std::size_t largest = 200;

/// Whole, or the beginning of one that was too large.
struct Taken {
  std::string text;
  bool whole = true;
  bool operator==(Taken const&) const = default;
};

template <class Framer>
std::vector<Taken> feed(std::string_view text, std::vector<std::size_t> const& cuts) {
  std::vector<Taken> taken;
  Framer framer(
      largest,
      [&](std::string_view each) {
        taken.push_back({std::string(each), true});
        return k8s::Result<void>();
      },
      [&](std::string_view beginning) {
        taken.push_back({std::string(beginning), false});
        return k8s::Result<void>();
      });
  std::size_t begin = 0;
  for (auto const cut : cuts) {
    auto const end = std::min(text.size(), begin + cut);
    if (framer.feed(text.substr(begin, end - begin)).has_error()) return {};
    begin = end;
  }
  if (framer.feed(text.substr(begin)).has_error()) return {};
  if constexpr (std::is_same_v<Framer, k8s::ListFramer>) {
    if (framer.finish().has_error()) return {};
  }
  return taken;
}

struct Thing {
  int number = 0;
  std::size_t padding = 0;  ///< bytes of an annotation
  std::size_t depth = 0;    ///< of what is skipped
  int fault = 0;            ///< what keeps it from being read; 0: nothing does
};

std::string const& fault_of(Thing const& thing) {
  static std::vector<std::string> const faults{"{}", "5", R"({"accessModes":"a"})", R"({"resources":[1e999]})",
                                               R"({"x":"\ud800","volumeName":{}})"};
  return faults[static_cast<std::size_t>(thing.fault)];
}

std::string text_of(Thing const& thing) {
  return R"({"metadata":{"name":"n)" + std::to_string(thing.number) + R"(","namespace":"ns","uid":"u)" +
         std::to_string(thing.number) + R"(","resourceVersion":")" + std::to_string(thing.number + 1) +
         R"(","managedFields":)" + std::string(thing.depth, '[') + std::string(thing.depth, ']') +
         (thing.depth == 0 ? "{}" : "") + R"(,"annotations":{"a":")" + std::string(thing.padding, '{') +
         R"("}},"spec":)" + fault_of(thing) + "}";
}

std::ostream& operator<<(std::ostream& out, Thing const& thing) {
  return out << text_of(thing).substr(0, 300);
}

rc::Gen<std::vector<Thing>> things() {
  auto const thing =
      rc::gen::construct<Thing>(rc::gen::inRange(0, 1000), rc::gen::element<std::size_t>(0, 1, 30, 200, 20'000),
                                rc::gen::element<std::size_t>(0, 1, 20, 300), rc::gen::inRange(0, 5));
  return rc::gen::container<std::vector<Thing>>(thing);
}

auto chunks() {
  return rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 3000));
}

/// None is lost, each is whole or identified, and in order.
void check_all_are_known(std::vector<Thing> const& put, std::vector<Taken> const& taken) {
  RC_ASSERT(taken.size() == put.size());
  for (std::size_t i = 0; i < put.size(); ++i) {
    auto const text = text_of(put[i]);
    RC_ASSERT(taken[i].whole == (text.size() <= largest));
    RC_ASSERT(taken[i].text == text.substr(0, largest));
    auto const identity = k8s::read_identity(taken[i].text);
    RC_ASSERT(identity.has_value());
    RC_ASSERT(identity->name == "n" + std::to_string(put[i].number));
    if (!taken[i].whole) continue;
    auto const claim = k8s::read<k8s::Claim>(taken[i].text);
    RC_ASSERT(claim.has_value() == (put[i].fault == 0));
    if (claim) RC_ASSERT(claim->meta.uid == identity->uid);
  }
}

}  // namespace

TEST_CASE("a list loses no item, be others too large, too deep or wrong, wherever the chunks end") {
  CHECK(rc::check([] {
    auto const put = *things();
    std::string text = R"({"kind":"List","items":[)";
    for (auto const& each : put) text += (&each == put.data() ? "" : ",") + text_of(each);
    text += R"(],"metadata":{"resourceVersion":"9"}})";
    check_all_are_known(put, feed<k8s::ListFramer>(text, *chunks()));
  }));
}

TEST_CASE("a stream loses no line, be others too long, wherever the chunks end") {
  CHECK(rc::check([] {
    auto const put = *things();
    std::string text;
    for (auto const& each : put) text += text_of(each) + "\n";
    check_all_are_known(put, feed<k8s::LineFramer>(text, *chunks()));
  }));
}

TEST_CASE("a list that is cut anywhere is no list, and gives no item twice nor half") {
  CHECK(rc::check([] {
    auto const put = *things();
    std::string text = R"({"items":[)";
    for (auto const& each : put) text += (&each == put.data() ? "" : ",") + text_of(each);
    text += "]}";
    auto const size = *rc::gen::inRange<std::size_t>(0, text.size());
    std::size_t count = 0;
    auto const take = [&](std::string_view item) {
      RC_ASSERT(count < put.size());
      RC_ASSERT(item == std::string_view(text_of(put[count++])).substr(0, largest));
      return k8s::Result<void>();
    };
    k8s::ListFramer framer(largest, take, take);
    RC_ASSERT(framer.feed(std::string_view(text).substr(0, size)).has_value());
    RC_ASSERT(framer.finish().has_error());
  }));
}

TEST_CASE("of what is too large only the beginning is kept") {
  std::string const large(3 * k8s::kept_of_too_large, 'x');
  std::size_t kept = 0;
  k8s::LineFramer framer(
      2 * k8s::kept_of_too_large, [](std::string_view) { return k8s::Result<void>(); },
      [&](std::string_view beginning) {
        kept = beginning.size();
        return k8s::Result<void>();
      });
  for (std::size_t at = 0; at < large.size(); at += 1000) {
    REQUIRE(framer.feed(std::string_view(large).substr(at, 1000)).has_value());
    REQUIRE(kept == 0);
  }
  REQUIRE(framer.feed("\n").has_value());
  CHECK(kept == k8s::kept_of_too_large);
}

TEST_CASE("an error of who takes what is too large ends the stream") {
  k8s::LineFramer framer(
      3, [](std::string_view) { return k8s::Result<void>(); },
      [](std::string_view) -> k8s::Result<void> { return k8s::make_error(k8s::ErrorKind::protocol, "who?"); });
  REQUIRE(framer.feed("1234567\n").has_error());
  CHECK(framer.feed("1\n").error().message == "who?");
}
