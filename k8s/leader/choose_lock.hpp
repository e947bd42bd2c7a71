#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "k8s/api/client.hpp"

namespace k8s {

enum class LockKind { lease, endpoints, none };

/// What we are allowed to do with locks in one namespace.
struct LockChoice {
  LockKind kind = LockKind::none;
  bool may_follow = false;          ///< watch it: its release is seen at once, not at the next look
  bool may_see_forerunner = false;  ///< with a Lease: get the Endpoints lock of the same name
};

/// What is asked about, for a Lease: get, create, update, watch, in that order.
[[nodiscard]] std::vector<AccessQuestion> lease_questions(std::string const& name_space);

/// Asks the API server which lock is allowed (SelfSubjectAccessReview). Answers are kept: where requests fail, a second
/// try asks for the rest alone. Not thread-safe.
class LockChooser {
 public:
  explicit LockChooser(std::string const& name_space);

  /// A Lease wherever it is allowed; else the older lock on Endpoints, which older RBAC allows and which others under
  /// the same RBAC hold; else none. An error when an answer is missing. After a choice all is asked anew.
  [[nodiscard]] Result<LockChoice> choose(Client& client, std::stop_token stop);

 private:
  struct Question {
    AccessQuestion question;
    std::optional<bool> allowed = {};
  };

  [[nodiscard]] LockChoice choice() const;

  std::vector<Question> questions_;  ///< about a Lease, then about Endpoints
};

/// One try.
[[nodiscard]] Result<LockChoice> choose_lock(Client& client, std::string const& name_space, std::stop_token stop);

/// A name of a lock for any qualified name: `/` becomes `-`; what an object's name may not hold is made so that it may.
[[nodiscard]] std::string lock_name(std::string_view qualified_name);

}  // namespace k8s
