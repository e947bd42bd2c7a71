#pragma once

#include "k8s/model/object_meta.hpp"
#include "provisioner/core/path_pattern.hpp"

namespace nfs {

/// The labels and annotations of a claim that decide where its directory is, by a class of these parameters. No cache
/// keeps them (core/cached.hpp): where there are any, the claim is read from the API server before its volume is made.
/// None for parameters that are refused anyway.
[[nodiscard]] ClaimKeys needed_keys(k8s::StringMap const& class_parameters);

}  // namespace nfs
