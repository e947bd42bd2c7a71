// The vectors of docs/behaviour.md#vectors, from a class's parameters to the path on the server and back.
#include <optional>
#include <string>

#include "core_fixtures.hpp"
#include "golden_vectors.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;

OrRefusal<RelativePath> directory_for(Vector const& vector) {
  auto const parameters = parse_class_parameters(vector.parameters);
  if (auto const* refusal = std::get_if<Refusal>(&parameters)) return *refusal;
  return directory_of(golden_claim(vector.annotations), std::get<ClassParameters>(parameters));
}

Export export_of(Vector const& vector) {
  auto const path = clean_export_path(vector.nfs_path);
  REQUIRE_FALSE(is_refused(path));
  return {"default", "nfs.example", std::get<std::string>(path), "/persistentvolumes"};
}

void check(Vector const& vector) {
  INFO(vector.name);
  auto const directory = directory_for(vector);
  INFO(text_of(directory));
  if (vector.on_server.empty()) {
    CHECK(contains(message_of(directory), vector.says));
    CHECK(contains(message_of(directory), "pathPattern"));
    CHECK(is_one_line(message_of(directory)));
    return;
  }
  REQUIRE_FALSE(is_refused(directory));
  auto const where = export_of(vector);
  auto const& path = std::get<RelativePath>(directory);
  CHECK(path_on_server(where, path) == vector.on_server);

  k8s::Volume volume;
  volume.source = {"nfs", {{"server", "nfs.example"}, {"path", vector.on_server}}};
  CHECK(directory_on(where, volume) == path);
}

TEST_CASE("The golden vectors of docs/behaviour.md hold") {
  for (auto const& vector : contract_vectors()) check(vector);
}

TEST_CASE("Further vectors hold") {
  for (auto const& vector : further_vectors()) check(vector);
}

}  // namespace
}  // namespace nfs
