#include "tests/simulation/campaign.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include "tests/simulation/shrink.hpp"
#include "tests/simulation/world.hpp"

namespace nfs::simulation {
namespace {

constexpr int most_failures = 3;  ///< of one process; then it has said enough

void say(std::string const& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

std::string_view name_of(Sabotage sabotage) {
  for (auto const& each : sabotages())
    if (each.what == sabotage) return each.name;
  return "none";
}

std::string listed(std::vector<std::size_t> const& kept) {
  std::string text;
  for (auto const index : kept) text += fmt::format("{}{}", text.empty() ? "" : ",", index);
  return text.empty() ? "none" : text;
}

std::string report(Campaign const& campaign, Script const& script, Violation const& violation) {
  auto const shortest = shrink(script, violation, campaign.sabotage);
  auto text = fmt::format("seed {}: broken: {}\n  {}\n  the shortest history found: {} of {} steps\n", script.seed,
                          violation.invariant, shortest.violation.details, shortest.kept.size(), script.ops.size());
  for (auto const index : shortest.kept) text += fmt::format("    {:2} {}\n", index, to_string(script.ops[index].kind));
  text += fmt::format("  to see it: {} --seed {} --keep {}", campaign.program, script.seed, listed(shortest.kept));
  if (campaign.sabotage != Sabotage::none) text += fmt::format(" --sabotage {}", name_of(campaign.sabotage));
  return text + "\n";
}

bool play_share(Campaign const& campaign, unsigned share) {
  int failures = 0;
  for (auto seed = campaign.first + share; seed < campaign.first + campaign.seeds; seed += campaign.jobs) {
    auto const script = write_script(seed);
    auto const violation = World(script, {.sabotage = campaign.sabotage, .trace = {}}).play();
    if (!violation) continue;
    say(report(campaign, script, *violation));
    if (++failures == most_failures) return false;
  }
  return failures == 0;
}

/// Plays in a process of its own; what breaks there, breaks there.
template <class Work>
pid_t fork_off(Work work) {
  auto const child = ::fork();
  if (child == 0) ::_exit(work() ? 0 : 1);
  return child;
}

bool all_well(std::vector<pid_t> const& children) {
  bool well = true;
  for (auto const child : children) {
    int status = 0;
    bool const ended = child > 0 && ::waitpid(child, &status, 0) == child;
    if (ended && WIFSIGNALED(status)) say(fmt::format("a process was ended by signal {}\n", WTERMSIG(status)));
    well = well && ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  return well;
}

/// With nothing broken on purpose. A history that fails all the same catches nothing.
bool is_innocent(Script const& script) {
  return !World(script, {.sabotage = Sabotage::none, .trace = {}}).play();
}

bool catches(std::uint64_t seed, SabotageEntry const& entry) {
  auto const script = write_script(seed);
  auto const violation = World(script, {.sabotage = entry.what, .trace = {}}).play();
  if (!violation || !is_innocent(script)) return false;
  say(fmt::format("{:26} caught by seed {:5}: {}\n", entry.name, seed, violation->invariant));
  return true;
}

bool catch_one(Campaign const& campaign, SabotageEntry const& entry) {
  if (catches(entry.seed, entry)) return true;
  for (auto seed = campaign.first; seed < campaign.first + campaign.seeds; ++seed)
    if (catches(seed, entry)) return true;
  say(fmt::format("{:26} NOT CAUGHT in {} histories\n", entry.name, campaign.seeds));
  return false;
}

}  // namespace

bool run(Campaign const& campaign) {
  auto const start = std::chrono::steady_clock::now();
  std::vector<pid_t> children;
  for (unsigned share = 0; share < campaign.jobs; ++share)
    children.push_back(fork_off([&] { return play_share(campaign, share); }));
  bool const well = all_well(children);
  auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  say(fmt::format("{} histories from seed {} in {:.1f} s: {}\n", campaign.seeds, campaign.first, seconds,
                  well ? "every promise was kept" : "a promise was broken (a process stops at its third)"));
  return well;
}

bool replay(Campaign const& campaign, std::uint64_t seed, std::vector<std::size_t> const& kept) {
  auto const whole = write_script(seed);
  auto const script = kept.empty() ? whole : keep_only(whole, kept);
  auto const violation =
      World(script, {.sabotage = campaign.sabotage, .trace = [](std::string const& line) { say(line + "\n"); }}).play();
  if (violation) say(fmt::format("broken: {}\n  {}\n", violation->invariant, violation->details));
  return !violation;
}

bool catch_sabotages(Campaign const& campaign) {
  std::vector<pid_t> children;
  for (unsigned share = 0; share < campaign.jobs; ++share)
    children.push_back(fork_off([&] {
      bool caught = true;
      for (std::size_t i = share; i < sabotages().size(); i += campaign.jobs)
        caught = catch_one(campaign, sabotages()[i]) && caught;
      return caught;
    }));
  return all_well(children);
}

}  // namespace nfs::simulation
