#include "provisioner/controller/cluster_volumes.hpp"

#include <string>
#include <utility>

#include "provisioner/core/cached.hpp"

namespace nfs {
namespace {

constexpr int page_size = 500;

}  // namespace

k8s::Result<ClusterVolumes> list_cluster_volumes(k8s::Client& client) {
  ClusterVolumes volumes;
  std::string page;
  do {
    auto const listed =
        client.list_page(k8s::kind_of<k8s::Volume>(), page, page_size,
                         [&](std::string_view item) -> k8s::Result<void> {
                           auto volume = k8s::read<k8s::Volume>(item);
                           if (volume.has_error()) {
                             ++volumes.unreadable;
                             return {};
                           }
                           keep_what_is_needed(*volume);
                           volumes.all.push_back(std::make_shared<k8s::Volume const>(std::move(*volume)));
                           return {};
                         },
                         {});
    if (listed.has_error()) {
      return listed.error();
    }
    page = listed->continue_token;
  } while (!page.empty());
  return volumes;
}

}  // namespace nfs
