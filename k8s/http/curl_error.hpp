#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "k8s/base/error.hpp"

namespace k8s {

/// What curl said when a transfer failed.
struct CurlFailure {
  CURLcode code = CURLE_OK;
  std::string_view detail;  ///< of CURLOPT_ERRORBUFFER, may be empty
  long os_error = 0;        ///< CURLINFO_OS_ERRNO
  std::string_view server;
};

/// One line for a person: server, cause and, where TLS fails, what to check.
[[nodiscard]] Error to_error(CurlFailure const& failure);

}  // namespace k8s
