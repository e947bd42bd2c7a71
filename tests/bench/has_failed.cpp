// Declared in tests/integration/support/failure_listener.hpp. Here is no test framework that could know.
#include <exception>

#include "tests/integration/support/failure_listener.hpp"

namespace nfs::test {

bool has_failed() {
  return std::uncaught_exceptions() > 0;
}

}  // namespace nfs::test
