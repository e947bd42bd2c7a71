#include "k8s/http/observed_transport.hpp"

#include <utility>

namespace k8s {
namespace {

class ObservedConnection final : public Connection {
 public:
  ObservedConnection(std::unique_ptr<Connection> inner, RequestObserver const& observer)
      : inner_(std::move(inner)), observer_(observer) {}

  [[nodiscard]] Result<Response> send(Request const& request, std::stop_token stop) override {
    auto answer = inner_->send(request, std::move(stop));
    tell(request.method, answer);
    return answer;
  }

  // A watch lasts for minutes: it is told of when it begins to answer.
  [[nodiscard]] Result<Response> stream(Request const& request, BodySink sink, std::stop_token stop) override {
    bool told = false;
    auto const first_byte = [&](std::string_view chunk) {
      if (!std::exchange(told, true)) observer_(request.method, 200);
      return sink(chunk);
    };
    auto answer = inner_->stream(request, first_byte, std::move(stop));
    if (!told) tell(request.method, answer);
    return answer;
  }

 private:
  void tell(Method method, Result<Response> const& answer) const {
    if (answer.has_value()) return observer_(method, answer->status);
    if (!answer.error().is(ErrorKind::cancelled)) observer_(method, 0);
  }

  std::unique_ptr<Connection> inner_;
  RequestObserver const& observer_;
};

}  // namespace

ObservedTransport::ObservedTransport(Transport& inner, RequestObserver observer)
    : inner_(inner), observer_(std::move(observer)) {}

std::unique_ptr<Connection> ObservedTransport::connect() {
  return std::make_unique<ObservedConnection>(inner_.connect(), observer_);
}

}  // namespace k8s
