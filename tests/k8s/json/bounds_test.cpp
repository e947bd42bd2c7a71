#include "k8s/model/bounds.hpp"

#include <string>
#include <vector>

#include "k8s/json/read.hpp"
#include "tests/support/catch.hpp"

namespace bounds = k8s::bounds;

namespace {

std::string quoted(std::string const& text) {
  return '"' + text + '"';
}

// `element` again and again, as a JSON array.
std::string array_of(std::size_t count, std::string const& element) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + element;
  return text + "]";
}

template <class T>
T with_metadata(std::string const& members) {
  auto const object = k8s::read<T>("{\"metadata\":{" + members + "}}");
  REQUIRE(object.has_value());
  return *object;
}

}  // namespace

TEMPLATE_TEST_CASE("of a label or annotation as much is read as the bound says", "", k8s::Claim, k8s::Volume,
                   k8s::StorageClass) {
  std::string const whole(bounds::text - 1, 'v');
  std::string const longer(bounds::text + 1, 'v');
  auto const object = with_metadata<TestType>("\"labels\":{\"a\":" + quoted(whole) + ",\"b\":" + quoted(longer) +
                                              "},\"annotations\":{\"c\":" + quoted(longer) + "}");
  CHECK(object.meta.labels.at("a") == whole);
  CHECK(object.meta.labels.at("b") == longer.substr(0, bounds::text));
  CHECK(object.meta.annotations.at("c").size() == bounds::text);
}

TEMPLATE_TEST_CASE("of finalizers and owner references the first ones are read, and what follows them", "", k8s::Claim,
                   k8s::Volume, k8s::StorageClass) {
  auto const object =
      with_metadata<TestType>("\"finalizers\":" + array_of(bounds::list + 1, "\"a/b\"") + ",\"ownerReferences\":" +
                              array_of(bounds::list + 1, R"({"kind":"K","unknown":[{}]})") + ",\"name\":\"last\"");
  CHECK(object.meta.finalizers.size() == bounds::list);
  CHECK(object.meta.owner_references.size() == bounds::list);
  CHECK(object.meta.owner_references.back().kind == "K");
  CHECK(object.meta.name == "last");
}

TEST_CASE("of access modes beyond the bound those are read that are not there yet") {
  auto const many = array_of(bounds::access_modes + 5, "\"RWX\"");
  auto const claim = k8s::read<k8s::Claim>("{\"spec\":{\"accessModes\":" + many.substr(0, many.size() - 1) +
                                           ",\"RWO\"]},\"status\":{\"accessModes\":[\"RWX\",\"RWO\",\"RWX\"]}}");
  REQUIRE(claim.has_value());
  std::vector<std::string> expected(bounds::access_modes, "RWX");
  expected.emplace_back("RWO");
  CHECK(claim->access_modes == expected);
  CHECK(claim->status_access_modes == std::vector<std::string>{"RWX", "RWO", "RWX"});
  auto const volume = k8s::read<k8s::Volume>("{\"spec\":{\"accessModes\":" + many + "}}");
  REQUIRE(volume.has_value());
  CHECK(volume->access_modes.size() == bounds::access_modes);
}

TEST_CASE("mount options, what a claim refers to and where a volume is are cut, not refused") {
  auto const longer = quoted(std::string(bounds::text + 1, 'x'));
  auto const options = array_of(bounds::list + 1, longer);
  auto const claim =
      k8s::read<k8s::Claim>("{\"spec\":{\"volumeName\":" + longer + ",\"volumeAttributesClassName\":" + longer +
                            ",\"dataSource\":{\"name\":" + longer + "}}}");
  REQUIRE(claim.has_value());
  CHECK(claim->volume_attributes_class.size() == bounds::text);
  CHECK(claim->volume_name.size() == bounds::text);
  CHECK(claim->data_source->name.size() == bounds::text);
  auto const volume = k8s::read<k8s::Volume>("{\"spec\":{\"mountOptions\":" + options + ",\"nfs\":{\"path\":" + longer +
                                             "},\"claimRef\":{\"name\":" + longer + "}}}");
  REQUIRE(volume.has_value());
  CHECK(volume->mount_options.size() == bounds::list);
  CHECK(volume->mount_options.back().size() == bounds::text);
  CHECK(volume->source.attributes.at("path").size() == bounds::text);
  CHECK(volume->claim_ref->name.size() == bounds::text);
  auto const storage_class = k8s::read<k8s::StorageClass>("{\"mountOptions\":" + options + "}");
  REQUIRE(storage_class.has_value());
  CHECK(storage_class->mount_options.size() == bounds::list);
}

TEST_CASE("a class's parameters are read whole: one that was cut would mean something else") {
  std::string const pattern(2 * bounds::text, 'p');
  auto const storage_class = k8s::read<k8s::StorageClass>("{\"parameters\":{\"pathPattern\":" + quoted(pattern) + "}}");
  REQUIRE(storage_class.has_value());
  CHECK(storage_class->parameters.at("pathPattern") == pattern);
}

TEST_CASE("a lease is read whole: it is written back as it was read") {
  std::string const longer(bounds::text + 1, 'v');
  auto const lease = with_metadata<k8s::Lease>("\"annotations\":{\"a\":" + quoted(longer) +
                                               "},\"finalizers\":" + array_of(bounds::list + 1, "\"a/b\""));
  CHECK(lease.meta.annotations.at("a") == longer);
  CHECK(lease.meta.finalizers.size() == bounds::list + 1);
}

TEST_CASE("what is cut must be of the right type all the same") {
  CHECK_FALSE(k8s::read<k8s::Claim>(R"({"metadata":{"annotations":{"a":1}}})").has_value());
  CHECK_FALSE(k8s::read<k8s::Claim>(R"({"metadata":{"finalizers":"a"}})").has_value());
  CHECK_FALSE(k8s::read<k8s::Claim>(R"({"metadata":{"finalizers":[1]}})").has_value());
  CHECK_FALSE(k8s::read<k8s::Claim>(R"({"spec":{"accessModes":[true]}})").has_value());
  CHECK_FALSE(k8s::read<k8s::Claim>(R"({"spec":{"accessModes":{}}})").has_value());
  CHECK_FALSE(k8s::read<k8s::Claim>(R"({"spec":{"volumeName":[]}})").has_value());
}
