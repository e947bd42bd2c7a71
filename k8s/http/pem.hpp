#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "k8s/base/clock.hpp"
#include "k8s/base/error.hpp"

namespace k8s {

/// Certificates or a key: the PEM text itself, or a file that may rotate.
struct PemSource {
  std::string data;  ///< wins over file
  std::string file;
  [[nodiscard]] bool empty() const { return data.empty() && file.empty(); }
};

enum class PemKind { certificates, private_key };

/// The text of a PemSource, kept fresh. Not thread-safe.
class PemReader {
 public:
  /// `max_age`: a file whose times and size stay the same is read anew after so long nevertheless.
  PemReader(PemSource source, PemKind kind, std::chrono::milliseconds max_age);

  /// True when text() is another one than before. Kind config when there is nothing usable, now and before: a file that
  /// becomes unreadable or malformed later leaves the text as it was.
  [[nodiscard]] Result<bool> refresh();

  /// Empty before the first refresh() and when the source is empty.
  [[nodiscard]] std::string const& text() const { return text_; }

 private:
  /// Device, inode, size and modification time: of what a symbolic link leads to.
  using Stamp = std::tuple<unsigned long, unsigned long, long, long, long>;
  [[nodiscard]] static std::optional<Stamp> stamp_of(std::string const& file);
  [[nodiscard]] Result<std::string> load() const;

  PemSource source_;
  PemKind kind_;
  std::chrono::milliseconds max_age_;
  std::string text_;
  std::optional<Stamp> stamp_;
  SteadyTime read_at_{};
};

}  // namespace k8s
