#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

namespace nfs::testing {

struct Case {
  std::string what;
  std::function<void(World&)> change;
  Wanted decision;
};

inline void check_claims(std::vector<Case> const& table) {
  for (auto const& row : table) {
    World world;
    row.change(world);
    auto const decision = world.on_claim();
    auto const text = text_of(decision);
    INFO(row.what << "\n  decided: " << text << "\n  wanted:  " << text_of(row.decision));
    CHECK(is_as(decision, row.decision));
    bool const makes = text.find("make directory") != std::string::npos;
    if (makes) CHECK(is_to_be_made(world.claim_view(), world.settings));
    if (std::holds_alternative<LeaveAlone>(decision)) CHECK_FALSE(is_to_be_made(world.claim_view(), world.settings));
  }
}

inline constexpr auto provisions =
    "act: tell Provisioning, make directory, create volume, tell ProvisioningSucceeded, volume bound, bind claim, "
    "claim bound, settle";
inline constexpr auto provisions_unbound =
    "act: tell Provisioning, make directory, create volume, tell ProvisioningSucceeded";

inline void hand_to(World& world, std::string const& ga, std::string const& beta) {
  auto& annotations = world.claim.meta.annotations;
  annotations.clear();
  if (!ga.empty()) annotations.emplace(names::storage_provisioner, ga);
  if (!beta.empty()) annotations.emplace(names::beta_storage_provisioner, beta);
}

}  // namespace nfs::testing
