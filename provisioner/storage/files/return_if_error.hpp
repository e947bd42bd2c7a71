#pragma once

#include <utility>

// Passing an error on. Both work on a StorageResult (any boost::system::result) within a function that returns one with
// the same error; both evaluate the expression once.

/// Gives up with the error of `expression`, if it is one.
#define RETURN_IF_ERROR(expression)                           \
  do {                                                        \
    if (auto const tried = (expression); tried.has_error()) { \
      return tried.error();                                   \
    }                                                         \
  } while (false)

/// `ASSIGN_OR_RETURN(auto const intent, find_intent(volume));` declares `intent` with the value of the expression, or
/// gives up with its error. Two statements: not to be the whole body of an `if`.
#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_BY(ASSIGN_OR_RETURN_NAME(tried_, __LINE__), declaration, expression)

#define ASSIGN_OR_RETURN_NAME(prefix, line) ASSIGN_OR_RETURN_JOINED(prefix, line)
#define ASSIGN_OR_RETURN_JOINED(prefix, line) prefix##line
// A name that is declared cannot stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define ASSIGN_OR_RETURN_BY(tried, declaration, expression) \
  auto tried = (expression);                                \
  if (tried.has_error()) {                                  \
    return tried.error();                                   \
  }                                                         \
  declaration = std::move(*tried)
// NOLINTEND(bugprone-macro-parentheses)
