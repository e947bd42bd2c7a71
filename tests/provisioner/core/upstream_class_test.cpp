#include "provisioner/core/upstream_class.hpp"

#include <utility>
#include <vector>

#include "provisioner/core/class_parameters.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

k8s::StorageClass class_of(k8s::StringMap parameters, std::string const& mark = "true") {
  k8s::StorageClass result;
  if (!mark.empty()) result.meta.annotations = {{"nfs-subdir-provisioner.io/made-by-upstream", mark}};
  result.parameters = std::move(parameters);
  return result;
}

OnDelete policy_of(k8s::StorageClass const& storage_class) {
  auto const parsed = parse_class_parameters(storage_class.parameters);
  auto const* const parameters = std::get_if<ClassParameters>(&parsed);
  REQUIRE(parameters != nullptr);
  return parameters->on_delete;
}

TEST_CASE("In a class of upstream's chart a word that is no policy leaves it to archiveOnDelete") {
  struct Row {
    k8s::StringMap parameters;
    OnDelete policy;
  };
  std::vector<Row> const rows{
      {{{"onDelete", "true"}}, OnDelete::archive},
      {{{"onDelete", "Delete"}, {"archiveOnDelete", "true"}}, OnDelete::archive},
      {{{"onDelete", "Retain"}, {"archiveOnDelete", "false"}}, OnDelete::remove},
      {{{"onDelete", "retain"}, {"archiveOnDelete", "false"}}, OnDelete::retain},
      {{{"onDelete", "delete"}, {"archiveOnDelete", "true"}}, OnDelete::remove},
      {{{"archiveOnDelete", "false"}}, OnDelete::remove},
  };
  for (auto const& row : rows) {
    auto storage_class = class_of(row.parameters);
    read_as_upstream(storage_class);
    CAPTURE(row.parameters);
    CHECK(policy_of(storage_class) == row.policy);
  }
}

TEST_CASE("In a class of upstream's chart a slash before the pattern is taken away") {
  for (auto const& [pattern, read] : std::vector<std::pair<std::string, std::string>>{
           {"/${.PVC.namespace}-${.PVC.name}", "${.PVC.namespace}-${.PVC.name}"},
           {"//a", "a"},
           {"/", ""},
           {"a/b", "a/b"},
           {"", ""}}) {
    auto storage_class = class_of({{"pathPattern", pattern}});
    read_as_upstream(storage_class);
    CHECK(storage_class.parameters.at("pathPattern") == read);
    auto const once = storage_class;
    read_as_upstream(storage_class);
    CHECK(storage_class == once);
  }
}

TEST_CASE("A class without that mark is read as it is") {
  for (auto const* const mark : {"", "false", "yes"}) {
    auto const written = class_of({{"onDelete", "true"}, {"pathPattern", "/a"}}, mark);
    auto read = written;
    read_as_upstream(read);
    CHECK(read == written);
  }
}

}  // namespace
}  // namespace nfs
