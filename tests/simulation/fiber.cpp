#include "tests/simulation/fiber.hpp"

#include <sys/mman.h>

#include <stdexcept>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace nfs::simulation {
namespace {

constexpr std::size_t stack_bytes = std::size_t{1} << 20;

Fiber*& current() {
  static thread_local Fiber* fiber = nullptr;
  return fiber;
}

// The sanitizer must know on which stack the program is.
void start_switch([[maybe_unused]] void** save, [[maybe_unused]] void const* bottom,
                  [[maybe_unused]] std::size_t size) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(save, bottom, size);
#endif
}

void finish_switch([[maybe_unused]] void* saved, [[maybe_unused]] void const** bottom,
                   [[maybe_unused]] std::size_t* size) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(saved, bottom, size);
#endif
}

}  // namespace

/// Memory of ended fibers is used again: what was touched once needs no new pages.
class Fiber::Stack {
 public:
  Stack() {
    auto& spare = spares();
    if (!spare.empty()) {
      memory_ = spare.back();
      spare.pop_back();
      return;
    }
    memory_ = ::mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory_ == MAP_FAILED) throw std::runtime_error("no memory for a stack");
  }
  ~Stack() { spares().push_back(memory_); }
  Stack(Stack const&) = delete;
  Stack& operator=(Stack const&) = delete;

  [[nodiscard]] void* bottom() const { return memory_; }

 private:
  static std::vector<void*>& spares() {
    static thread_local std::vector<void*> list;
    return list;
  }

  void* memory_ = nullptr;
};

Fiber::Fiber(std::function<void()> body) : body_(std::move(body)) {}

Fiber::~Fiber() {
  kill();
}

void Fiber::enter() {
  auto* self = current();
  finish_switch(nullptr, &self->back_bottom_, &self->back_size_);
  try {
    self->body_();
  } catch (Killed const&) {  // the process of this fiber died
  } catch (std::exception const&) {
    if (!self->killed_) throw;  // a lock that the dead did not get
  }
  self->done_ = true;
  start_switch(nullptr, self->back_bottom_, self->back_size_);
  ::swapcontext(&self->context_, &self->back_);
}

void Fiber::switch_in() {
  auto* outer = std::exchange(current(), this);
  start_switch(&fake_stack_back_, stack_->bottom(), stack_bytes);
  ::swapcontext(&back_, &context_);
  finish_switch(fake_stack_back_, nullptr, nullptr);
  current() = outer;
}

void Fiber::switch_out() {
  start_switch(&fake_stack_, back_bottom_, back_size_);
  ::swapcontext(&context_, &back_);
  finish_switch(fake_stack_, &back_bottom_, &back_size_);
}

void Fiber::resume() {
  if (done_) return;
  if (!started_) {
    started_ = true;
    stack_ = std::make_unique<Stack>();
    ::getcontext(&context_);
    context_.uc_stack.ss_sp = stack_->bottom();
    context_.uc_stack.ss_size = stack_bytes;
    context_.uc_link = nullptr;
    ::makecontext(&context_, &Fiber::enter, 0);
  }
  switch_in();
  if (done_) stack_.reset();
}

void Fiber::kill() {
  killed_ = true;
  if (!started_) done_ = true;
  while (!done_) resume();
}

bool Fiber::ready(k8s::SteadyTime now) const {
  if (done_) return false;
  if (ready_ && ready_()) return true;
  return wakes_at_ ? now >= *wakes_at_ : !ready_;
}

void Fiber::sleep() {
  if (killed_) throw Killed{};
  switch_out();
  ready_ = nullptr;
  wakes_at_.reset();
  if (killed_) throw Killed{};
}

void Fiber::yield() {
  current()->sleep();
}

bool Fiber::try_yield() noexcept {
  auto* self = current();
  if (!self->killed_) self->switch_out();
  return !self->killed_;
}

void Fiber::wait(Ready ready) {
  current()->ready_ = std::move(ready);
  current()->sleep();
}

void Fiber::wait_until(k8s::SteadyTime time, Ready early) {
  current()->ready_ = std::move(early);
  current()->wakes_at_ = time;
  current()->sleep();
}

bool Fiber::inside() {
  return current() != nullptr;
}

}  // namespace nfs::simulation
