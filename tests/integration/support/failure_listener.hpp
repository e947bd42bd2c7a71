#pragma once

namespace nfs::test {

/// Whether the test that runs now has failed already, by a check or by an exception.
[[nodiscard]] bool has_failed();

}  // namespace nfs::test
