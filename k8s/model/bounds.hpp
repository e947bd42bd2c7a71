#pragma once

#include <cstddef>

/// How much of a claim, a volume or a class is read. Whoever may write an object decides how large it is (the API
/// server stores 1.5 MiB); what goes beyond these bounds is cut off, so that it is no reason to call the object
/// unreadable. Each bound lies above what Kubernetes and Linux let anybody use.
namespace k8s::bounds {

/// Bytes of a text that anybody may write: the value of a label or annotation, a name that a spec refers to, the path
/// of a source. A text of this size was cut, or may have been: it is longer than any Kubernetes name and any path.
inline constexpr std::size_t text = 8192;

/// Elements of a list (finalizers, owner references, mount options): the first ones are read.
inline constexpr std::size_t list = 1024;

/// Access modes that are read as they stand; of those that follow, one that is there already is left out. They mean a
/// set, and Kubernetes has four, so none gets lost.
inline constexpr std::size_t access_modes = 128;

}  // namespace k8s::bounds
