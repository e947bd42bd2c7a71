#pragma once

#include <cstddef>
#include <string>

#include "k8s/base/error.hpp"

namespace k8s {

/// The whole content of a file (or pipe). Kind config, naming the file, when it is unreadable or larger than `limit`.
[[nodiscard]] Result<std::string> read_bounded_file(std::string const& path, std::size_t limit);

}  // namespace k8s
