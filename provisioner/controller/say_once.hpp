#pragma once

#include <string>
#include <utility>

namespace nfs {

/// So that a loop says the same thing once until it changes. Of one thread.
class SayOnce {
 public:
  [[nodiscard]] bool changed(std::string const& message) { return std::exchange(last_, message) != message; }

 private:
  std::string last_;
};

}  // namespace nfs
