#pragma once

#include <cstddef>
#include <string_view>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

namespace nfs {

/// Bytes of a text of a claim that are kept: more than any name of Kubernetes' has, so that a text that was cut equals
/// none. A tenant's claim so takes some 16 KiB at most, whatever is in it.
inline constexpr std::size_t longest_cached_text = 512;

/// Everybody who may create a claim decides how large it is, and all claims, volumes and classes of the cluster are
/// held in memory. These take off an object what no decision reads. Whoever reads a further label, annotation or
/// finalizer from a cache adds it here; what a class's pathPattern names is not kept, see core/needed_keys.hpp.
void keep_what_is_needed(k8s::Claim& claim);
void keep_what_is_needed(k8s::Volume& volume);
/// Of a class of another provisioner it is only asked that it is one. One of upstream's chart is read as upstream did
/// (core/upstream_class.hpp): the annotation that says so goes.
void keep_what_is_needed(k8s::StorageClass& storage_class, std::string_view our_provisioner);

}  // namespace nfs
