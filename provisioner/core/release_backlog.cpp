#include "provisioner/core/release_backlog.hpp"

#include <utility>

namespace nfs {
namespace {

// kube-controller-manager, where it runs, marks a volume Released within this time of the one before.
constexpr auto patience = std::chrono::seconds{10};

}  // namespace

void ReleaseBacklog::add(std::string volume, Instant now) {
  if (volumes_.empty()) progress_ = now;
  volumes_.insert(std::move(volume));
}

void ReleaseBacklog::remove(std::string_view volume, Instant now) {
  auto const at = volumes_.find(volume);
  if (at == volumes_.end()) return;
  volumes_.erase(at);
  progress_ = now;
}

bool ReleaseBacklog::is_over(Instant now) const {
  return volumes_.empty() || now - progress_ > patience;
}

}  // namespace nfs
