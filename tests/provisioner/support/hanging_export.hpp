#pragma once

#include <memory>

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"

namespace nfs::testing {

/// An export in memory whose calls can be made to hang. What a test stands before it takes `between`.
struct HangingExport {
  MemoryFileSystem inner;
  FakeClock clock;
  std::unique_ptr<FaultyFileSystem> between = std::make_unique<FaultyFileSystem>(inner);
  FaultyFileSystem* faulty = between.get();
};

}  // namespace nfs::testing
