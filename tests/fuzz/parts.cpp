// Declared in tests/fuzz/target.hpp.
#include "provisioner/storage/volumes/documents.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/k8s/json/documents.hpp"

namespace fuzz {
namespace {

std::string chunks_of(char size, std::string_view text) {
  return std::string(1, size) + std::string(text);
}

std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::erase(line, '\n');
  return line;
}

std::vector<std::string> lists() {
  auto const list = [](std::string_view item) {
    return R"({"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"12","continue":"a"},"items":[)" +
           std::string(item) + "," + std::string(item) + "]}";
  };
  // Deep, and wide: what a tenant may have the API server store.
  auto const deep = R"({"metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"1","managedFields":)" +
                    std::string(300, '[') + std::string(300, ']') + "}}";
  return {chunks_of(6, list(documents::claim)), chunks_of(0, list(documents::volume)), chunks_of(63, list(deep)),
          chunks_of(9, R"({"metadata":{},"items":null})")};
}

std::vector<std::string> watches() {
  auto const line = [](std::string_view type, std::string_view object) {
    return R"({"type":")" + std::string(type) + R"(","object":)" + on_one_line(object) + "}\n";
  };
  return {
      chunks_of(6, line("ADDED", documents::claim) + line("DELETED", documents::volume)),
      chunks_of(1, line("BOOKMARK", R"({"metadata":{"resourceVersion":"7"}})") +
                       line("ERROR", R"({"kind":"Status","code":410})")),
  };
}

std::vector<std::string> stored_documents() {
  return {
      nfs::write_document(nfs::Marker{"b7f23d8a-0537-4e46-bb78-be913a522914"}),
      nfs::write_document(nfs::Intent{"pvc-1", "team-a", "web", "u-1", "team-a/web", 1, "c-1", "pvc-0",
                                      "archived-team-a-web-pvc-0", "standard", "2026-01-31T23:59:59Z"}),
      nfs::write_document(nfs::ArchiveRecord{"pvc-1", "team-a", "n-1", "web", "u-1", "standard", "team-a/web",
                                             "archived-team-a-web-pvc-1", "2026-01-31T23:59:59.000001Z", "1Gi",
                                             "archive", "30d", "0.1.0", "1h", "c-1", true, "c-2",
                                             "2026-01-31T23:59:59Z"}),
      nfs::write_document(nfs::TrashRecord{"pvc-1", "v-1", "team-a", "n-1", "web", "u-1", "standard", "team-a/web",
                                           "1Gi", "1h", "0.1.0", "c-1"}),
      nfs::write_document(nfs::ClusterCard{{"c-1", "prod"}, "example.com/nfs", "0.1.0", "2026-01-31T23:59:59Z"}),
      nfs::write_document(nfs::TakeOverDecision{{"c-1", "prod"}, "c-2", "2026-01-31T23:59:59.000001Z", true}),
  };
}

}  // namespace

std::vector<Part> const& parts() {
  static std::vector<Part> const all{
      {"list", read_list, lists()},
      {"watch", read_watch, watches()},
      {"documents", read_documents, stored_documents()},
      {"directory",
       find_directory,
       {"${.PVC.namespace}/${.PVC.name}\nweb\n\n", "${cluster}/${.PVC.annotations.key:-x}\nweb\na\nb/../c",
        "x/${.PVC.namespace}/${.PVC.labels.key}/y\nweb\n..\n", "${namespace}{{ .PVC.Name }}\nweb\n\n"}},
  };
  return all;
}

}  // namespace fuzz
