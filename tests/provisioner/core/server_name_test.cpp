#include "provisioner/core/server_name.hpp"

#include "tests/support/catch.hpp"

namespace nfs {
namespace {

TEST_CASE("A server has one spelling for all that mean the same without asking anybody") {
  struct Row {
    std::string given;
    std::string canonical;
  };
  auto const row = GENERATE(values<Row>({
      {"nfs.example", "nfs.example"},
      {"NFS.Example", "nfs.example"},
      {"nfs.example.", "nfs.example"},
      {"192.0.2.1", "192.0.2.1"},
      {"2001:db8::1", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
      {"2001:DB8::1", "2001:db8::1"},
      {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
      {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
      {"::", "::"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"::ffff:192.0.2.1", "::ffff:c000:201"},
      {"::ffff:c000:0201", "::ffff:c000:201"},
      {"fe80::1%eth0", "fe80::1%eth0"},
      {"[FE80::1%Eth0]", "fe80::1%Eth0"},
      // None of these is an address: they stay, but for case and dot.
      {"", ""},
      {".", "."},
      {"[]", "[]"},
      {"nfs", "nfs"},
      {"1:2", "1:2"},
      {"1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"},
      {"1::2::3", "1::2::3"},
      {"1:2:3:4:5:6:7::8", "1:2:3:4:5:6:7::8"},
      {":1", ":1"},
      {"12345::", "12345::"},
      {"::g", "::g"},
      {"::1.2.3", "::1.2.3"},
      {"::1.2.3.256", "::1.2.3.256"},
      {"1.2.3.4::", "1.2.3.4::"},
      {"::-1", "::-1"},
  }));
  INFO(row.given);
  CHECK(canonical_server(row.given) == row.canonical);
  CHECK(canonical_server(row.canonical) == row.canonical);
}

TEST_CASE("A name and an address are two servers, and so are two names") {
  CHECK(same_server("nfs.example", "NFS.example."));
  CHECK(same_server("[2001:DB8:0::1]", "2001:db8::1"));
  CHECK_FALSE(same_server("nfs.example", "192.0.2.1"));
  CHECK_FALSE(same_server("nfs", "nfs.example"));
  CHECK_FALSE(same_server("2001:db8::1", "2001:db8::2"));
}

}  // namespace
}  // namespace nfs
