#include "tests/bench/contender.hpp"

namespace nfs::bench {

Contenders::Contenders(std::string program, std::string bare_writer, std::optional<std::string> peer)
    : program_(std::move(program)), bare_writer_(std::move(bare_writer)), peer_(std::move(peer)) {}

Contender Contenders::ours(std::string const& binding) const {
  return {.name = binding,
          .program = program_,
          .environment = {{"BINDING", binding}, {"HTTP_ADDRESS", "off"}},
          .writes_claims = binding != "controller"};
}

Contender Contenders::bare(std::string const& binding) const {
  return {.name = "bare writer, " + binding, .program = bare_writer_, .environment = {{"BINDING", binding}}};
}

std::optional<Contender> Contenders::peer() const {
  if (!peer_) return std::nullopt;
  return Contender{.name = "peer", .program = *peer_, .environment = {}, .fixed_mount = true, .writes_claims = false};
}

}  // namespace nfs::bench
