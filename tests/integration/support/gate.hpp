#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace nfs::test {

/// A TCP port on the loopback before the API server's: shut (connections are refused), silent (taken, never
/// answered) or open (handed through, so TLS is the API server's own).
class Gate {
 public:
  Gate();
  ~Gate();
  Gate(Gate const&) = delete;
  Gate& operator=(Gate const&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Each at most once, and in this order, until shut().
  void listen_silently();
  void open();
  /// Breaks the connections there are, and refuses new ones on the same port.
  void shut();

  /// A kubeconfig like `cluster_directory()`'s admin.kubeconfig whose server is this gate.
  void write_kubeconfig(std::string const& file) const;

 private:
  void bind(std::uint16_t port);
  void serve(std::stop_token stop);

  int listener_ = -1;
  bool listening_ = false;
  std::uint16_t port_ = 0;
  std::uint16_t target_ = 0;
  std::jthread thread_;
};

}  // namespace nfs::test
