#pragma once

#include <optional>
#include <string>
#include <vector>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "provisioner/core/archive_record.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/occupancy.hpp"
#include "provisioner/core/relative_path.hpp"

/// A directory that no volume holds is not always nobody's: the records on the export say what was kept there, and
/// what was archived from there. docs/behaviour.md#reserved.
namespace nfs {

/// A directory that a claim is to have, and who asks for it.
struct WantedPlace {
  RelativePath path;
  SharedDirectory sharing = SharedDirectory::never;
  Asker asker;
};

/// Who asks: a claim of a class of these parameters. `namespace_uid`, `namespace_made_at`: as Asker has them.
[[nodiscard]] Asker asker_of(k8s::Claim const& claim, k8s::StorageClass const& storage_class,
                             ClassParameters const& parameters, std::string namespace_uid,
                             std::string namespace_made_at);

/// The directory that its class gives to a claim; nullopt: it is refused. `cluster`: as ClassParameters has it.
[[nodiscard]] std::optional<WantedPlace> wanted_place(k8s::Claim const& claim, k8s::StorageClass const& storage_class,
                                                      std::string const& cluster, std::string namespace_uid,
                                                      std::string namespace_made_at);

/// Whether `record` keeps the directory `path` from `asker`, whose class says `sharing`:
/// - What was kept in place is its claim's, with all above and below it: it goes to a claim of the same namespace (by
///   its uid) and name, at the very same path, or to who may share it. (The class's consent lifts the uid.) Of what was
///   taken over the namespace's name counts, and of what was in use then also the class.
/// - What was archived left its place to its own namespace: so nobody else is there when its claim comes back. But
///   where a class sends all its claims to one place, whatever they are called, the next one has it.
[[nodiscard]] bool reserves(ArchiveRecord const& record, RelativePath const& path, Asker const& asker,
                            SharedDirectory sharing);

/// Whether `record` says that `path` was kept in place for `asker`, or for those who may share it with them.
[[nodiscard]] bool was_kept_for(ArchiveRecord const& record, RelativePath const& path, Asker const& asker,
                                SharedDirectory sharing);

/// For the Event: that `path` is reserved by `record`, and what to do. Of another namespace's nothing is shown.
[[nodiscard]] std::string reserved_text(RelativePath const& path, ArchiveRecord const& record, Asker const& asker);

}  // namespace nfs
