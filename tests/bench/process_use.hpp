#pragma once

#include <sys/types.h>

namespace nfs::bench {

/// Seconds of CPU that a process has used in user and kernel mode (proc(5), stat: utime and stime). Throws when there
/// is no such process.
[[nodiscard]] double cpu_seconds(pid_t process);

/// Memory of a process, in MiB (proc(5), smaps_rollup: Rss, Anonymous; status: VmHWM).
struct Resident {
  double all = 0;
  double anonymous = 0;  ///< without pages of files, code above all
  double peak = 0;
};
[[nodiscard]] Resident resident(pid_t process);

}  // namespace nfs::bench
