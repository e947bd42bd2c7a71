#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "k8s/base/error.hpp"
#include "provisioner/storage/storage_error.hpp"

namespace nfs::simulation {

enum class Moment { before, after };  ///< the effect does not take place, or does

/// How a request to the API server can go wrong.
enum class RequestFault {
  unauthorized,
  forbidden,
  conflict,
  expired,
  invalid,
  too_many,
  internal,
  unavailable,
  timeout,
  answer_lost,
  end,  ///< (number of kinds)
};

/// What is in store for one process.
struct Fate {
  template <class What>
  struct Plan {
    std::size_t skip = 0;   ///< so many go well before
    std::size_t count = 0;  ///< so many go wrong
    What what{};
    Moment moment = Moment::before;

    /// Whether it is the turn of the one that begins now.
    [[nodiscard]] bool strikes() {
      if (count == 0) return false;
      if (skip > 0) {
        --skip;
        return false;
      }
      --count;
      return true;
    }
  };

  Plan<RequestFault> requests;
  Plan<StorageFault> storage;
  Plan<bool> death;  ///< true: the file server goes down with the process
  bool unmounted = false;

  void relent() { *this = Fate{}; }
};

}  // namespace nfs::simulation
