#include "tests/integration/support/gate.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "tests/integration/support/cluster.hpp"

namespace nfs::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string text_of(std::string const& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error{"cannot read " + file};
  return {std::istreambuf_iterator<char>(stream), {}};
}

int connect_to(std::uint16_t port) {
  int const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto const address = loopback(port);
  if (::connect(descriptor, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

// What has come from one goes to the other; false: one of them is gone.
bool pass_on(int from, int to) {
  std::array<char, 65536> buffer;
  auto const got = ::recv(from, buffer.data(), buffer.size(), 0);
  for (ssize_t sent = 0; sent < got;) {
    auto const now = ::send(to, buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    if (now <= 0) return false;
    sent += now;
  }
  return got > 0;
}

}  // namespace

Gate::Gate() {
  bind(0);
  target_ = static_cast<std::uint16_t>(std::stoi(text_of(cluster_directory() + "/api.port")));
}

void Gate::bind(std::uint16_t port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int const yes = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  auto address = loopback(port);
  socklen_t size = sizeof address;
  // Bound and not listening: nobody else takes the port, and whoever connects is refused.
  if (::bind(listener_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error{"no port for the gate"};
  port_ = ntohs(address.sin_port);
}

Gate::~Gate() {
  thread_ = {};
  ::close(listener_);
}

void Gate::listen_silently() {
  listening_ = ::listen(listener_, 64) == 0;
}

void Gate::open() {
  if (!listening_) listen_silently();
  thread_ = std::jthread([this](std::stop_token stop) { serve(stop); });
}

void Gate::shut() {
  thread_ = {};
  ::close(listener_);
  listening_ = false;
  bind(port_);
}

void Gate::serve(std::stop_token stop) {
  std::map<int, int> partner;
  while (!stop.stop_requested()) {
    std::vector<pollfd> watched{{listener_, POLLIN, 0}};
    for (auto const& [one, other] : partner) watched.push_back({one, POLLIN, 0});
    ::poll(watched.data(), watched.size(), 50);
    for (auto const& each : watched) {
      if (each.revents == 0) continue;
      if (each.fd == listener_) {
        int const client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        int const server = connect_to(target_);
        partner[client] = server;
        partner[server] = client;
      } else if (auto const at = partner.find(each.fd); at != partner.end() && !pass_on(each.fd, at->second)) {
        int const other = at->second;
        ::close(each.fd);
        ::close(other);
        partner.erase(each.fd);
        partner.erase(other);
      }
    }
  }
  for (auto const& [one, other] : partner) ::close(one);
}

void Gate::write_kubeconfig(std::string const& file) const {
  auto text = text_of(cluster_directory() + "/admin.kubeconfig");
  auto const from = ":" + std::to_string(target_) + "\"";
  auto const at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error{"no port in the kubeconfig"};
  std::ofstream(file) << text.replace(at, from.size(), ":" + std::to_string(port_) + "\"");
}

}  // namespace nfs::test
