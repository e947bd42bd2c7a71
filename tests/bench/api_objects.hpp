#pragma once

#include <cstdint>
#include <string>

namespace nfs::bench {

/// Objects as an API server has them, managedFields included: some 2 kB each. A number tells one claim, its namespace
/// and its volume from all others.
struct ClaimState {
  std::uint64_t version = 100;  ///< its resourceVersion
  bool has_volume = true;       ///< spec.volumeName is set
  bool bound = true;
  bool foreign = false;  ///< of another provisioner's class
};
[[nodiscard]] std::string claim_json(int number, ClaimState const& state = {});

struct VolumeState {
  std::uint64_t version = 100;
  std::string phase = "Bound";
  bool deleting = false;
  bool foreign = false;
};
[[nodiscard]] std::string volume_json(int number, VolumeState const& state = {});

[[nodiscard]] std::string class_json();
[[nodiscard]] std::string namespace_json(std::string const& name);

/// A uid of which each number has one, and back. -1: it is none of these.
[[nodiscard]] std::string uid_of(int number);
[[nodiscard]] int number_of(std::string const& uid);
[[nodiscard]] std::string claim_name(int number);
[[nodiscard]] std::string namespace_of(int number);

// What all of them say.
inline constexpr auto provisioner_name = "bench.example.com/nfs";
inline constexpr auto server_name = "nfs.bench.test";
inline constexpr auto server_path = "/exported";
inline constexpr auto class_name = "bench";
inline constexpr auto export_id = "e0ffee00-1111-4222-8333-444444444444";
inline constexpr auto cluster_id = "c0ffee00-1111-4222-8333-444444444444";

}  // namespace nfs::bench
