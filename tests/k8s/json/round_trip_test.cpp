#include <rapidcheck.h>

#include "k8s/json/frame.hpp"
#include "k8s/json/read.hpp"
#include "k8s/json/write.hpp"
#include "tests/support/catch.hpp"

namespace {

using Text = std::string;

/// Any bytes but NUL, which the generator of strings leaves out, now and then with all that JSON must escape.
rc::Gen<Text> text() {
  return rc::gen::oneOf(rc::gen::string<Text>(),
                        rc::gen::element<Text>("", "\"\\\b\f\n\r\t\x01\x7f", "\xC3\xB1\xF0\x9F\x98\x80",
                                               Text("a\0b", 3), "</script>", "}]{[,:"));
}

rc::Gen<Text> some_text() {
  return rc::gen::nonEmpty(rc::gen::string<Text>());
}

std::vector<Text> texts() {
  return *rc::gen::container<std::vector<Text>>(text());
}

k8s::StringMap map() {
  return *rc::gen::container<k8s::StringMap>(text(), text());
}

k8s::ObjectReference reference() {
  return {*text(), *text(), *text(), *text(), *text(), *text()};
}

k8s::ObjectMeta metadata() {
  k8s::ObjectMeta meta;
  meta.name = *text();
  meta.name_space = *text();
  meta.uid = *text();
  meta.resource_version = *text();
  meta.creation_timestamp = *text();
  meta.deletion_timestamp = *text();
  meta.labels = map();
  meta.annotations = map();
  meta.finalizers = texts();
  for (auto owners = *rc::gen::inRange(0, 3); owners > 0; --owners) {
    meta.owner_references.push_back({*text(), *text(), *text(), *text(), *rc::gen::arbitrary<bool>()});
  }
  return meta;
}

template <class T, class Make>
std::optional<T> perhaps(Make make) {
  if (*rc::gen::arbitrary<bool>()) return make();
  return std::nullopt;
}

k8s::Claim any_claim() {
  k8s::Claim claim;
  claim.meta = metadata();
  claim.access_modes = texts();
  claim.volume_name = *text();
  claim.storage_class_name = perhaps<Text>([] { return *text(); });
  claim.volume_mode = *text();
  claim.requested_storage = *text();
  claim.volume_attributes_class = *text();
  claim.data_source = perhaps<k8s::DataSource>([] { return k8s::DataSource{*text(), *text(), *text()}; });
  return claim;
}

k8s::Volume any_volume() {
  k8s::Volume volume;
  volume.meta = metadata();
  volume.capacity = *text();
  volume.access_modes = texts();
  volume.claim_ref = perhaps<k8s::ObjectReference>(reference);
  volume.reclaim_policy = *text();
  volume.mount_options = texts();
  volume.storage_class_name = *text();
  volume.volume_mode = *text();
  if (*rc::gen::arbitrary<bool>()) volume.source = {*rc::gen::element<Text>("csi", "hostPath", "\"quoted\""), map()};
  return volume;
}

k8s::StorageClass any_storage_class() {
  k8s::StorageClass storage_class;
  storage_class.meta = metadata();
  storage_class.provisioner = *text();
  storage_class.parameters = map();
  storage_class.reclaim_policy = *some_text();  // empty is read as the default
  storage_class.mount_options = texts();
  storage_class.allow_volume_expansion = *rc::gen::arbitrary<bool>();
  storage_class.volume_binding_mode = *some_text();
  return storage_class;
}

k8s::Event any_event() {
  k8s::Event event;
  event.meta = metadata();
  event.involved = reference();
  event.type = *rc::gen::element(k8s::EventType::normal, k8s::EventType::warning);
  event.reason = *text();
  event.message = *text();
  event.source_component = *text();
  event.source_host = *text();
  event.first_timestamp = *text();
  event.last_timestamp = *text();
  event.count = *rc::gen::arbitrary<std::int32_t>();
  return event;
}

k8s::LeaderRecord any_record() {
  return {*text(), *rc::gen::arbitrary<int>(), *text(), *text(), *rc::gen::arbitrary<int>()};
}

template <class T>
bool comes_back(T const& object) {
  auto const read = k8s::read<T>(k8s::write(object));
  return read.has_value() && *read == object;
}

}  // namespace

TEST_CASE("what is written is read back the same") {
  CHECK(rc::check("claims", [] { RC_ASSERT(comes_back(any_claim())); }));
  CHECK(rc::check("volumes", [] { RC_ASSERT(comes_back(any_volume())); }));
  CHECK(rc::check("storage classes", [] { RC_ASSERT(comes_back(any_storage_class())); }));
  CHECK(rc::check("events", [] { RC_ASSERT(comes_back(any_event())); }));
  CHECK(rc::check("namespaces", [] { RC_ASSERT(comes_back(k8s::Namespace{metadata()})); }));
  CHECK(rc::check("leases", [] { RC_ASSERT(comes_back(k8s::Lease{metadata(), any_record()})); }));
  CHECK(rc::check("endpoints", [] { RC_ASSERT(comes_back(k8s::Endpoints{metadata()})); }));
  CHECK(rc::check("leader records", [] { RC_ASSERT(comes_back(any_record())); }));
}

TEST_CASE("a list of what is written gives the objects back, however it is cut") {
  CHECK(rc::check("lists", [] {
    std::vector<k8s::Claim> claims;
    for (auto left = *rc::gen::inRange(0, 4); left > 0; --left) claims.push_back(any_claim());
    Text list = R"({"items":[)";
    for (auto const& claim : claims) list += (list.back() == '[' ? "" : ",") + k8s::write(claim);
    list += R"(],"metadata":{"resourceVersion":"1"}})";

    std::vector<k8s::Claim> seen;
    k8s::ListFramer framer(1 << 20, [&](std::string_view item) -> k8s::Result<void> {
      auto read = k8s::read<k8s::Claim>(item);
      if (read.has_error()) return read.error();
      seen.push_back(std::move(*read));
      return {};
    });
    for (std::string_view rest = list; !rest.empty();) {
      auto const size = std::min(*rc::gen::inRange<std::size_t>(1, 200), rest.size());
      RC_ASSERT(framer.feed(rest.substr(0, size)).has_value());
      rest.remove_prefix(size);
    }
    RC_ASSERT(framer.finish().has_value());
    RC_ASSERT(seen == claims);
  }));
}

TEST_CASE("the object of a watch line is the very text that was sent") {
  CHECK(rc::check("watch lines", [] {
    auto const object = k8s::write(any_volume());
    auto const line = R"({"type":"MODIFIED","object":)" + object + "}";
    auto const event = k8s::read_watch_event(line);
    RC_ASSERT(event.has_value());
    RC_ASSERT(event->object == object);
    RC_ASSERT(object.find('\n') == Text::npos);
  }));
}
