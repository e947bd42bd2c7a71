#pragma once

#include "provisioner/core/decide.hpp"

namespace nfs {

/// Makes `decision` safe while `occupancy` has a volume that cannot be read and never was (Occupancy::unread()): any
/// directory may be its, or hold it, or lie in it. So
/// - a claim gets only a directory that is not there yet: what is there may be in use;
/// - no directory is moved, removed or given back: that waits until the volume can be read, or has gone.
/// What touches no directory goes on. `volume` is the one that is decided upon, null if there is none: it gets an Event
/// that says what it waits for.
[[nodiscard]] Decision spare_unread(Decision decision, Occupancy const& occupancy, k8s::Volume const* volume);

}  // namespace nfs
