#include "provisioner/controller/permission_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nfs {
namespace {

// kube-controller-manager before 1.20 deletes a volume whose claim it has not seen yet (kubernetes#83177).
bool is_new_enough(k8s::ServerVersion const& version) {
  return version.major > 1 || (version.major == 1 && version.minor >= 20);
}

k8s::Result<bool> ask(std::optional<PermissionNeed> const& need, k8s::Client& client, std::stop_token const& stop) {
  if (!need) {
    auto const version = client.server_version(stop);
    if (version.has_error()) return version.error();
    return is_new_enough(*version);
  }
  auto const answer = client.may_i(need->question, stop);
  if (answer.has_error()) return answer.error();
  return answer->allowed;
}

ReviewAnswer meaning_of(k8s::Result<bool> const& answer) {
  if (answer.has_value()) return *answer ? ReviewAnswer::allowed : ReviewAnswer::denied;
  return answer.error().forbidden() ? ReviewAnswer::refused : ReviewAnswer::none;
}

std::vector<std::optional<PermissionNeed>> questions_of(Binding wanted) {
  std::vector<std::optional<PermissionNeed>> questions;
  for (auto& need : permission_needs(wanted)) questions.emplace_back(std::move(need));
  if (wanted == Binding::eager) questions.emplace_back(std::nullopt);
  return questions;
}

}  // namespace

Permissions permissions_until_answered() {
  return {.patch_volumes = false};
}

PermissionWatch::PermissionWatch(Binding wanted, SharedSettings& settings, k8s::Clock const& clock, k8s::Log const& log,
                                 std::uint64_t seed)
    : settings_(settings),
      clock_(clock),
      log_(log),
      questions_(questions_of(wanted)),
      failures_(log, "asking what is allowed"),
      progress_(questions_.size()),
      random_(seed) {}

void PermissionWatch::run(k8s::Client& client, std::stop_token stop, Widened const& widened) {
  while (!stop.stop_requested()) {
    auto const next = ask_what_is_due(client, stop, widened);
    auto const pause = std::chrono::ceil<std::chrono::milliseconds>(next - clock_.steady());
    if (!clock_.wait_for(std::max(pause, std::chrono::milliseconds{1}), stop)) return;
  }
}

k8s::SteadyTime PermissionWatch::ask_what_is_due(k8s::Client& client, std::stop_token stop, Widened const& widened) {
  {
    k8s::MutexLock const lock(mutex_);
    if (!began_) began_ = clock_.steady();
  }
  bool wider = false;
  for (std::size_t number = 0; number < questions_.size() && !stop.stop_requested(); ++number) {
    if (!begin(number, &ReviewState::due)) continue;
    wider = review(number, client, stop) || wider;
  }
  if (wider && widened) widened();
  k8s::MutexLock const lock(mutex_);
  auto const next = std::ranges::min_element(progress_, {}, [](Progress const& each) { return each.state.due; });
  return next->state.due;
}

bool PermissionWatch::may_serve() const {
  k8s::MutexLock const lock(mutex_);
  return serves();
}

bool PermissionWatch::serves() const {
  return began_ && (enough_is_known() || clock_.steady() - *began_ >= longest_start);
}

bool PermissionWatch::enough_is_known() const {
  return std::ranges::all_of(progress_, [](Progress const& each) { return is_settled(each.state); });
}

Ruling PermissionWatch::ask_about(bool Permissions::*permission, k8s::Client& client, std::stop_token stop) {
  auto const found =
      std::ranges::find_if(questions_, [&](Question const& each) { return each && each->feature == permission; });
  // With binding=controller nothing is asked about what only binding needs, and nothing is done that needs it.
  if (found == questions_.end()) return Ruling::about_object;
  auto const number = static_cast<std::size_t>(found - questions_.begin());
  if (begin(number, &ReviewState::quiet_until)) (void)review(number, client, stop);
  k8s::MutexLock const lock(mutex_);
  auto const& progress = progress_[number];
  if (progress.being_asked && progress.state.allowed != false) return Ruling::unknown;
  (void)apply(number);
  return ruling_of(progress.state);
}

// True: it is this thread's to ask, which review() does.
bool PermissionWatch::begin(std::size_t number, k8s::SteadyTime ReviewState::*not_before) {
  k8s::MutexLock const lock(mutex_);
  auto& progress = progress_[number];
  if (progress.being_asked || clock_.steady() < progress.state.*not_before) return false;
  progress.being_asked = true;
  return true;
}

// True: more can be done than before, and serving began without it.
bool PermissionWatch::review(std::size_t number, k8s::Client& client, std::stop_token const& stop) {
  auto const answer = ask(questions_[number], client, stop);
  k8s::MutexLock const lock(mutex_);
  progress_[number].being_asked = false;
  if (answer.has_error() && answer.error().is(k8s::ErrorKind::cancelled)) return false;
  return note(number, answer);
}

bool PermissionWatch::note(std::size_t number, k8s::Result<bool> const& answer) {
  // Also since the round began: an answer may take longer than serving waits for it.
  bool const served = serves();
  auto const wish =
      answer.has_value() ? std::chrono::milliseconds{} : answer.error().retry_after.value_or(std::chrono::seconds{});
  auto const unit = std::uniform_real_distribution<>(0, 1)(random_);
  auto& state = progress_[number].state;
  auto const reviewed = after_review(state, meaning_of(answer), clock_.steady(), unit, wish);
  state = reviewed.state;
  if (answer.has_error()) failures_.failed(answer.error());
  auto const is_well = [](Progress const& each) { return each.state.failures == 0 && !each.state.may_not_ask; };
  if (std::ranges::all_of(progress_, is_well)) failures_.recovered();
  tell(questions_[number], reviewed.news);
  return apply(number) && served;
}

// The settings follow what the last answer said. True: more can be done than before.
bool PermissionWatch::apply(std::size_t number) {
  auto const& answer = progress_[number].state.allowed;
  if (!answer) return false;
  bool const allowed = *answer;
  auto const& question = questions_[number];
  if (!question) return settings_.set(allowed ? Binding::eager : Binding::direct) && allowed;
  return question->feature != nullptr && settings_.set(question->feature, allowed) && allowed;
}

void PermissionWatch::tell(Question const& question, ReviewNews news) const {
  if (news == ReviewNews::nothing) return;
  bool const missing = news == ReviewNews::missing;
  if (!question) {
    missing ? log_.warning("binding=eager needs an API server of 1.20 or newer; acting as binding=direct")
            : log_.info("the API server is new enough for binding=eager");
    return;
  }
  auto const what = to_string(question->question);
  missing ? log_.warning("permission is missing: " + what, {{"effect", std::string(question->without)}})
          : log_.info("permission is granted now: " + what);
}

}  // namespace nfs
