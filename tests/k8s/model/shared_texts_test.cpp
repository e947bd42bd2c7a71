#include "k8s/model/shared_texts.hpp"

#include "tests/support/catch.hpp"

using k8s::SharedTexts;

TEST_CASE("a text has one number, however often it is held") {
  SharedTexts texts;
  auto const gold = texts.hold("gold");
  auto const silver = texts.hold("silver");
  CHECK(texts.hold("gold") == gold);
  CHECK(silver != gold);
  CHECK(texts.at(gold) == "gold");
  CHECK(texts.at(silver) == "silver");
  CHECK(texts.size() == 2);
}

TEST_CASE("a text that nobody holds any more is forgotten, and its number is given again") {
  SharedTexts texts;
  auto const gold = texts.hold("gold");
  (void)texts.hold("gold");
  texts.release(gold);
  CHECK(texts.at(gold) == "gold");
  texts.release(gold);
  CHECK(texts.size() == 0);
  CHECK(texts.hold("a text that is longer than what a string keeps in itself") == gold);
  CHECK(texts.hold("gold") != gold);
}

TEST_CASE("of many texts that come and go only those that are held are kept") {
  SharedTexts texts;
  auto const kept = texts.hold("kept");
  for (int i = 0; i < 1000; ++i) texts.release(texts.hold("team-" + std::to_string(i)));
  CHECK(texts.size() == 1);
  CHECK(texts.at(kept) == "kept");
  CHECK(texts.hold("one more") <= 1);
}

TEST_CASE("a text is common once it was asked for over and over, or somebody holds it; others never are") {
  k8s::SharedTexts texts;
  for (int i = 0; i < 10'000; ++i) CHECK_FALSE(texts.is_common("path/of/" + std::to_string(i)));
  int asked = 0;
  while (!texts.is_common("the id of an export")) REQUIRE(++asked < 100);
  CHECK(asked > 4);  // the versions of one object are packed one after the other
  auto const number = texts.hold("held");
  CHECK(texts.is_common("held"));
  texts.release(number);
  CHECK_FALSE(texts.is_common("held"));
}
