#include "tests/integration/support/fault_proxy.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <fstream>
#include <string_view>

#include "k8s/auth/credentials.hpp"
#include "k8s/auth/transport.hpp"
#include "tests/integration/support/cluster.hpp"

namespace nfs::test {
namespace {

using Fault = FaultProxy::Fault;
using k8s::test::Exchange;

constexpr unsigned least_percent = 15;
constexpr unsigned most_percent = 30;
constexpr std::chrono::seconds idle_limit{90};
constexpr std::array faults{Fault::reset, Fault::internal, Fault::unavailable, Fault::too_many, Fault::answer_lost};

std::unique_ptr<k8s::Transport> administrators_transport() {
  auto access = value_of(k8s::kubeconfig_access({cluster_directory() + "/admin.kubeconfig"}, {}));
  return value_of(k8s::make_transport(std::move(access), "fault-proxy"));
}

k8s::Method method_of(std::string_view text) {
  for (auto const method : {k8s::Method::post, k8s::Method::put, k8s::Method::patch, k8s::Method::del})
    if (k8s::to_string(method) == text) return method;
  return k8s::Method::get;
}

k8s::Request request_of(k8s::test::HttpRequest const& from) {
  return {.method = method_of(from.method),
          .target = from.target,
          .body = from.body,
          .content_type = from.header("content-type")};
}

void fail(Exchange& exchange, int status, std::string_view reason, k8s::test::HttpHeaders const& headers = {}) {
  exchange.respond(
      status,
      fmt::format(R"({{"kind":"Status","apiVersion":"v1","status":"Failure","message":"injected","reason":)"
                  R"("{}","code":{}}})",
                  reason, status),
      headers);
}

// Each connection has a thread, and each thread one connection to the API server.
k8s::Connection& upstream(k8s::Transport& transport) {
  thread_local std::unique_ptr<k8s::Connection> connection;
  if (!connection) connection = transport.connect();
  return *connection;
}

}  // namespace

FaultProxy::FaultProxy(std::uint32_t seed, Manner manner)
    : manner_(manner),
      random_(seed),
      transport_(administrators_transport()),
      server_([this](Exchange& exchange) { handle(exchange); }) {}

FaultProxy::~FaultProxy() {
  ending_.request_stop();
  server_.stop();
}

void FaultProxy::write_kubeconfig(std::string const& file) const {
  std::ofstream(file) << fmt::format(
      "apiVersion: v1\nkind: Config\ncurrent-context: it\n"
      "clusters: [{{name: it, cluster: {{server: \"{}\"}}}}]\n"
      "users: [{{name: it, user: {{}}}}]\n"
      "contexts: [{{name: it, context: {{cluster: it, user: it}}}}]\n",
      server_.url());
}

std::map<Fault, std::size_t> FaultProxy::counts() const {
  k8s::MutexLock const lock(mutex_);
  return counts_;
}

Fault FaultProxy::next_fault() {
  k8s::MutexLock const lock(mutex_);
  std::size_t so_far = 0;
  for (auto const& [fault, count] : counts_) so_far += count;
  if (so_far % 100 == 0) percent_ = least_percent + random_() % (most_percent - least_percent + 1);
  auto const fault = random_() % 100 < percent_ ? faults[random_() % faults.size()] : Fault::none;
  ++counts_[fault];
  return fault;
}

void FaultProxy::handle(Exchange& exchange) {
  if (manner_ == Manner::buffering) return pass_on_whole(exchange);
  auto const fault = next_fault();
  switch (fault) {
    case Fault::reset:
      return exchange.cut();
    case Fault::internal:
      return fail(exchange, 500, "InternalError");
    case Fault::unavailable:
      return fail(exchange, 503, "ServiceUnavailable", {{"Retry-After", "1"}});
    case Fault::too_many:
      return fail(exchange, 429, "TooManyRequests", {{"Retry-After", "1"}});
    case Fault::answer_lost:
    case Fault::none:
      break;
  }
  bool const watch = exchange.request().target.find("watch=1") != std::string::npos;
  watch ? pass_on_watch(exchange, fault == Fault::answer_lost) : pass_on(exchange, fault == Fault::answer_lost);
}

void FaultProxy::pass_on(Exchange& exchange, bool answer_lost) {
  auto const answer = upstream(*transport_).send(request_of(exchange.request()), ending_.get_token());
  if (!answer || answer_lost) return exchange.cut();
  exchange.respond(answer->status, answer->body, {{"Content-Type", "application/json"}});
}

void FaultProxy::pass_on_watch(Exchange& exchange, bool cut_short) {
  auto request = request_of(exchange.request());
  request.timeout = std::chrono::milliseconds{0};
  bool begun = false;
  auto const pass_piece = [&](std::string_view piece) -> k8s::Result<void> {
    if (!begun) exchange.start(200, {{"Content-Type", "application/json"}});
    begun = true;
    if (exchange.chunk(piece) && !cut_short) return {};
    return k8s::make_error(k8s::ErrorKind::transport, "the watch ends here");
  };
  auto const answer = upstream(*transport_).stream(request, pass_piece, ending_.get_token());
  if (!answer) return exchange.cut();
  if (answer->status == 200 && begun) return exchange.finish();
  exchange.respond(answer->status, answer->body, {{"Content-Type", "application/json"}});
}

void FaultProxy::pass_on_whole(Exchange& exchange) {
  auto request = request_of(exchange.request());
  request.timeout = idle_limit;
  std::string whole;
  auto const keep = [&](std::string_view piece) -> k8s::Result<void> {
    whole += piece;
    return {};
  };
  auto const answer = upstream(*transport_).stream(request, keep, ending_.get_token());
  if (!answer) return exchange.cut();
  exchange.respond(answer->status, whole + answer->body, {{"Content-Type", "application/json"}});
}

}  // namespace nfs::test
