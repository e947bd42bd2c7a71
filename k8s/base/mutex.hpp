#pragma once

#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <stop_token>

// Which lock guards what, in words that clang's -Wthread-safety checks (tests/lint/thread_safety.sh). Other compilers
// read over them. On a member:
//   GUARDED_BY(mutex)         only to be touched with the lock held
// On a function:
//   REQUIRES(mutex)           to be called with the lock held
//   EXCLUDES(mutex)           takes the lock itself: not to be called with it held
//   RETURN_CAPABILITY(mutex)  gives this very lock out, for the caller to take
//   UNCHECKED_LOCKING         the check cannot follow it; a comment says why
// On a lambda they stand behind its parameters: [this]() REQUIRES(mutex_) { ... }
#if defined(__clang__)
#define THREAD_SAFETY(attribute) __attribute__((attribute))
#else
#define THREAD_SAFETY(attribute)
#endif

#define GUARDED_BY(mutex) THREAD_SAFETY(guarded_by(mutex))
#define REQUIRES(...) THREAD_SAFETY(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) THREAD_SAFETY(locks_excluded(__VA_ARGS__))
#define RETURN_CAPABILITY(mutex) THREAD_SAFETY(lock_returned(mutex))
#define UNCHECKED_LOCKING THREAD_SAFETY(no_thread_safety_analysis)
// Of the classes below alone.
#define LOCKABLE THREAD_SAFETY(capability("mutex"))
#define SCOPED_LOCK THREAD_SAFETY(scoped_lockable)
#define LOCKS(...) THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define LOCKS_SHARED(...) THREAD_SAFETY(acquire_shared_capability(__VA_ARGS__))
#define UNLOCKS(...) THREAD_SAFETY(release_generic_capability(__VA_ARGS__))

namespace k8s {

/// std::mutex, which the standard library does not annotate.
class LOCKABLE Mutex {
 public:
  void lock() LOCKS() { mutex_.lock(); }
  void unlock() UNLOCKS() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for as long as it lives.
class SCOPED_LOCK MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LOCKS(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() UNLOCKS() { mutex_.unlock(); }
  MutexLock(MutexLock const&) = delete;
  MutexLock& operator=(MutexLock const&) = delete;

 private:
  Mutex& mutex_;
};

/// std::shared_mutex: many readers, or one writer.
class LOCKABLE SharedMutex {
 public:
  void lock() LOCKS() { mutex_.lock(); }
  void unlock() UNLOCKS() { mutex_.unlock(); }
  void lock_shared() LOCKS_SHARED() { mutex_.lock_shared(); }
  void unlock_shared() UNLOCKS() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

class SCOPED_LOCK WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) LOCKS(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~WriterLock() UNLOCKS() { mutex_.unlock(); }
  WriterLock(WriterLock const&) = delete;
  WriterLock& operator=(WriterLock const&) = delete;

 private:
  SharedMutex& mutex_;
};

class SCOPED_LOCK ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) LOCKS_SHARED(mutex) : mutex_(mutex) { mutex_.lock_shared(); }
  ~ReaderLock() UNLOCKS() { mutex_.unlock_shared(); }
  ReaderLock(ReaderLock const&) = delete;
  ReaderLock& operator=(ReaderLock const&) = delete;

 private:
  SharedMutex& mutex_;
};

/// std::condition_variable_any for a Mutex. Whoever waits holds it, through a MutexLock, before and after; while it
/// waits, others can have it. `holds` says what is waited for, and is called with the lock held. Those that give a bool
/// give what `holds` said last.
class Condition {
 public:
  void notify_one() noexcept { changed_.notify_one(); }
  void notify_all() noexcept { changed_.notify_all(); }

  template <class Holds>
  void wait(Mutex& mutex, Holds holds) REQUIRES(mutex) {
    changed_.wait(mutex, holds);
  }
  /// A requested stop ends this wait, and those below that are given one.
  template <class Holds>
  bool wait(Mutex& mutex, std::stop_token const& stop, Holds holds) REQUIRES(mutex) {
    return changed_.wait(mutex, stop, holds);
  }
  template <class Duration, class Holds>
  bool wait_for(Mutex& mutex, Duration most, Holds holds) REQUIRES(mutex) {
    return changed_.wait_for(mutex, most, holds);
  }
  template <class Duration, class Holds>
  bool wait_for(Mutex& mutex, std::stop_token const& stop, Duration most, Holds holds) REQUIRES(mutex) {
    return changed_.wait_for(mutex, stop, most, holds);
  }
  template <class Time, class Holds>
  bool wait_until(Mutex& mutex, std::stop_token const& stop, Time until, Holds holds) REQUIRES(mutex) {
    return changed_.wait_until(mutex, stop, until, holds);
  }

 private:
  std::condition_variable_any changed_;
};

}  // namespace k8s
