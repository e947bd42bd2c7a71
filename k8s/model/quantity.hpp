#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace k8s {

/// resource.Quantity, compared exactly: no floating point anywhere. Suffixes n u m k M G T P E, Ki Mi Gi Ti Pi Ei
/// and decimal exponents (1e3, 1E3); sign and fraction as the API allows. Values finer than nano are rounded up and
/// values beyond 2^63-1 capped, as apimachinery does.
class Quantity {
 public:
  /// nullopt for text that the API server would refuse. As resource.ParseQuantity: "1.", ".5", "+1" and "1E" (exa) are
  /// numbers, "", " 1", "1 Gi", "1e" and "1K" are none. Stricter in one thing: there must be a digit.
  [[nodiscard]] static std::optional<Quantity> parse(std::string_view text);

  [[nodiscard]] std::int64_t ceil_value() const;  ///< in whole units (bytes), rounded away from zero
  auto operator<=>(Quantity const&) const = default;

 private:
  explicit Quantity(__int128 nano) : nano_(nano) {}
  __int128 nano_;
};

}  // namespace k8s
