#include "tests/bench/process_use.hpp"

#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>

namespace nfs::bench {
namespace {

std::ifstream open_file_of(pid_t process, std::string const& name) {
  std::ifstream file("/proc/" + std::to_string(process) + "/" + name);
  if (!file) throw std::runtime_error{"process " + std::to_string(process) + " is gone"};
  return file;
}

// The number after `field`, kilobytes, as MiB.
double mebibytes(pid_t process, std::string const& name, std::string const& field) {
  auto file = open_file_of(process, name);
  for (std::string word; file >> word;) {
    double kibibytes = 0;
    if (word == field && file >> kibibytes) return kibibytes / 1024;
  }
  throw std::runtime_error{"no " + field + " in " + name};
}

}  // namespace

double cpu_seconds(pid_t process) {
  auto file = open_file_of(process, "stat");
  std::string text;
  std::getline(file, text, ')');  // the name may hold blanks
  constexpr int fields_between = 11;
  for (int field = 0; field < fields_between; ++field) file >> text;
  double user = 0;
  double system = 0;
  if (!(file >> user >> system)) throw std::runtime_error{"/proc/PID/stat cannot be read"};
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

Resident resident(pid_t process) {
  return {.all = mebibytes(process, "smaps_rollup", "Rss:"),
          .anonymous = mebibytes(process, "smaps_rollup", "Anonymous:"),
          .peak = mebibytes(process, "status", "VmHWM:")};
}

}  // namespace nfs::bench
