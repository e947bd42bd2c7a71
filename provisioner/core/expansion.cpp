#include "provisioner/core/expansion.hpp"

#include "k8s/model/quantity.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

// What cannot be read is no size to grow to, or from.
bool is_more(std::string const& wanted, std::string const& present) {
  auto const more = k8s::Quantity::parse(wanted);
  auto const less = k8s::Quantity::parse(present);
  return more && less && *more > *less;
}

bool may_grow(k8s::StorageClass const* storage_class, Settings const& settings) {
  return storage_class != nullptr && storage_class->allow_volume_expansion && settings.permissions.patch_volumes &&
         settings.permissions.patch_claim_status;
}

}  // namespace

std::vector<Action> expansion_steps(k8s::Claim const& claim, k8s::Volume const& volume,
                                    k8s::StorageClass const* storage_class, Settings const& settings) {
  auto const& size = claim.requested_storage;
  if (!may_grow(storage_class, settings) || !is_more(size, claim.status_capacity)) return {};
  auto const tell = [&](std::string_view reason, std::string message) {
    return EmitEvent{reference_to(claim), k8s::EventType::normal, std::string(reason), std::move(message)};
  };
  std::vector<Action> steps;
  steps.emplace_back(tell(names::resizing, "External resizer is resizing volume " + volume.meta.name));
  if (is_more(size, volume.capacity)) steps.emplace_back(ResizeVolume{volume.meta.name, size});
  steps.emplace_back(ResizeClaim{size});
  steps.emplace_back(tell(names::resize_successful, "Resize volume succeeded: it has " + size));
  return steps;
}

}  // namespace nfs
