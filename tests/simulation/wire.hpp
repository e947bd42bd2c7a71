#pragma once

#include <functional>
#include <memory>
#include <string>

#include "k8s/http/transport.hpp"
#include "tests/simulation/fate.hpp"
#include "tests/simulation/mandate.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

/// The API server as one process reaches it: others act before a request arrives and before its answer does, watches
/// lag, and what the process's fate has in store happens.
class Wire final : public k8s::Transport {
 public:
  Wire(Scene& scene, Fate& fate, Mandate const& mandate, std::string who, std::function<void(bool machine)> die)
      : scene_(scene), fate_(fate), mandate_(mandate), who_(std::move(who)), die_(std::move(die)) {}

  [[nodiscard]] std::unique_ptr<k8s::Connection> connect() override;

 private:
  class Line;

  Scene& scene_;
  Fate& fate_;
  Mandate const& mandate_;
  std::string who_;
  std::function<void(bool)> die_;
};

}  // namespace nfs::simulation
