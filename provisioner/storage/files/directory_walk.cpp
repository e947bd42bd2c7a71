#include "provisioner/storage/files/directory_walk.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>

#include "provisioner/storage/files/interrupted.hpp"

namespace nfs {
namespace {

constexpr int directory_flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

int open_beneath(int root, std::string const& path) {
  open_how how{};
  how.flags = static_cast<unsigned>(O_PATH | directory_flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return uninterrupted([&] { return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)); });
}

Outcome<Descriptor> open_by_components(int root, std::string_view path) {
  Descriptor current;
  while (true) {
    auto const slash = path.find('/');
    auto const name = std::string(path.substr(0, slash));
    auto next = open_directory_at(current.is_open() ? current.get() : root, name.c_str(), O_PATH);
    if (next.has_error() || slash == std::string_view::npos) return next;
    current = std::move(*next);
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

Outcome<Descriptor> open_directory_at(int parent, char const* name, int access) {
  Descriptor opened(uninterrupted([&] { return ::openat(parent, name, access | directory_flags); }));
  if (!opened.is_open()) return last_failure();
  return opened;
}

Outcome<Descriptor> DirectoryWalk::open(int root, std::string_view path) {
  if (method_ == WalkMethod::components) return open_by_components(root, path);
  Descriptor opened(open_beneath(root, std::string(path)));
  if (opened.is_open()) return opened;
  if (int const number = errno; !falls_back(number)) return failure_of(number);
  return open_by_components(root, path);
}

bool DirectoryWalk::falls_back(int error_number) {
  switch (error_number) {
    case ENAMETOOLONG:  // over PATH_MAX as a whole; a single name that is too long fails again below
      return true;
    case ENOSYS:
    case EPERM:
    case E2BIG:
    case EINVAL:
      if (method_ == WalkMethod::openat2) return false;
      method_ = WalkMethod::components;
      return true;
    default:
      return false;
  }
}

}  // namespace nfs
