#pragma once

#include <string>
#include <utility>

#include "provisioner/controller/permission_watch.hpp"
#include "provisioner/core/settings.hpp"

namespace nfs {

/// The settings of a replica that has not asked yet what it may do. Eager binding needs an API server that is new
/// enough, which is not known either.
[[nodiscard]] inline Settings starting_settings(std::string provisioner, Binding wanted,
                                                DirectoryDefaults directories = {},
                                                std::string trash_retention = std::string(default_trash_retention),
                                                TakeOver take_over = TakeOver::ask) {
  auto const binding = wanted == Binding::eager ? Binding::direct : wanted;
  return {std::move(provisioner),     binding,  permissions_until_answered(), directories, {},
          std::move(trash_retention), take_over};
}

}  // namespace nfs
