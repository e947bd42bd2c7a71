#pragma once

#include <string>

#include "k8s/model/claim.hpp"
#include "k8s/model/object_meta.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/settings.hpp"

/// A volume is named after the claim that it was made for. A person, a volume populator or a recovery may give it to
/// another claim, or make the volume again from a backup or a file. docs/behaviour.md#hands.
namespace nfs {

/// Whether what is frozen of the claim on `volume` is of another claim than the one that the volume names now.
[[nodiscard]] bool changed_hands(k8s::Volume const& volume);

/// The uid of the namespace of the claim that `volume` names now, as frozen on it; empty: unknown.
[[nodiscard]] std::string namespace_uid_of(k8s::Volume const& volume);

/// Whether the volume is another object than the one that was made here: it bears the uid of an earlier one.
[[nodiscard]] bool was_recreated(k8s::Volume const& volume);

/// When it was made, as the API server writes it. Empty for one that was made again: that time says nothing of its
/// claim.
[[nodiscard]] std::string made_at(k8s::Volume const& volume);

/// What is still to be noted on `volume`, which is bound to `holder`: its own uid, and what is frozen of its claim if
/// that is another by now. `namespace_uid` is of the holder's namespace; empty: unknown. Nothing for a volume without
/// our annotations, of another cluster, or one that is going.
[[nodiscard]] k8s::StringMap missing_notes(k8s::Volume const& volume, k8s::Claim const& holder,
                                           std::string const& namespace_uid, Settings const& settings);

/// Whether missing_notes() rests on the uid of the holder's namespace.
[[nodiscard]] bool notes_need_namespace(k8s::Volume const& volume, k8s::Claim const& holder, Settings const& settings);

/// The uid of `name_space` as it is now, if the claim that `volume` names lived in this very namespace: it is older
/// than the volume. Else empty: it may have been made anew since, or the volume was.
[[nodiscard]] std::string namespace_uid_since(k8s::Volume const& volume, k8s::ObjectMeta const& name_space);

}  // namespace nfs
