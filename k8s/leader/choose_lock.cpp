#include "k8s/leader/choose_lock.hpp"

#include <algorithm>
#include <cctype>

namespace k8s {
namespace {

constexpr std::size_t longest_name = 253;

std::vector<AccessQuestion> endpoints_questions(std::string const& name_space) {
  std::vector<AccessQuestion> questions;
  for (auto const* verb : {"get", "create", "patch", "watch"})
    questions.push_back({verb, {}, "endpoints", {}, name_space});
  return questions;
}

/// Whether each is allowed.
Result<std::vector<bool>> ask(Client& client, std::vector<AccessQuestion> const& questions, std::stop_token stop) {
  std::vector<bool> answers;
  for (auto const& question : questions) {
    auto const answer = client.may_i(question, stop);
    if (answer.has_error()) return answer.error();
    answers.push_back(answer->allowed);
  }
  return answers;
}

bool can_hold(std::vector<bool> const& answers) {
  return answers[0] && answers[1] && answers[2];
}

}  // namespace

std::vector<AccessQuestion> lease_questions(std::string const& name_space) {
  std::vector<AccessQuestion> questions;
  for (auto const* verb : {"get", "create", "update", "watch"})
    questions.push_back({verb, "coordination.k8s.io", "leases", {}, name_space});
  return questions;
}

Result<LockChoice> choose_lock(Client& client, std::string const& name_space, std::stop_token stop) {
  auto const lease = ask(client, lease_questions(name_space), stop);
  if (lease.has_error()) return lease.error();
  auto const endpoints = ask(client, endpoints_questions(name_space), stop);
  if (endpoints.has_error()) return endpoints.error();
  if (can_hold(*lease)) return LockChoice{LockKind::lease, (*lease)[3], (*endpoints)[0]};
  if (can_hold(*endpoints)) return LockChoice{LockKind::endpoints, (*endpoints)[3], false};
  return LockChoice{};
}

std::string lock_name(std::string_view qualified_name) {
  std::string name(qualified_name.substr(0, longest_name));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return std::isalnum(c) != 0 ? static_cast<char>(std::tolower(c)) : c == '.' ? '.' : '-';
  });
  return name;
}

}  // namespace k8s
