#pragma once

#include <chrono>
#include <set>
#include <string>

#include "k8s/base/error.hpp"
#include "k8s/base/log.hpp"

namespace k8s {

/// Keeps a thing that fails again and again from filling the log: each distinct failure is logged once until all is
/// well again, and then that it is. Not thread-safe.
class FailureLog {
 public:
  /// `subject` opens each line ("watching persistentvolumes"). `log` must outlive this.
  FailureLog(Log const& log, std::string subject);

  /// True if it was logged. Failures of the server differ by code and reason, others by their message without its
  /// numbers (ports, milliseconds). Cancelled ones are never logged.
  bool failed(Error const& error);
  bool failed(Error const& error, std::chrono::milliseconds retry_in);
  /// Says so if something had been logged.
  void recovered();

 private:
  bool is_new(Error const& error);

  Log const& log_;
  std::string subject_;
  std::set<std::string> logged_;
};

}  // namespace k8s
