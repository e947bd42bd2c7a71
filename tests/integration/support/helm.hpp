#pragma once

#include <string>

#include "tests/integration/support/scene.hpp"

namespace nfs::test {

/// The real helm, in a scene's namespace, as the administrator of the shared control plane.
class Helm {
 public:
  /// Throws when there is none: `make setup` builds it.
  explicit Helm(Scene& scene);

  /// Words as in a shell. Throws, with what helm said, when it fails.
  void run(std::string const& words);
  /// The directory of a chart of these tests.
  [[nodiscard]] static std::string chart(std::string const& name);

 private:
  Scene& scene_;
  std::string binary_;
};

}  // namespace nfs::test
