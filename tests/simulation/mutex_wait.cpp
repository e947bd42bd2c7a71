// A mutex that another fiber holds is waited for by letting the others go on: all fibers share one thread, which would
// wait for itself. The product's locks are thus at work in the simulation as they are in its threads.
#include <pthread.h>

#include <cerrno>
#include <cstdlib>

#include "tests/simulation/fiber.hpp"

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  while (true) {
    int const result = ::pthread_mutex_trylock(mutex);
    if (result != EBUSY) return result;
    if (!nfs::simulation::Fiber::inside()) std::abort();
    // The dead get no lock: std::mutex throws, and the fiber ends.
    if (!nfs::simulation::Fiber::try_yield()) return EDEADLK;
  }
}
