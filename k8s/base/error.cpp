#include "k8s/base/error.hpp"

#include <fmt/core.h>

#include <stdexcept>

namespace k8s {

void throw_exception_from_error(Error const& error, boost::source_location const& where) {
  throw std::logic_error(
      fmt::format("{}:{}: value() of an unread error: {}", where.file_name(), where.line(), error.message));
}

}  // namespace k8s
