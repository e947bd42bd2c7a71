#include "provisioner/core/key.hpp"

#include "tests/provisioner/core/core_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

std::shared_ptr<k8s::Claim const> claim(std::string const& uid, std::string const& name_space) {
  auto made = testing::golden_claim();
  made.meta.uid = uid;
  made.meta.name_space = name_space;
  return std::make_shared<k8s::Claim const>(std::move(made));
}

std::shared_ptr<k8s::Volume const> volume(std::string const& name, std::string const& claim_namespace,
                                          std::string const& class_name = "gold") {
  k8s::Volume made;
  made.meta.name = name;
  made.storage_class_name = class_name;
  if (!claim_namespace.empty()) {
    made.claim_ref.emplace();
    made.claim_ref->name_space = claim_namespace;
  }
  return std::make_shared<k8s::Volume const>(std::move(made));
}

TEST_CASE("a claim and the volume that is made for it have one key, and the claim's namespace takes turns for it") {
  Key const key{"pvc-U1", "team-a"};
  CHECK(key_of(*claim("U1", "team-a")) == key);
  CHECK(key_of(*volume("pvc-U1", "team-a")) == key);
  CHECK(key_of_claim("U1", "team-a") == key);
}

TEST_CASE("a claim that is bound to a volume that it was not made for keeps its key, and so does that volume") {
  auto bound = *claim("U1", "team-a");
  bound.volume_name = "by-hand";
  CHECK(key_of(bound) == Key{"pvc-U1", "team-a"});
  CHECK(key_of(*volume("by-hand", "team-a")) == Key{"by-hand", "team-a"});
}

TEST_CASE("a volume that is for no claim is of no namespace") {
  CHECK(claim_namespace(*volume("by-hand", "")).empty());
  CHECK(key_of(*volume("by-hand", "")) == Key{"by-hand", ""});
}

TEST_CASE("keys of many objects are sorted, whatever the order of the cache") {
  struct Row {
    std::vector<std::shared_ptr<k8s::Claim const>> claims;
    Keys keys;
  };
  auto const row = GENERATE(values<Row>({
      {{}, {}},
      {{claim("2", "b"), claim("1", "c"), claim("3", "a")}, {{"pvc-1", "c"}, {"pvc-2", "b"}, {"pvc-3", "a"}}},
  }));
  CHECK(keys_of(row.claims) == row.keys);
  CHECK(sorted({{"b", "y"}, {"a", "z"}, {"c", ""}}) == Keys{{"a", "z"}, {"b", "y"}, {"c", ""}});
}

}  // namespace
}  // namespace nfs
