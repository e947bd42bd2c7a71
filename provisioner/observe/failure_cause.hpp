#pragma once

#include <string>

#include "k8s/base/error.hpp"
#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

/// Why something failed, in a few words that name no object, path or host: for whoever may see the status page, but not
/// the tenants' names.
[[nodiscard]] std::string cause_of(k8s::Error const& error);
[[nodiscard]] std::string cause_of(StorageError const& error);

}  // namespace nfs
