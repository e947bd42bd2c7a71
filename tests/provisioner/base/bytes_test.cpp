#include "provisioner/base/bytes.hpp"

#include "tests/support/catch.hpp"

using nfs::format_bytes;

TEST_CASE("sizes are told in the largest unit in which they are at least one") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(1023) == "1023 B");
  CHECK(format_bytes(1024) == "1.0 KiB");
  CHECK(format_bytes(1536) == "1.5 KiB");
  CHECK(format_bytes(12'897'485) == "12.3 MiB");
  CHECK(format_bytes((1ULL << 20) - 1) == "1.0 MiB");
  CHECK(format_bytes(3ULL << 29) == "1.5 GiB");
  CHECK(format_bytes(1ULL << 50) == "1.0 PiB");
  CHECK(format_bytes(~0ULL) == "16.0 EiB");
}
