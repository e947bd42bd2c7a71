#pragma once

#include <memory>
#include <string>
#include <vector>

namespace k8s::test {

/// A certificate with its key, both PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

/// A certificate authority made up for one test; its certificates are good for an hour.
class Authority {
 public:
  explicit Authority(std::string const& name);
  ~Authority();
  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;

  [[nodiscard]] std::string certificate() const;  ///< PEM

  /// `names` are subject alternative names as OpenSSL spells them: "DNS:api.example", "IP:127.0.0.1", "IP:::1".
  [[nodiscard]] Identity issue(std::string const& common_name, std::vector<std::string> const& names = {}) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace k8s::test
