#include "provisioner/base/spare_memory.hpp"

#include <malloc.h>
#include <sys/mman.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

namespace nfs {
namespace {

// A mapping as proc(5), maps, has it: "7f1c0000-7f1c8000 r-xp 00001000 fe:01 4711   /usr/lib/…/libc.so.6".
struct Mapping {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool is_code_of_file = false;
};

Mapping mapping_in(std::string const& line) {
  constexpr std::size_t longest_permissions = 7;
  Mapping mapping;
  char permissions[longest_permissions + 1] = {};
  // NOLINTNEXTLINE(cert-err34-c): the kernel wrote the line.
  if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %7s", &mapping.begin, &mapping.end, permissions) != 3) {
    return {};
  }
  // Nobody writes to these pages: each is as the file has it.
  mapping.is_code_of_file = std::string(permissions) == "r-xp" && line.find('/') != std::string::npos;
  return mapping;
}

}  // namespace

void return_spare_memory() {
  ::malloc_trim(0);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    auto const mapping = mapping_in(line);
    if (!mapping.is_code_of_file) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address that was read as a number.
    (void)::madvise(reinterpret_cast<void*>(mapping.begin), mapping.end - mapping.begin, MADV_DONTNEED);
  }
}

}  // namespace nfs
