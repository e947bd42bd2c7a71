#include "provisioner/core/needed_keys.hpp"

#include "tests/support/catch.hpp"

namespace nfs {
namespace {

TEST_CASE("A claim's labels and annotations are needed where the class's pattern names them") {
  struct Row {
    k8s::StringMap parameters;
    ClaimKeys needed;
  };
  auto const row = GENERATE(values<Row>({
      {{}, {}},
      {{{"pathPattern", ""}}, {}},
      {{{"pathPattern", "${.PVC.namespace}/${.PVC.name}/${.PVC.uid}/${.PV.name}"}}, {}},
      {{{"pathPattern", "${.PVC.labels.app}"}}, {{"app"}, {}}},
      {{{"pathPattern", "${.PVC.annotations.nfs.io/storage-path}"}}, {{}, {"nfs.io/storage-path"}}},
      {{{"pathPattern", "a/${.PVC.labels.app:-none}/${.PVC.labels.team}/${.PVC.annotations.x:-y}-${.PVC.labels.app}"}},
       {{"app", "team"}, {"x"}}},
      // Also keys that caches keep: of their values no more than a name's length is there.
      {{{"pathPattern", "${.PVC.annotations.volume.kubernetes.io/selected-node}"}},
       {{}, {"volume.kubernetes.io/selected-node"}}},
      // No placeholders.
      {{{"pathPattern", "${.PVC.labels}/${.PVC.labels.}/${.PV.labels.app}/${.PVC.labels.app/labels.app"}}, {}},
      {{{"pathPattern", "${.PVC.labels.a\npp}"}}, {}},
      // Cached: these are read of every claim.
      {{{"allowDirectoryAnnotations", "true"}, {"onCreate", "restore"}}, {}},
      // Nothing is made by a class that is refused.
      {{{"pathPattern", "${.PVC.labels.app}"}, {"onDelte", "delete"}}, {}},
  }));
  auto const needed = needed_keys(row.parameters);
  CHECK(needed == row.needed);
  CHECK(needed.empty() == (row.needed == ClaimKeys{}));
}

}  // namespace
}  // namespace nfs
