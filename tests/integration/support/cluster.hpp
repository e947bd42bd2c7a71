#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "k8s/api/client.hpp"
#include "tests/integration/support/json.hpp"

namespace nfs::test {

/// The directory of the control plane that the tests share.
[[nodiscard]] std::string cluster_directory();
/// Runs `cluster.sh VERB DIR [MORE]`; throws when it fails.
void cluster_command(std::string const& verb, std::string const& more = {});

template <class T>
T value_of(k8s::Result<T> result) {
  if (!result) throw std::runtime_error{result.error().message};
  return std::move(*result);
}

struct SeenEvent {
  std::string object;  ///< its name
  std::string reason;
  std::string message;
  std::string type;
};

/// The control plane as its administrator sees it. Whatever fails throws.
class Cluster {
 public:
  /// `user`: admin, provisioner or nobody.
  explicit Cluster(std::string const& user = "admin");
  /// Another control plane than the one that the tests share.
  [[nodiscard]] static Cluster at(std::string const& kubeconfig);

  [[nodiscard]] k8s::Client& client() { return client_; }
  [[nodiscard]] std::unique_ptr<k8s::Connection> connect() { return transport_->connect(); }

  template <class T>
  T create(T const& object) {
    return value_of(client_.create(object, {}));
  }
  /// nullopt: not found.
  template <class T>
  [[nodiscard]] std::optional<T> get(k8s::ObjectName const& name) {
    auto found = client_.get<T>(name, {});
    if (!found && found.error().not_found()) return std::nullopt;
    return value_of(std::move(found));
  }
  /// One that is gone already is as good.
  template <class T>
  void remove(k8s::ObjectName const& name) {
    auto const removed = client_.remove<T>(name, {}, {});
    if (!removed && !removed.error().not_found()) throw std::runtime_error{removed.error().message};
  }
  template <class T>
  T patch(k8s::ObjectName const& name, std::string body) {
    return value_of(client_.patch<T>(name, k8s::PatchType::merge, std::move(body), {}));
  }

  /// Any request; throws unless the answer's status is below 300.
  Json request(k8s::Method method, std::string const& target, std::string body = {}, std::string content_type = {});
  [[nodiscard]] Json get_json(std::string const& target) { return request(k8s::Method::get, target); }

  [[nodiscard]] std::vector<k8s::Volume> volumes();
  [[nodiscard]] std::vector<k8s::Claim> claims(std::string const& name_space);
  [[nodiscard]] std::vector<SeenEvent> events(std::string const& name_space);

 private:
  explicit Cluster(std::unique_ptr<k8s::Transport> transport);

  template <class T>
  std::vector<T> list(std::string const& target);

  std::unique_ptr<k8s::Transport> transport_;
  std::unique_ptr<k8s::Connection> connection_;
  k8s::Client client_;
};

}  // namespace nfs::test
