#include "provisioner/core/finalizer_removal.hpp"

#include <algorithm>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/text.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {

bool is_held_by(k8s::Volume const& volume, std::string_view provisioner) {
  return provisioned_by(volume, provisioner) && k8s::has_finalizer(volume.meta, names::finalizer);
}

OrRefusal<VolumeList> held_volumes(VolumeList const& volumes, std::string_view provisioner,
                                   std::vector<std::string> const& wanted) {
  VolumeList held;
  std::ranges::copy_if(volumes, std::back_inserter(held),
                       [&](auto const& volume) { return is_held_by(*volume, provisioner); });
  std::ranges::sort(held, {}, [](auto const& volume) -> auto const& { return volume->meta.name; });
  if (wanted.empty()) {
    return held;
  }
  for (auto const& name : wanted) {
    auto const is_named = [&](auto const& volume) { return volume->meta.name == name; };
    if (std::ranges::none_of(volumes, is_named)) {
      return Refusal{"there is no volume " + quoted(name, 253)};
    }
    if (std::ranges::none_of(held, is_named)) {
      return Refusal{"volume " + quoted(name, 253) + " is of another provisioner than " + quoted(provisioner) +
                     ", or does not carry its finalizer"};
    }
  }
  std::erase_if(held, [&](auto const& volume) { return std::ranges::find(wanted, volume->meta.name) == wanted.end(); });
  return held;
}

}  // namespace nfs
