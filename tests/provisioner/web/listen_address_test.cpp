#include "provisioner/web/listen_address.hpp"

#include "tests/support/catch.hpp"

using nfs::ListenAddress;
using nfs::parse_listen_address;

TEST_CASE("an address to listen on is a host in digits, or none, and a port") {
  CHECK(parse_listen_address(":8080") == ListenAddress{"", 8080});
  CHECK(parse_listen_address("127.0.0.1:0") == ListenAddress{"127.0.0.1", 0});
  CHECK(parse_listen_address("[::1]:65535") == ListenAddress{"::1", 65535});
}

TEST_CASE("an address that is not one is refused") {
  auto const* const text = GENERATE("", "8080", ":", ":x", ":-1", ":65536", ": 80", "localhost:80", "::1:80", "[::1]",
                                    "[127.0.0.1]:80", "[]:80", "127.0.0.1", "1.2.3:80", "http://127.0.0.1:80");
  INFO(text);
  CHECK_FALSE(parse_listen_address(text));
}

TEST_CASE("an address is spelled as it was read") {
  for (auto const* const text : {":8080", "127.0.0.1:0", "[::1]:80"}) {
    auto const address = parse_listen_address(text);
    REQUIRE(address);
    CHECK(to_string(*address) == text);
  }
}
