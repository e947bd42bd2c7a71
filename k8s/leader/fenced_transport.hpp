#pragma once

#include <memory>

#include "k8s/http/transport.hpp"
#include "k8s/leader/term.hpp"

namespace k8s {

/// Connections over which nothing but GET is sent unless the term holds (kind cancelled), and over which no other
/// request outlives it. Both arguments outlive this. Thread-safe.
class FencedTransport final : public Transport {
 public:
  FencedTransport(Transport& inner, Term const& term) : inner_(inner), term_(term) {}
  [[nodiscard]] std::unique_ptr<Connection> connect() override;

 private:
  Transport& inner_;
  Term const& term_;
};

}  // namespace k8s
