#include "k8s/leader/choose_lock.hpp"

#include <algorithm>
#include <cctype>

namespace k8s {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t verbs = 4;  // asked about each kind of lock

std::vector<AccessQuestion> endpoints_questions(std::string const& name_space) {
  std::vector<AccessQuestion> questions;
  for (auto const* verb : {"get", "create", "patch", "watch"})
    questions.push_back({verb, {}, "endpoints", {}, name_space});
  return questions;
}

}  // namespace

std::vector<AccessQuestion> lease_questions(std::string const& name_space) {
  std::vector<AccessQuestion> questions;
  for (auto const* verb : {"get", "create", "update", "watch"})
    questions.push_back({verb, "coordination.k8s.io", "leases", {}, name_space});
  return questions;
}

LockChooser::LockChooser(std::string const& name_space) {
  for (auto& question : lease_questions(name_space)) questions_.push_back({std::move(question)});
  for (auto& question : endpoints_questions(name_space)) questions_.push_back({std::move(question)});
}

Result<LockChoice> LockChooser::choose(Client& client, std::stop_token stop) {
  std::optional<Error> failure;
  for (auto& each : questions_) {
    if (each.allowed) continue;
    auto const answer = client.may_i(each.question, stop);
    if (answer.has_value()) {
      each.allowed = answer->allowed;
      continue;
    }
    failure = answer.error();
    if (failure->forbidden() || failure->is(ErrorKind::cancelled)) break;
  }
  if (failure) return *failure;
  auto const chosen = choice();
  for (auto& each : questions_) each.allowed.reset();
  return chosen;
}

LockChoice LockChooser::choice() const {
  auto const allowed = [&](std::size_t lock, std::size_t verb) { return *questions_[lock * verbs + verb].allowed; };
  auto const can_hold = [&](std::size_t lock) { return allowed(lock, 0) && allowed(lock, 1) && allowed(lock, 2); };
  if (can_hold(0)) return {LockKind::lease, allowed(0, 3), allowed(1, 0)};
  if (can_hold(1)) return {LockKind::endpoints, allowed(1, 3), false};
  return {};
}

Result<LockChoice> choose_lock(Client& client, std::string const& name_space, std::stop_token stop) {
  return LockChooser(name_space).choose(client, std::move(stop));
}

std::string lock_name(std::string_view qualified_name) {
  std::string name(qualified_name.substr(0, longest_name));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return std::isalnum(c) != 0 ? static_cast<char>(std::tolower(c)) : c == '.' ? '.' : '-';
  });
  return name;
}

}  // namespace k8s
