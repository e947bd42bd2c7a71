#pragma once

#include <string>

#include "tests/integration/support/scene.hpp"

namespace nfs::test {

/// Another program's volume for `claim`, at `directory` of the export, which is made: with no annotation but the name
/// of its provisioner, and no finalizer. Bound by kube-controller-manager when this returns.
Pair bind_foreign_volume(Scene& scene, k8s::Claim const& claim, std::string const& provisioner,
                         std::string const& directory);

/// A claim and its volume as upstream's program makes them, in the default layout. `class_name` empty: the scene's.
Pair upstream_pair(Scene& scene, std::string const& claim, std::string const& class_name = {});

}  // namespace nfs::test
