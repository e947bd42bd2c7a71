#include "tests/simulation/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "k8s/json/read.hpp"
#include "k8s/json/write.hpp"
#include "tests/simulation/fiber.hpp"

namespace nfs::simulation {
namespace {

using Answer = k8s::Result<k8s::Response>;

Answer answer_of(RequestFault fault) {
  using namespace std::chrono_literals;
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

std::string without(std::string text, std::string_view member) {
  auto const at = text.find(fmt::format("\"{}\":\"", member));
  if (at == std::string::npos) return text;
  auto end = text.find('"', at + member.size() + 4) + 1;
  if (text[end] == ',') ++end;
  return text.erase(at, end - at);
}

std::string parameter(std::string_view target, std::string_view name) {
  auto const at = target.find(fmt::format("&{}=", name));
  if (at == std::string_view::npos) return {};
  auto const value = target.substr(at + name.size() + 2);
  return std::string(value.substr(0, value.find('&')));
}

bool reads_class(k8s::Request const& request) {
  return request.target.find("/storageclasses/") != std::string::npos;
}

std::string_view plural_of(std::string_view target) {
  auto const path = target.substr(0, target.find('?'));
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

class Wire::Line final : public k8s::Connection {
 public:
  explicit Line(Wire& wire) : wire_(wire), scene_(wire.scene_), inner_(wire.scene_.server.connect()) {}

  Answer send(k8s::Request const& request, std::stop_token stop) override {
    if (reads_class(request) && scene_.sabotaged(Sabotage::class_as_watched)) return answer_of(RequestFault::forbidden);
    auto sent = prepare(request);
    auto answer = exchange(sent, stop);
    if (scene_.sabotaged(Sabotage::claim_before_volume)) return as_if_bound(sent, std::move(answer));
    return scene_.sabotaged(Sabotage::namespace_uid_ignored) ? with_first_uid(sent, std::move(answer)) : answer;
  }

  Answer stream(k8s::Request const& request, k8s::BodySink sink, std::stop_token stop) override {
    if (request.target.find("watch=1") != std::string::npos) return watch(request, sink);
    auto answer = exchange(request, stop);
    if (answer.has_error() || answer->status != 200) return answer;
    if (auto taken = sink(answer->body); taken.has_error()) return taken.error();
    answer->body.clear();
    return answer;
  }

 private:
  /// What admission adds, and what a sabotaged program leaves out.
  [[nodiscard]] k8s::Request prepare(k8s::Request request) const {
    if (request.method == k8s::Method::post && plural_of(request.target) == "persistentvolumes") {
      auto volume = *k8s::read<k8s::Volume>(request.body);
      volume.meta.finalizers.emplace_back("kubernetes.io/pv-protection");
      request.body = k8s::write(volume);
    } else if (request.method != k8s::Method::post && scene_.sabotaged(Sabotage::no_preconditions)) {
      request.body = without(without(std::move(request.body), "uid"), "resourceVersion");
    }
    return request;
  }

  Answer exchange(k8s::Request const& request, std::stop_token const& stop) {
    auto& fate = wire_.fate_;
    bool const writes = request.method != k8s::Method::get;
    bool const renews = request.target.find("/leases") != std::string::npos;
    auto const begun = wire_.mandate_.stamp();
    if (writes && !renews) scene_.note_beginning(begun, wire_.who_, request.target);
    if (writes) fate.stop_if_due(scene_.clock.lively());
    Fiber::yield();
    if (cut_off() && !get_through(request)) {
      if (writes && scene_.dice.chance(30)) send_late(request, begun);
      return answer_of(RequestFault::timeout);
    }
    bool const dies = writes && fate.death.strikes();
    auto const death = fate.death;
    if (dies && death.moment == Moment::before) wire_.die_(death.what);
    bool const fails = fate.requests.strikes();
    auto const fault = fate.requests.what;
    if (fails && fault == RequestFault::late && writes) send_late(request, begun);
    if (fails && fault == RequestFault::forbidden && reads_class(request)) scene_.class_unreadable = true;
    if (fails && fault != RequestFault::answer_lost) {
      tell(request, "injected");
      return answer_of(fault);
    }
    auto answer = inner_->send(request, stop);
    if (writes && !renews && answer->status < 300) scene_.note_landing(begun);
    if (writes) tell(request, std::to_string(answer->status));
    if (writes && !renews) scene_.api_changed();
    if (dies) wire_.die_(death.what);
    Fiber::yield();
    if (fails) return answer_of(fault);
    return answer;
  }

  [[nodiscard]] bool cut_off() const { return scene_.clock.lively() < wire_.fate_.cut_off_until; }

  /// Waits until the network is back; false: not in time.
  [[nodiscard]] bool get_through(k8s::Request const& request) const {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(wire_.fate_.cut_off_until - scene_.clock.lively());
    Fiber::wait_until(scene_.clock.steady() + std::min(request.timeout, left));
    return !cut_off();
  }

  void send_late(k8s::Request const& request, Stamp const& begun) {
    auto const delay = std::chrono::seconds(scene_.dice.below(40));
    scene_.late.push_back({request, scene_.clock.lively() + delay, wire_.who_, begun});
  }

  void tell(k8s::Request const& request, std::string_view result) const {
    if (!scene_.trace) return;
    scene_.tell(wire_.who_, fmt::format("{} {} {} -> {}", k8s::to_string(request.method), request.target,
                                        request.body.substr(0, 400), result));
  }

  Answer watch(k8s::Request const& request, k8s::BodySink const& sink) {
    Fiber::yield();
    if (cut_off() && !get_through(request)) return answer_of(RequestFault::timeout);
    if (wire_.fate_.requests.strikes()) return answer_of(wire_.fate_.requests.what);
    auto const plural = std::string(plural_of(request.target));
    bool const initial = parameter(request.target, "sendInitialEvents") == "true";
    if (initial && !scene_.initial_events) return test::failure(400, "BadRequest", "sendInitialEvents is not known");
    auto const asked = parameter(request.target, "resourceVersion");
    std::uint64_t told = 0;
    std::from_chars(asked.data(), asked.data() + asked.size(), told);
    if (initial) {
      told = scene_.server.version();
      for (auto const& line : scene_.server.initial_lines(plural)) {
        if (auto taken = sink(line); taken.has_error()) return taken.error();
        Fiber::yield();
      }
    } else if (told < scene_.compacted) {
      if (!scene_.sabotaged(Sabotage::watch_resumes_after_410)) return expired(sink);
      told = scene_.server.version();
    }
    auto const dropped = scene_.watches_dropped;
    while (true) {
      Fiber::wait([&, told] {
        return scene_.watches_dropped != dropped || (!cut_off() && scene_.server.version_of(plural) > told);
      });
      if (scene_.watches_dropped != dropped) return end_of_watch();
      auto const change = scene_.server.change_after(told, plural);
      if (!change) continue;
      told = change->version;
      if (change->type == "DELETED" && scene_.sabotaged(Sabotage::deletions_missed)) continue;
      auto const line = fmt::format(R"({{"type":"{}","object":{}}})", change->type, change->object) + "\n";
      if (auto taken = sink(line); taken.has_error()) return taken.error();
      if (scene_.dice.chance(5))
        if (auto taken = sink(bookmark(told)); taken.has_error()) return taken.error();
    }
  }

  /// As the status of the answer, or as an event of a watch that began well.
  Answer expired(k8s::BodySink const& sink) {
    auto const status = test::failure(410, "Expired", "too old resource version");
    if (scene_.dice.chance(50)) return status;
    if (auto taken = sink(fmt::format(R"({{"type":"ERROR","object":{}}})", status.body) + "\n"); taken.has_error())
      return taken.error();
    return k8s::Response{.status = 200, .body = {}, .retry_after = {}};
  }

  Answer end_of_watch() {
    if (scene_.dice.chance(50)) return k8s::make_error(k8s::ErrorKind::transport, "connection reset");
    return k8s::Response{.status = 200, .body = {}, .retry_after = {}};
  }

  static std::string bookmark(std::uint64_t version) {
    return fmt::format(R"({{"type":"BOOKMARK","object":{{"metadata":{{"resourceVersion":"{}"}}}}}})", version) + "\n";
  }

  // --- sabotage ---
  static Answer as_if_bound(k8s::Request const& request, Answer answer) {
    constexpr std::string_view pending = R"("phase":"Pending")";
    if (answer.has_error() || request.target.find("persistentvolumes") == std::string::npos) return answer;
    if (auto const at = answer->body.find(pending); at != std::string::npos)
      answer->body.replace(at, pending.size(), R"("phase":"Bound")");
    return answer;
  }

  static Answer with_first_uid(k8s::Request const& request, Answer answer) {
    if (request.target.find("/namespaces/") == std::string::npos || answer.has_error() || answer->status != 200 ||
        request.target.find("persistentvolumeclaims") != std::string::npos)
      return answer;
    auto name_space = *k8s::read<k8s::Namespace>(answer->body);
    name_space.meta.uid = "always-" + name_space.meta.name;
    answer->body = k8s::write(name_space);
    return answer;
  }

  Wire& wire_;
  Scene& scene_;
  std::unique_ptr<k8s::Connection> inner_;
};

std::unique_ptr<k8s::Connection> Wire::connect() {
  return std::make_unique<Line>(*this);
}

}  // namespace nfs::simulation
