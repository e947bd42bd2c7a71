#pragma once

#include <string>
#include <string_view>

namespace nfs {

/// One spelling of a server for all that mean the same without asking anybody: ASCII capitals are small, a trailing dot
/// is gone, an IPv6 address has no brackets and is written as RFC 5952 has it (a zone stays as it is). A name and an
/// address are two servers: only the network knows better. For comparisons alone; volumes get what was configured.
[[nodiscard]] std::string canonical_server(std::string_view text);

[[nodiscard]] bool same_server(std::string_view left, std::string_view right);

}  // namespace nfs
