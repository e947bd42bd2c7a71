#include "k8s/text/hash.hpp"

#include "k8s/text/hexadecimal.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("a hash is that of the published examples of FNV-1a") {
  CHECK(k8s::hash_of("") == 0xcbf29ce484222325U);
  CHECK(k8s::hash_of("a") == 0xaf63dc4c8601ec8cU);
  CHECK(k8s::hash_of("foobar") == 0x85944171f73967e8U);
}

TEST_CASE("texts one after the other have the hash of the whole") {
  CHECK(k8s::hash_of("bar", k8s::hash_of("foo")) == k8s::hash_of("foobar"));
}

TEST_CASE("hexadecimal digits are the last of the number, with zeros before them") {
  CHECK(k8s::hexadecimal(0x0a, 2) == "0a");
  CHECK(k8s::hexadecimal(0xabcd, 2) == "cd");
  CHECK(k8s::hexadecimal(1, 16) == "0000000000000001");
}
