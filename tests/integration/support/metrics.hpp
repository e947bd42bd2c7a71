#pragma once

#include <cstdint>
#include <string>

#include "tests/integration/support/program.hpp"

namespace nfs::test {

/// Of a program that was started with this address: the port is free, and its log says which.
inline constexpr auto any_port = "127.0.0.1:0";
[[nodiscard]] std::uint16_t http_port(Program& program);

/// What /metrics says now: all series of this name whose labels hold `part`, added up. NaN, which equals nothing: there
/// is no series of this name at all, so that a metric that was renamed is not taken for 0.
[[nodiscard]] double metric(Program& program, std::string const& name, std::string const& part = {});

}  // namespace nfs::test
