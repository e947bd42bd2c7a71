#include "k8s/leader/fenced_transport.hpp"

#include <algorithm>
#include <utility>

namespace k8s {
namespace {

class FencedConnection final : public Connection {
 public:
  FencedConnection(std::unique_ptr<Connection> inner, Term const& term) : inner_(std::move(inner)), term_(term) {}

  Result<Response> send(Request const& request, std::stop_token stop) override {
    if (request.method == Method::get) return inner_->send(request, stop);
    auto limited = request;
    limited.timeout = std::min(request.timeout, term_.left());
    if (!term_.holds() || limited.timeout.count() <= 0)
      return make_error(ErrorKind::cancelled, "not sent: this process does not lead");
    return inner_->send(limited, stop);
  }

  // Streams read.
  Result<Response> stream(Request const& request, BodySink sink, std::stop_token stop) override {
    return inner_->stream(request, std::move(sink), stop);
  }

 private:
  std::unique_ptr<Connection> inner_;
  Term const& term_;
};

}  // namespace

std::unique_ptr<Connection> FencedTransport::connect() {
  return std::make_unique<FencedConnection>(inner_.connect(), term_);
}

}  // namespace k8s
