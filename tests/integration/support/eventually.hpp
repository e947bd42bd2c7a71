#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>

namespace nfs::test {

/// So long a thing may take before a test gives up: no measure of speed, the machine may be busy.
inline constexpr std::chrono::seconds patience{120};

/// Asks `condition` again and again until it holds (true, or a non-empty optional or pointer) and returns what it said.
/// Throws, naming `what`, when it does not within `most`.
template <class Condition>
auto eventually(std::string const& what, Condition condition, std::chrono::seconds most = patience)
    -> std::invoke_result_t<Condition> {
  auto const end = std::chrono::steady_clock::now() + most;
  for (;;) {
    auto result = condition();
    if (result) return result;
    if (std::chrono::steady_clock::now() >= end) throw std::runtime_error{"not in time: " + what};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

}  // namespace nfs::test
