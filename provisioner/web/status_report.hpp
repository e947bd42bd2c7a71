#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/clock.hpp"

namespace nfs {

struct ExportSpace {
  std::uint64_t free_bytes = 0;
  std::uint64_t total_bytes = 0;
};

/// A directory tree in the trash that cannot be removed.
struct StuckTreeStatus {
  std::string volume = {};  ///< `pvc-...`; of another name, which may tell a tenant's, only "(named in the log)"
  std::string cause = {};   ///< "the export denies permission"
};

struct ExportStatus {
  std::string name = {};
  std::string server = {};
  std::string path = {};
  std::string trouble = {};               ///< why it cannot be used now; empty: it can
  std::optional<ExportSpace> space = {};  ///< as last seen
  std::size_t archives = 0;
  std::string archives_unknown = {};  ///< why not all archives are known; empty: they are, or this replica stands by
  std::size_t resting_trees = 0;      ///< in the trash, until their time has ended
  bool retention_paused = false;      ///< nothing ends, because our clock and the server's differ
  std::size_t purge_backlog = 0;      ///< trees that are being removed
  std::size_t stuck_trees = 0;        ///< those of purge_backlog that could not be removed when last tried
  std::vector<StuckTreeStatus> first_stuck = {};  ///< a few of them
  std::size_t hung_calls = 0;
};

inline constexpr std::array<std::string_view, 5> volume_phases{"Pending", "Available", "Bound", "Released", "Failed"};

struct ClassStatus {
  std::string name = {};
  std::array<std::size_t, volume_phases.size()> volumes{};  ///< in each of volume_phases
  std::size_t waiting_claims = 0;                           ///< not Bound yet
};

/// Something that went wrong, told without anybody's names.
struct RecentError {
  std::string what = {};           ///< "provisioning"
  std::string storage_class = {};  ///< may be empty
  std::string cause = {};          ///< "no space left on the export"
  std::uint64_t count = 1;
  k8s::WallTime last = {};
};

/// The local copy of one kind of the API server's objects.
struct WatchStatus {
  std::string kind = {};             ///< "persistentvolumeclaims"
  std::chrono::milliseconds age{0};  ///< since anything came of it: an event, a bookmark, a list
  std::string trouble = {};          ///< why it must not be relied on; empty: it may be
  std::size_t unreadable = 0;        ///< objects that cannot be read, and are left alone
};

/// All that an operator sees of the program, at one moment. No name of a claim, namespace or directory is in it, and of
/// volumes only names that Kubernetes made of a uid (`pvc-...`).
struct StatusReport {
  std::string version;
  std::string commit;
  std::string provisioner;
  std::string lease;     ///< what leaders of this provisioner go by
  bool leading = false;  ///< else it stands by
  bool caches_synced = false;
  k8s::WallTime started;
  k8s::WallTime now;
  std::vector<WatchStatus> watches;
  std::vector<ExportStatus> exports;
  std::vector<ClassStatus> classes;        ///< by name
  std::vector<RecentError> recent_errors;  ///< newest first
};

[[nodiscard]] bool is_ready(StatusReport const& report);

/// What /readyz says: one line for each thing that must be well, `[+]` or `[-]` before it.
[[nodiscard]] std::string readiness_text(StatusReport const& report);

/// The page for people: HTML without scripts, everything escaped.
[[nodiscard]] std::string status_page(StatusReport const& report);

}  // namespace nfs
