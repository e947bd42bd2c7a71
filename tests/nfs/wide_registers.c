/* Preloaded into user-mode Linux 6.1, so that it starts on a processor whose registers outgrow what it knows (AMX).
 *
 * It keeps a guest thread's extended registers in 2,696 bytes and hands just these to ptrace. The machine's kernel
 * takes the whole set or nothing (EFAULT), and user-mode Linux panics at once: "ptrace set fp regs failed, errno = 14".
 * So each write is completed here: the thread's whole set is read, and what user-mode Linux gives is laid over its
 * beginning. The tile registers lie beyond that part; they are marked unused, because nobody kept them.
 *
 * User-mode Linux calls ptrace from one thread, so one buffer is enough. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef long ptrace_function(int request, pid_t pid, void* address, void* data);

enum { in_use_at = 512, largest_set = 1 << 16 };
static uint64_t const tiles = UINT64_C(1) << 17 | UINT64_C(1) << 18;

static char registers[largest_set] __attribute__((aligned(64)));

static size_t smaller(size_t one, size_t other) { return one < other ? one : other; }

static void mark_tiles_unused(void) {
  uint64_t in_use;
  memcpy(&in_use, registers + in_use_at, sizeof in_use);
  in_use &= ~tiles;
  memcpy(registers + in_use_at, &in_use, sizeof in_use);
}

static long write_whole_set(ptrace_function* real, pid_t pid, void* which, struct iovec const* given) {
  struct iovec whole = {registers, sizeof registers};
  long const result = real(PTRACE_GETREGSET, pid, which, &whole);
  if (result != 0) {
    return result;
  }
  memcpy(registers, given->iov_base, smaller(given->iov_len, whole.iov_len));
  mark_tiles_unused();
  return real(PTRACE_SETREGSET, pid, which, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
  static ptrace_function* real;
  if (!real) {
    real = (ptrace_function*)(uintptr_t)dlsym(RTLD_NEXT, "ptrace");
  }
  if (!real) {
    errno = ENOSYS;
    return -1;
  }
  va_list arguments;
  va_start(arguments, request);
  pid_t const pid = va_arg(arguments, pid_t);
  void* const address = va_arg(arguments, void*);
  void* const data = va_arg(arguments, void*);
  va_end(arguments);
  if (request == PTRACE_SETREGSET && (uintptr_t)address == NT_X86_XSTATE) {
    return write_whole_set(real, pid, address, data);
  }
  return real(request, pid, address, data);
}
