#include "k8s/watch/unreadable.hpp"

#include "tests/support/catch.hpp"

using k8s::UnreadableSet;

TEST_CASE("objects that cannot be read are known by key and by uid, until they are taken out") {
  UnreadableSet set;
  set.put({{"ns", "a", "U1", "5"}, "first"});
  set.put({{"", "b", "U2", "6"}, "second"});
  CHECK(set.size() == 2);
  CHECK(set.find("ns/a")->why == "first");
  CHECK(set.find("b")->identity.uid == "U2");
  CHECK(set.find_uid("U1")->identity.name == "a");
  CHECK(set.find("a") == nullptr);
  CHECK(set.find_uid("") == nullptr);
  CHECK(set.take("ns/a")->why == "first");
  CHECK_FALSE(set.take("ns/a"));
  CHECK(set.find_uid("U1") == nullptr);
}

TEST_CASE("a key that names another object now has the other's uid alone") {
  UnreadableSet set;
  set.put({{"ns", "a", "U1", "5"}, "first"});
  set.put({{"ns", "a", "U2", "6"}, "second"});
  CHECK(set.size() == 1);
  CHECK(set.find_uid("U1") == nullptr);
  CHECK(set.find_uid("U2")->why == "second");
}
