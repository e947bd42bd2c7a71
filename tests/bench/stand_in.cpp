#include "tests/bench/stand_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/bench/api_objects.hpp"
#include "tests/support/api_target.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;
using k8s::test::Exchange;
using k8s::test::HttpRequest;

constexpr auto claims = "persistentvolumeclaims";
constexpr auto volumes = "persistentvolumes";
constexpr int alive_at_once = 32;

std::string event_line(std::string_view type, std::string const& object) {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
}

std::string end_of_list(std::uint64_t version) {
  return event_line("BOOKMARK", fmt::format(R"({{"metadata":{{"resourceVersion":"{}","annotations":{{)"
                                            R"("k8s.io/initial-events-end":"true"}}}}}})",
                                            version));
}

std::pair<int, std::string> not_found() {
  return {404, R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404})"};
}

bool has(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

int number_of_claim(std::string const& name) {
  int number = -1;
  auto const digits = name.find_last_of('-') + 1;
  std::from_chars(name.data() + digits, name.data() + name.size(), number);
  return number;
}

std::filesystem::path write_kubeconfig(std::filesystem::path const& directory, std::string const& url,
                                       std::string const& authority) {
  std::ofstream(directory / "ca.crt") << authority;
  auto const file = directory / "kubeconfig";
  std::ofstream(file) << fmt::format(
      "apiVersion: v1\nkind: Config\ncurrent-context: it\n"
      "clusters: [{{name: it, cluster: {{server: '{}', certificate-authority: '{}'}}}}]\n"
      "users: [{{name: it, user: {{token: it}}}}]\ncontexts: [{{name: it, context: {{cluster: it, user: it}}}}]\n",
      url, (directory / "ca.crt").string());
  return file;
}

k8s::test::HttpServerOptions options_of(k8s::test::Authority const& authority) {
  auto const identity = authority.issue("stand-in", {"IP:127.0.0.1"});
  return {.tls = k8s::test::TlsIdentity{identity.certificate, identity.key, {}}, .keeps_requests = false};
}

k8s::test::Authority const& authority() {
  static k8s::test::Authority const made("bench");
  return made;
}

}  // namespace

StandIn::StandIn(Population population, std::filesystem::path const& directory)
    : population_(population),
      next_(population.ours + population.foreign),
      server_([this](Exchange& exchange) { handle(exchange); }, options_of(authority())) {
  kubeconfig_ = write_kubeconfig(directory, server_.url(), authority().certificate());
}

StandIn::~StandIn() {
  {
    k8s::MutexLock const lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  server_.stop();
}

int StandIn::lists_sent() const {
  k8s::MutexLock const lock(mutex_);
  auto const sent = [this](char const* plural) REQUIRES(mutex_) {
    auto const found = lists_sent_.find(plural);
    return found == lists_sent_.end() ? 0 : found->second;
  };
  return std::min(sent(claims), sent(volumes));
}

bool StandIn::is_there(int number) const {
  if (number < 0) return false;
  if (number < population_.ours + population_.foreign) return true;
  auto const life = lives_.find(number);
  return life != lives_.end() && !life->second.claim_gone;
}

std::string StandIn::claim_text(int number) {
  ClaimState state{.version = ++version_, .foreign = number >= population_.ours};
  if (auto const life = lives_.find(number); life != lives_.end())
    state = {.version = version_, .has_volume = life->second.has_volume, .bound = life->second.bound};
  return claim_json(number, state);
}

std::string StandIn::volume_text(int number) {
  VolumeState state{.version = ++version_, .foreign = number >= population_.ours};
  if (auto const life = lives_.find(number); life != lives_.end())
    state = {.version = version_, .phase = life->second.volume_phase, .deleting = life->second.deleting};
  return volume_json(number, state);
}

void StandIn::tell(std::string const& plural, std::string_view type, std::string const& object) {
  for (auto* const watcher : watchers_)
    if (watcher->plural == plural) watcher->lines.push_back(event_line(type, object));
  changed_.notify_all();
}

void StandIn::handle(Exchange& exchange) {
  auto const& request = exchange.request();
  auto const target = ::test::parse(request.target);
  if (request.method == "GET" && !::test::parameter(target.query, "watch").empty())
    return watch(exchange, target.plural);
  auto const [status, body] = answer(request);
  exchange.respond(status, body, {{"Content-Type", "application/json"}});
}

bool StandIn::send_initial(Exchange& exchange, std::string const& plural) {
  int const count = population_.ours + population_.foreign;
  std::string piece;
  constexpr std::size_t enough = 64 * 1024;
  for (int i = 0; i < count && (plural == claims || plural == volumes); ++i) {
    bool const foreign = i >= population_.ours;
    piece += event_line("ADDED",
                        plural == claims ? claim_json(i, {.foreign = foreign}) : volume_json(i, {.foreign = foreign}));
    if (piece.size() < enough) continue;
    if (!exchange.chunk(piece)) return false;
    piece.clear();
  }
  if (plural == "storageclasses") piece += event_line("ADDED", class_json());
  k8s::MutexLock const lock(mutex_);
  if (!exchange.chunk(piece + end_of_list(version_))) return false;
  ++lists_sent_[plural];
  return true;
}

void StandIn::watch(Exchange& exchange, std::string const& plural) {
  auto const target = ::test::parse(exchange.request().target);
  Watcher watcher{.plural = plural, .lines = {}};
  {
    k8s::MutexLock const lock(mutex_);
    watchers_.insert(&watcher);
  }
  exchange.start(200, {{"Content-Type", "application/json"}});
  bool there = ::test::parameter(target.query, "sendInitialEvents") != "true" || send_initial(exchange, plural);
  while (there) {
    std::string lines;
    {
      k8s::MutexLock const lock(mutex_);
      changed_.wait_for(mutex_, 1s, [&]() REQUIRES(mutex_) { return stopping_ || !watcher.lines.empty(); });
      if (stopping_) break;
      for (auto const& line : watcher.lines) lines += line;
      watcher.lines.clear();
      changed_.notify_all();
    }
    if (!lines.empty()) there = exchange.chunk(lines);
  }
  k8s::MutexLock const lock(mutex_);
  watchers_.erase(&watcher);
  exchange.finish();
}

StandIn::Reply StandIn::answer(HttpRequest const& request) {
  auto const target = ::test::parse(request.target);
  if (request.target == "/version") return {200, R"({"major":"1","minor":"36"})"};
  if (target.plural == "selfsubjectaccessreviews") return {201, R"({"status":{"allowed":true}})"};
  if (target.plural == "events") return {201, request.body};
  if (target.plural == "namespaces") return {200, namespace_json(target.name)};
  if (target.plural == "storageclasses" && !target.name.empty()) return {200, class_json()};
  k8s::MutexLock const lock(mutex_);
  if (request.method == "GET" && target.name.empty())
    return {200, fmt::format(R"({{"kind":"List","metadata":{{"resourceVersion":"{}"}},"items":[]}})", version_)};
  if (target.plural == claims) return claim_request(request, number_of_claim(target.name));
  if (target.plural != volumes) return not_found();
  if (request.method != "POST") return volume_request(request, number_of(target.name.substr(4)));
  auto const name = request.body.find("\"pvc-");
  return volume_request(request, number_of(request.body.substr(name + 5, 36)));
}

StandIn::Reply StandIn::claim_request(HttpRequest const& request, int number) {
  if (!is_there(number)) return not_found();
  auto const life = lives_.find(number);
  if (request.method == "PATCH" && life != lives_.end()) {
    if (has(request.target, "/status")) {
      life->second.bound = true;
    } else if (has(request.body, "volumeName")) {
      life->second.has_volume = true;
    }
    auto const text = claim_text(number);  // who wrote it, and who watches, hear of one version
    tell(claims, "MODIFIED", text);
    return {200, text};
  }
  return {200, claim_text(number)};
}

StandIn::Reply StandIn::volume_request(HttpRequest const& request, int number) {
  auto const life = lives_.find(number);
  if (life == lives_.end()) return not_found();
  auto& phase = life->second.volume_phase;
  if (request.method == "POST") {
    phase = "Pending";
    auto const text = volume_text(number);
    tell(volumes, "ADDED", text);
    return {201, text};
  }
  if (phase.empty()) return not_found();
  if (request.method == "GET") return {200, volume_text(number)};
  if (request.method == "DELETE") life->second.deleting = true;
  if (request.method == "PATCH" && has(request.target, "/status"))
    phase = has(request.body, "Released") ? "Released" : "Bound";
  auto const text = volume_text(number);
  if (request.method != "PATCH" || !life->second.deleting) {
    tell(volumes, "MODIFIED", text);
    return {200, text};
  }
  tell(volumes, "DELETED", text);  // the last finalizer is gone
  lives_.erase(life);
  ++lived_;
  return {200, text};
}

void StandIn::end_bound_claims() {
  for (auto& [number, life] : lives_) {
    if (!life.bound || life.claim_gone) continue;
    tell(claims, "DELETED", claim_text(number));
    life.claim_gone = true;
  }
}

void StandIn::let_live(int count) {
  k8s::MutexLock const lock(mutex_);
  int const goal = lived_ + count;
  int begun = lived_;
  while (lived_ < goal) {
    int const before = lived_;
    end_bound_claims();
    for (; begun < goal && lives_.size() < alive_at_once; ++begun) {
      lives_.emplace(next_, Life{});
      tell(claims, "ADDED", claim_text(next_++));
    }
    auto const something = [&]() REQUIRES(mutex_) {
      return lived_ > before || std::any_of(lives_.begin(), lives_.end(), [](auto const& each) {
               return each.second.bound && !each.second.claim_gone;
             });
    };
    if (!changed_.wait_for(mutex_, 60s, something)) throw std::runtime_error{"no claim lives on"};
  }
}

void StandIn::change(int count) {
  for (int i = 0; i < count; ++i) {
    k8s::MutexLock const lock(mutex_);
    int const number = i % (population_.ours + population_.foreign);
    tell(claims, "MODIFIED", claim_text(number));
    tell(volumes, "MODIFIED", volume_text(number));
    auto const told = [this]() REQUIRES(mutex_) {
      return std::all_of(watchers_.begin(), watchers_.end(), [](auto* each) { return each->lines.size() < 1000; });
    };
    if (!changed_.wait_for(mutex_, 60s, told)) throw std::runtime_error{"nobody reads the changes"};
  }
}

}  // namespace nfs::bench
