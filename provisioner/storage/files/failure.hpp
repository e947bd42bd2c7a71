#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

/// Why one step did not work, before it is known what it was for.
struct Failure {
  StorageFault fault = StorageFault::io;
  std::string why;
};

template <class T>
using Outcome = boost::system::result<T, Failure>;

[[noreturn]] void throw_exception_from_error(Failure const& failure, boost::source_location const& where);

/// The fault that an errno stands for.
[[nodiscard]] StorageFault fault_of(int error_number);

/// errno's text, with a hint on what to do where one is known.
[[nodiscard]] Failure failure_of(int error_number);
/// Of the current errno.
[[nodiscard]] Failure last_failure();

[[nodiscard]] inline Failure not_leading() {
  return {StorageFault::not_leading, "this process does not lead"};
}

/// `cannot <action> "<path>": <why>`; the path is escaped and, when very long, cut. An empty one is the export's root.
[[nodiscard]] StorageError describe(Failure const& failure, std::string_view action, std::string_view path);

}  // namespace nfs
