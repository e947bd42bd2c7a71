#include "k8s/watch/packed_objects.hpp"

#include <algorithm>

#include "k8s/model/claim.hpp"
#include "tests/support/catch.hpp"

using namespace k8s;

namespace {

Claim claim(std::string name, std::string volume = {}, std::string version = "1") {
  Claim out;
  out.meta.name_space = "ns";
  out.meta.uid = "uid-" + name;
  out.meta.name = std::move(name);
  out.meta.resource_version = std::move(version);
  out.volume_name = std::move(volume);
  return out;
}

struct Objects {
  Objects() {
    kind.indexes.emplace_back([](Claim const& each) { return each.volume_name; });
  }
  [[nodiscard]] std::vector<std::string> found(std::string_view volume) const {
    std::vector<std::string> names;
    for (auto const& each : all.find(0, volume)) names.push_back(each->meta.name);
    std::ranges::sort(names);
    return names;
  }
  PackedKind<Claim> kind;
  PackedObjects<Claim> all{kind};
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("an object is found by its key and by its indexes, until it is replaced or taken out") {
  Objects it;
  it.all.put(claim("a", "v1"));
  it.all.put(claim("b", "v1"));
  it.all.put(claim("c"));
  CHECK(*it.all.get("ns/a") == claim("a", "v1"));
  CHECK(it.all.get("ns/d") == nullptr);
  CHECK(it.found("v1") == Names{"a", "b"});
  CHECK(it.all.find(0, "").empty());
  it.all.put(claim("a", "v2"));
  CHECK(it.found("v1") == Names{"b"});
  CHECK(it.all.contains(0, "v2"));
  it.all.take_out("ns/a");
  it.all.take_out("ns/a");
  CHECK_FALSE(it.all.contains(0, "v2"));
  CHECK(it.all.size() == 2);
}

TEST_CASE("texts that are shared are held as long as there is an object that has them") {
  Objects it;
  {
    PackedObjects<Claim> other(it.kind);
    it.all.put(claim("a"));
    other.share(it.all, "ns/a");
    it.all.take_out("ns/a");
    CHECK(*other.get("ns/a") == claim("a"));
    CHECK(it.kind.texts.size() > 0);
  }
  CHECK(it.kind.texts.size() == 0);
}

TEST_CASE("two copies swap all that they have") {
  Objects it;
  PackedObjects<Claim> other(it.kind);
  it.all.put(claim("a", "v1"));
  other.put(claim("b", "v1"));
  other.put(claim("c", "v1"));
  it.all.swap(other);
  CHECK(it.found("v1") == Names{"b", "c"});
  CHECK(other.find(0, "v1").size() == 1);
}

TEST_CASE("a comparison names what went, then what came or changed, and nothing that is shared") {
  Objects it;
  PackedObjects<Claim> after(it.kind);
  for (auto const* name : {"same", "changed", "gone"}) it.all.put(claim(name));
  after.share(it.all, "ns/same");
  after.put(claim("changed", "", "2"));
  after.put(claim("new"));
  Names seen;
  PackedObjects<Claim>::compare(it.all, after, [&](auto const& before, auto const& now) {
    seen.push_back((before ? before->meta.name + "@" + before->meta.resource_version : "-") + ">" +
                   (now ? now->meta.name + "@" + now->meta.resource_version : "-"));
  });
  REQUIRE(seen.size() == 3);
  CHECK(seen.front() == "gone@1>-");
  std::ranges::sort(seen);
  CHECK(seen == Names{"->new@1", "changed@1>changed@2", "gone@1>-"});
}
