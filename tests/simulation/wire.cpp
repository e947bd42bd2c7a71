#include "tests/simulation/wire.hpp"

#include <fmt/format.h>

#include "k8s/json/read.hpp"
#include "k8s/json/write.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/simulation/collection_reader.hpp"
#include "tests/simulation/fiber.hpp"
#include "tests/simulation/sabotaged_volume.hpp"
#include "tests/support/api_target.hpp"

namespace nfs::simulation {
namespace {

std::string without(std::string_view text, std::string_view member) {
  auto const at = text.find(fmt::format("\"{}\":\"", member));
  if (at == std::string::npos) return std::string(text);
  auto end = text.find('"', at + member.size() + 4) + 1;
  if (text[end] == ',') ++end;
  return std::string(text.substr(0, at)).append(text.substr(end));
}

bool reads_class(k8s::Request const& request) {
  return request.target.find("/storageclasses/") != std::string::npos;
}

bool asks_about_class(k8s::Request const& request) {
  return request.target.ends_with("/selfsubjectaccessreviews") &&
         request.body.find("\"storageclasses\"") != std::string::npos;
}

std::string_view plural_of(std::string_view target) {
  auto const path = target.substr(0, target.find('?'));
  return path.substr(path.rfind('/') + 1);
}

/// To ask what is allowed changes nothing.
bool changes_something(k8s::Request const& request) {
  return request.method != k8s::Method::get && plural_of(request.target) != "selfsubjectaccessreviews";
}

}  // namespace

class Wire::Line final : public k8s::Connection {
 public:
  explicit Line(Wire& wire)
      : wire_(wire),
        scene_(wire.scene_),
        network_(wire.scene_, wire.fate_, wire.mandate_),
        reader_(wire.scene_, network_),
        inner_(wire.scene_.server.connect()) {}

  Answer send(k8s::Request const& request, std::stop_token stop) override {
    if (scene_.sabotaged(Sabotage::class_as_watched)) {
      if (reads_class(request)) return answer_of(RequestFault::forbidden);
      if (asks_about_class(request)) return k8s::Response{201, R"({"status":{"allowed":false}})", {}};
    }
    auto sent = prepare(request);
    auto answer = exchange(sent, stop);
    if (answer.has_value())
      answer->body = as_answered(scene_, test::parse(sent.target).plural, std::move(answer->body));
    if (scene_.sabotaged(Sabotage::claim_before_volume)) return as_if_bound(sent, std::move(answer));
    if (scene_.sabotaged(Sabotage::policy_of_class)) return with_policy_of_class(sent, std::move(answer));
    return scene_.sabotaged(Sabotage::namespace_uid_ignored) ? with_first_uid(sent, std::move(answer)) : answer;
  }

  Answer stream(k8s::Request const& request, k8s::BodySink sink, std::stop_token stop) override {
    if (request.target.find("watch=1") != std::string::npos) return reader_.watch(request, sink, stop);
    auto answer = reader_.page(request, exchange(request, stop));
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
    } else if (scene_.sabotaged(Sabotage::frozen_namespace_kept) &&
               request.body.find(names::claim_uid) != std::string::npos) {
      request.body = without(request.body, names::namespace_uid);
    } else if (request.method != k8s::Method::post && scene_.sabotaged(Sabotage::no_preconditions)) {
      request.body = without(without(request.body, "uid"), "resourceVersion");
    }
    return request;
  }

  Answer exchange(k8s::Request const& request, std::stop_token const& stop) {
    auto& fate = wire_.fate_;
    bool const writes = changes_something(request);
    bool const renews = request.target.find("/leases") != std::string::npos;
    auto const begun = wire_.mandate_.stamp();
    if (writes && !renews) scene_.note_beginning(begun, wire_.who_, request.target);
    if (writes) fate.stop_if_due(scene_.clock.lively());
    Fiber::yield();
    if (network_.cut_off() && !network_.get_through(request, stop)) {
      if (writes && scene_.dice.chance(30)) send_late(request, begun);
      return answer_of(RequestFault::timeout);
    }
    if (network_.is_new_server()) return answer_of(RequestFault::timeout);
    bool const dies = writes && fate.death.strikes();
    auto const death = fate.death;
    if (dies && death.moment == Moment::before) wire_.die_(death.what);
    bool const fails = fate.requests.strikes();
    auto const fault = fate.requests.what;
    if (fails && fault == RequestFault::late && writes) send_late(request, begun);
    if (fails && renews) scene_.disturbed_at = scene_.clock.lively();
    if (fails && fault == RequestFault::forbidden && reads_class(request)) scene_.class_unreadable = true;
    if (fails && fault != RequestFault::answer_lost) {
      tell(request, "injected");
      return answer_of(fault);
    }
    auto answer = inner_->send(request, stop);
    if (answer.has_error()) return answer;  // it was told to stop
    if (writes && !renews && answer->status < 300) scene_.note_landing(begun);
    if (writes) tell(request, std::to_string(answer->status));
    if (writes && !renews) scene_.api_changed();
    if (dies) wire_.die_(death.what);
    Fiber::yield();
    if (fails) return answer_of(fault);
    return answer;
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

  // --- sabotage ---
  static Answer as_if_bound(k8s::Request const& request, Answer answer) {
    constexpr std::string_view pending = R"("phase":"Pending")";
    if (answer.has_error() || request.target.find("persistentvolumes") == std::string::npos) return answer;
    if (auto const at = answer->body.find(pending); at != std::string::npos)
      answer->body.replace(at, pending.size(), R"("phase":"Bound")");
    return answer;
  }

  /// As Replica shows what the watch tells.
  Answer with_policy_of_class(k8s::Request const& request, Answer answer) const {
    bool const reads_volume = request.target.find("/persistentvolumes/") != std::string::npos;
    if (!reads_volume || answer.has_error() || answer->status != 200) return answer;
    auto volume = *k8s::read<k8s::Volume>(answer->body);
    auto const key = std::string(names::on_delete);
    auto const frozen = volume.meta.annotations[key];
    take_policy_of_class(scene_, volume);
    auto const text = [&](std::string const& policy) { return fmt::format(R"("{}":"{}")", key, policy); };
    if (auto const at = answer->body.find(text(frozen)); at != std::string::npos)
      answer->body.replace(at, text(frozen).size(), text(volume.meta.annotations[key]));
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
  Network network_;
  CollectionReader reader_;
  std::unique_ptr<k8s::Connection> inner_;
};

std::unique_ptr<k8s::Connection> Wire::connect() {
  return std::make_unique<Line>(*this);
}

}  // namespace nfs::simulation
