#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/core/refusal.hpp"

namespace nfs {

/// Bytes: PATH_MAX without its NUL.
inline constexpr std::size_t longest_path = 4095;

/// The components of a path as written, without the empty ones and `.`; `..` is kept. Views into `path`.
[[nodiscard]] std::vector<std::string_view> path_components(std::string_view path);

/// A directory below an export's root: one or more valid components, never empty, `.` or `..`. A value of this type is
/// safe to hand to the file system. docs/behaviour.md#paths.
class RelativePath {
 public:
  /// Cleans silently `//`, `/./`, a leading `./` and a trailing `/`; refuses an empty result, `.`, any `..`, an
  /// absolute path, NUL and control characters; a component over 255 bytes, a path over 4,095 (once cleaned); the
  /// reserved names, in any case of letters: `.nfs-subdir-provisioner` at any depth (an export may lie inside another),
  /// `archived-*` at the root. All other bytes are kept as they are: spaces, also at either end, and invalid UTF-8. A
  /// refusal's message begins with `directory "…"`.
  [[nodiscard]] static OrRefusal<RelativePath> parse(std::string_view text);

  /// As parse(), but reserved names are allowed: for paths that the program itself made (archives, trash), and that
  /// volumes had before a name was reserved.
  [[nodiscard]] static OrRefusal<RelativePath> parse_internal(std::string_view text);

  [[nodiscard]] std::string const& text() const { return text_; }
  [[nodiscard]] std::vector<std::string_view> components() const { return path_components(text_); }
  /// Whether a component is the name of the program's own directory, in any case of letters.
  [[nodiscard]] bool is_private() const;
  /// Whether a volume that has it, since before the name was reserved perhaps, may have it archived or deleted: neither
  /// the program's own directory, nor what stands where archives do.
  [[nodiscard]] bool may_be_moved() const;
  /// True if `other` is this directory or lies below it.
  [[nodiscard]] bool contains(RelativePath const& other) const;
  /// True if one contains the other.
  [[nodiscard]] bool overlaps(RelativePath const& other) const { return contains(other) || other.contains(*this); }

  bool operator==(RelativePath const&) const = default;
  auto operator<=>(RelativePath const&) const = default;

 private:
  explicit RelativePath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace nfs
