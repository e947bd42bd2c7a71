#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// Names that write_durably() makes beside its target begin so; one that a crash left behind may be removed.
inline constexpr std::string_view temporary_prefix = ".tmp-";

/// A regular file's content; `malformed` if it is something else or larger than `max_size`.
[[nodiscard]] Outcome<std::string> read_content(int parent, std::string const& name, std::size_t max_size);

/// Whole or not at all, and durable on success: temporary file, fsync, rename, fsync of the directory.
/// `exists` if anything but a regular file stands at `name`. `gate` (may be empty) is asked directly before the rename;
/// if it says no the temporary file stays.
[[nodiscard]] Outcome<void> write_durably(int parent, std::string const& name, std::string_view content,
                                          EffectGate const& gate = {});

/// fsync of a directory, `.` for `parent` itself.
[[nodiscard]] Outcome<void> sync_directory_at(int parent, std::string const& name);

}  // namespace nfs
