#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nfs {

/// Where to listen.
struct ListenAddress {
  std::string host;        ///< an address in digits, IPv6 without brackets; empty: all of them
  std::uint16_t port = 0;  ///< 0: one that is free
  bool operator==(ListenAddress const&) const = default;
};

/// "[host]:port": ":8080", "127.0.0.1:8080", "[::1]:0". Names are not resolved. nullopt when malformed.
[[nodiscard]] std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// The same spelling back.
[[nodiscard]] std::string to_string(ListenAddress const& address);

}  // namespace nfs
