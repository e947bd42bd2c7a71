#include "k8s/json/read.hpp"
#include "k8s/json/write.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("a lease is written whole, also when nobody holds it, and with what others put on it") {
  k8s::Lease lease;
  lease.meta.name = "example.com-disk";
  lease.meta.labels = {{"team", "a"}};
  lease.record = {"", 1, "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:02.000000Z", 3};
  CHECK(k8s::write(lease) ==
        R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease",)"
        R"("metadata":{"name":"example.com-disk","labels":{"team":"a"}},)"
        R"("spec":{"holderIdentity":"","leaseDurationSeconds":1,"acquireTime":"2026-01-01T00:00:00.000000Z",)"
        R"("renewTime":"2026-01-01T00:00:02.000000Z","leaseTransitions":3}})");
}

TEST_CASE("a lease without a holder, or without a spec, is held by nobody") {
  for (auto const* text : {R"({"metadata":{"name":"x"},"spec":{"holderIdentity":null,"leaseTransitions":2}})",
                           R"({"metadata":{"name":"x"},"spec":{}})", R"({"metadata":{"name":"x"}})"}) {
    INFO(text);
    auto const lease = k8s::read<k8s::Lease>(text);
    REQUIRE(lease.has_value());
    CHECK(lease->record.holder.empty());
  }
}

TEST_CASE("a leader's record is read as client-go writes it into an annotation") {
  auto const record = k8s::read<k8s::LeaderRecord>(
      R"({"holderIdentity":"pod-1_6d1c","leaseDurationSeconds":15,"acquireTime":"2024-02-01T10:00:00Z",)"
      R"("renewTime":"2024-02-01T10:00:04Z","leaderTransitions":2})");
  REQUIRE(record.has_value());
  CHECK(*record == k8s::LeaderRecord{"pod-1_6d1c", 15, "2024-02-01T10:00:00Z", "2024-02-01T10:00:04Z", 2});
}
