#pragma once

#include <memory>
#include <string>

#include "k8s/auth/credentials.hpp"
#include "k8s/http/transport.hpp"

namespace k8s {

/// Connections by libcurl to the server of `access`, with its credentials: HTTP/1.1 keep-alive, TLS always verified
/// (unless the kubeconfig says otherwise), token and CA re-read as they rotate. `user_agent` names the program.
/// An error (kind config) when the material is unusable (unreadable CA, certificate without key, ...).
[[nodiscard]] Result<std::unique_ptr<Transport>> make_transport(ClusterAccess access, std::string user_agent);

}  // namespace k8s
