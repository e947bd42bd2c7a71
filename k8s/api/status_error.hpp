#pragma once

#include <string>
#include <string_view>

#include "k8s/base/error.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/json/read.hpp"

namespace k8s {

/// The Error that a metav1.Status stands for. `what` (verb and object) opens the message.
[[nodiscard]] Error to_error(std::string_view what, Status const& status);

/// The Error that an answer other than 2xx stands for, whether its body is a Status or a proxy's page.
[[nodiscard]] Error to_error(std::string_view what, Response const& response);

/// The same failure, its message opened by `what`. Cancelled ones are left as they are.
[[nodiscard]] Error prefixed(std::string_view what, Error error);

}  // namespace k8s
