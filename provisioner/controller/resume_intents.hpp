#pragma once

#include <string>
#include <vector>

#include "provisioner/controller/ledger.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {

/// The claim that the intent names.
[[nodiscard]] k8s::ObjectReference claim_of(Intent const& intent);

/// Intents that stand on export number `export_index` since before this program began: their directories are held as if
/// this program had decided to make them. Gives the volumes' names, to be looked at.
[[nodiscard]] std::vector<std::string> resume_intents(std::vector<Intent> const& intents, std::size_t export_index,
                                                      Ledger& ledger);

}  // namespace nfs
