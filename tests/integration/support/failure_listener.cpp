#include "tests/integration/support/failure_listener.hpp"

#include <exception>

#define CATCH_CONFIG_EXTERNAL_INTERFACES  // listeners, in Catch2 2.x
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

bool assertion_failed = false;

#if CATCH_VERSION_MAJOR >= 3
using ListenerBase = Catch::EventListenerBase;
#else
using ListenerBase = Catch::TestEventListenerBase;
#endif

// Catch tells its listeners alone.
class FailureListener : public ListenerBase {
 public:
  using ListenerBase::ListenerBase;
  void testCaseStarting(Catch::TestCaseInfo const& /*info*/) override { assertion_failed = false; }
#if CATCH_VERSION_MAJOR >= 3
  void assertionEnded(Catch::AssertionStats const& stats) override {
    assertion_failed = assertion_failed || !stats.assertionResult.isOk();
  }
#else
  bool assertionEnded(Catch::AssertionStats const& stats) override {
    assertion_failed = assertion_failed || !stats.assertionResult.isOk();
    return true;
  }
#endif
};

CATCH_REGISTER_LISTENER(FailureListener)

}  // namespace

bool has_failed() {
  return assertion_failed || std::uncaught_exceptions() > 0;
}

}  // namespace nfs::test
