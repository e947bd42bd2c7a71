#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "k8s/auth/credentials.hpp"
#include "k8s/auth/kubeconfig_document.hpp"
#include "k8s/base/error.hpp"

namespace k8s {

/// Reads the fields of one entry. Keeps the first complaint, so that the reader can ask for all fields first and look
/// for complaints once. No complaint shows the value of a field.
class KubeconfigFields {
 public:
  /// `kind`: "cluster", "user" or "context".
  KubeconfigFields(KubeconfigEntry const& entry, std::string_view kind, std::string_view name);

  [[nodiscard]] bool has(std::string_view key) const;  ///< there, and neither null nor empty
  [[nodiscard]] std::string text(std::string_view key);
  [[nodiscard]] bool flag(std::string_view key);
  /// A file's path, made absolute by the directory of the kubeconfig.
  [[nodiscard]] std::string path(std::string_view key);
  /// The base64 text of `key`-data, which wins, or the file of `key`.
  [[nodiscard]] Material material(std::string const& key);

  void complain(std::string_view what);
  [[nodiscard]] std::optional<Error> const& complaint() const { return complaint_; }
  /// What every message begins with: file, kind and name.
  [[nodiscard]] std::string const& where() const { return where_; }

 private:
  [[nodiscard]] YAML::Node at(std::string_view key) const;

  KubeconfigEntry const& entry_;
  std::string where_;
  std::optional<Error> complaint_;
};

}  // namespace k8s
