#pragma once

#include <ucontext.h>

#include <functional>
#include <memory>
#include <optional>

#include "k8s/base/clock.hpp"

namespace nfs::simulation {

/// Thrown inside a fiber whose process has died. No std::exception, so that nothing on the way takes it for an error.
struct Killed {};

/// A stack of its own within one thread: code that blocks by itself (a worker, a reflector) runs in one and goes on
/// only when it is resumed. Everything happens in the order in which the scheduler resumes.
class Fiber {
 public:
  using Ready = std::function<bool()>;

  explicit Fiber(std::function<void()> body);
  ~Fiber();  ///< kills what has not ended
  Fiber(Fiber const&) = delete;
  Fiber& operator=(Fiber const&) = delete;

  /// Runs until the body waits or ends.
  void resume();
  /// Unwinds the body: the point where it waits throws Killed.
  void kill();
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] bool ready(k8s::SteadyTime now) const;
  /// When it goes on by itself; nullopt: what it waits for is no time.
  [[nodiscard]] std::optional<k8s::SteadyTime> wakes_at() const { return wakes_at_; }

  // --- from within the body ---
  static void yield();  ///< somebody else's turn; ready at once
  static void wait(Ready ready);
  /// Until `early` says so, too, if it is given.
  static void wait_until(k8s::SteadyTime time, Ready early = {});
  [[nodiscard]] static bool inside();  ///< whether a fiber is running at all
  /// As yield(), but tells instead of throwing: false if the fiber was killed.
  [[nodiscard]] static bool try_yield() noexcept;

 private:
  class Stack;

  static void enter();
  void switch_in();
  void switch_out();
  void sleep();

  std::function<void()> body_;
  std::unique_ptr<Stack> stack_;
  ucontext_t context_{};
  ucontext_t back_{};
  Ready ready_;
  std::optional<k8s::SteadyTime> wakes_at_;
  bool started_ = false;
  bool killed_ = false;
  bool done_ = false;
  void* fake_stack_ = nullptr;  // AddressSanitizer's, of this fiber and of who resumed it
  void* fake_stack_back_ = nullptr;
  void const* back_bottom_ = nullptr;
  std::size_t back_size_ = 0;
};

}  // namespace nfs::simulation
