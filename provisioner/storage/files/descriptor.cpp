#include "provisioner/storage/files/descriptor.hpp"

#include <cerrno>

namespace nfs {

int Descriptor::close() {
  if (number_ < 0) return 0;
  int const result = ::close(release());
  return result == 0 || errno == EINTR ? 0 : errno;
}

}  // namespace nfs
