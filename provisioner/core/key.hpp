#pragma once

#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"

namespace nfs {

/// What the queue holds: the name of a volume, for the volume and for the claim that it is made for. Beside it the
/// namespace that takes turns for it: that of the claim; empty: not known.
struct Key {
  std::string name;
  std::string name_space;
  auto operator<=>(Key const&) const = default;
};
using Keys = std::vector<Key>;

/// The namespace of the claim that a volume is for; empty: for none.
[[nodiscard]] std::string claim_namespace(k8s::Volume const& volume);

/// The key of a claim, of a volume.
[[nodiscard]] Key key_of(k8s::Claim const& claim);
[[nodiscard]] Key key_of(k8s::Volume const& volume);
/// The key of a claim of which only uid and namespace can be read.
[[nodiscard]] Key key_of_claim(std::string_view uid, std::string_view name_space);

/// By name: the order of a cache is no order.
[[nodiscard]] Keys sorted(Keys keys);
/// The keys of all of them, sorted.
[[nodiscard]] Keys keys_of(std::vector<std::shared_ptr<k8s::Claim const>> const& claims);

}  // namespace nfs
