#include "tests/simulation/network.hpp"

#include <algorithm>

#include "tests/simulation/fiber.hpp"

namespace nfs::simulation {

using namespace std::chrono_literals;

Answer answer_of(RequestFault fault) {
  switch (fault) {
    case RequestFault::unauthorized:
      return test::failure(401, "Unauthorized", "the token has run out (injected)");
    case RequestFault::forbidden:
      return test::failure(403, "Forbidden", "not allowed (injected)");
    case RequestFault::conflict:
      return test::failure(409, "Conflict", "the object has been modified (injected)");
    case RequestFault::expired:
      return test::failure(410, "Expired", "too old (injected)");
    case RequestFault::invalid:
      return test::failure(422, "Invalid", "denied by a webhook (injected)");
    case RequestFault::too_many: {
      auto answer = test::failure(429, "TooManyRequests", "later (injected)");
      answer.retry_after = 7s;
      return answer;
    }
    case RequestFault::internal:
      return test::failure(500, "InternalError", "etcdserver: no leader (injected)");
    case RequestFault::unavailable:
      return test::failure(503, "ServiceUnavailable", "shutting down (injected)");
    default:
      return k8s::make_error(k8s::ErrorKind::transport, "timed out (injected)");
  }
}

Answer cancelled() {
  return k8s::make_error(k8s::ErrorKind::cancelled, "cancelled");
}

std::string as_answered(Scene const& scene, std::string_view plural, std::string object) {
  constexpr std::string_view spec = R"("spec":{)";
  if (scene.spoilt_claim.empty() || plural != "persistentvolumeclaims") return object;
  if (object.find('"' + scene.spoilt_claim + '"') == std::string::npos) return object;
  if (auto const at = object.find(spec); at != std::string::npos)
    object.replace(at, spec.size(), R"("spec":7,"was":{)");
  return object;
}

bool Network::get_through(k8s::Request const& request, std::stop_token const& stop) const {
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(fate_.cut_off_until - scene_.clock.lively());
  // Streams have no time of their own: they end when nothing comes.
  auto const patience = request.timeout.count() > 0 ? request.timeout : request.idle_timeout;
  scene_.clock.wait_until(scene_.clock.steady() + std::min(patience, left), stop);
  return !cut_off() && !stop.stop_requested();
}

}  // namespace nfs::simulation
