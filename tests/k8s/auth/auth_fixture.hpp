#pragma once

#include <string>
#include <vector>

#include "k8s/auth/credentials.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

namespace k8s::test {

/// Requires an error of kind config, on one line, and hands back its message.
template <class T>
std::string config_error(Result<T> const& result) {
  REQUIRE(result.has_error());
  CHECK(result.error().kind == ErrorKind::config);
  CHECK(result.error().message.find_first_of("\r\n") == std::string::npos);
  return result.error().message;
}

/// Requires access, saying why there is none.
inline ClusterAccess require_access(Result<ClusterAccess> const& result) {
  INFO((result.has_error() ? result.error().message : std::string{}));
  REQUIRE(result.has_value());
  return *result;
}

}  // namespace k8s::test
