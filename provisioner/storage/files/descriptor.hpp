#pragma once

#include <unistd.h>

#include <utility>

namespace nfs {

/// Owns a file descriptor; closed when it goes. -1: none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = other.release();
    }
    return *this;
  }
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(number_, -1); }

  /// errno of close(2), or 0: NFS tells of a failed write here. EINTR closes as well on Linux, and is none.
  int close();

 private:
  int number_ = -1;
};

}  // namespace nfs
