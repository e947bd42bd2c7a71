#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// The directory that a volume is to have.
struct DirectoryRequest {
  std::string volume;
  std::string claim_namespace;
  std::string claim_name;
  std::string claim_uid;
  RelativePath path;
  std::uint32_t mode = 0777;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  Adopts adopts = Adopts::any;  ///< one that is not to be adopted: `exists`
  // For the intent, and for who has to tell of several which one was the last.
  std::string storage_class = {};
  std::string namespace_uid = {};
  std::string time = {};  ///< RFC 3339: now
};

}  // namespace nfs
