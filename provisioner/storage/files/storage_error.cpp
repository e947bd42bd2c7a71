#include "provisioner/storage/files/storage_error.hpp"

#include <stdexcept>

#include "provisioner/storage/files/failure.hpp"

namespace nfs {

void throw_exception_from_error(StorageError const& error, boost::source_location const& where) {
  throw std::logic_error(std::string(where.file_name()) + ": unchecked storage error: " + error.message);
}

void throw_exception_from_error(Failure const& failure, boost::source_location const& where) {
  throw std::logic_error(std::string(where.file_name()) + ": unchecked failure: " + failure.why);
}

}  // namespace nfs
