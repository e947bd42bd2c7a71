#include "k8s/auth/kubeconfig_fields.hpp"

#include <fmt/format.h>
#include <yaml-cpp/binary.h>

#include <filesystem>

namespace k8s {

KubeconfigFields::KubeconfigFields(KubeconfigEntry const& entry, std::string_view kind, std::string_view name)
    : entry_{entry}, where_{fmt::format("kubeconfig {}: {} \"{}\"", entry.file, kind, name)} {}

YAML::Node KubeconfigFields::at(std::string_view key) const {
  YAML::Node const& body = entry_.body;
  return body[std::string{key}];
}

bool KubeconfigFields::has(std::string_view key) const {
  auto const node = at(key);
  if (!node.IsDefined() || node.IsNull()) return false;
  return node.IsScalar() ? !node.Scalar().empty() : node.size() > 0;
}

std::string KubeconfigFields::text(std::string_view key) {
  if (!has(key)) return {};
  auto const node = at(key);
  if (node.IsScalar()) return node.Scalar();
  complain(fmt::format("{} is not a text", key));
  return {};
}

bool KubeconfigFields::flag(std::string_view key) {
  if (!has(key)) return false;
  bool value = false;
  if (!YAML::convert<bool>::decode(at(key), value)) complain(fmt::format("{} is neither true nor false", key));
  return value;
}

std::string KubeconfigFields::path(std::string_view key) {
  auto const file = text(key);
  if (file.empty()) return {};
  return (std::filesystem::path{entry_.file}.parent_path() / file).lexically_normal().string();
}

Material KubeconfigFields::material(std::string const& key) {
  auto const encoded = text(key + "-data");
  if (encoded.empty()) return {.data = {}, .file = path(key)};
  auto const bytes = YAML::DecodeBase64(encoded);
  if (bytes.empty()) complain(fmt::format("{}-data is not base64", key));
  return {.data = {bytes.begin(), bytes.end()}, .file = {}};
}

void KubeconfigFields::complain(std::string_view what) {
  if (!complaint_) complaint_ = make_error(ErrorKind::config, fmt::format("{}: {}", where_, what));
}

}  // namespace k8s
