#include "tests/integration/support/cluster.hpp"

#include <cstdlib>

#include "k8s/auth/transport.hpp"

namespace nfs::test {
namespace {

std::unique_ptr<k8s::Transport> transport_of(std::string const& kubeconfig) {
  auto access = value_of(k8s::kubeconfig_access({kubeconfig}));
  return value_of(k8s::make_transport(std::move(access), "integration-tests"));
}

}  // namespace

std::string cluster_directory() {
  auto const* const given = std::getenv("CLUSTER_DIR");
  return given == nullptr ? INTEGRATION_CLUSTER_DIR : given;
}

void cluster_command(std::string const& verb, std::string const& more) {
  auto const line = std::string(INTEGRATION_CLUSTER_SH) + " " + verb + " '" + cluster_directory() + "' " + more;
  if (std::system(line.c_str()) != 0) throw std::runtime_error{"failed: " + line};
}

Cluster::Cluster(std::unique_ptr<k8s::Transport> transport)
    : transport_(std::move(transport)), connection_(transport_->connect()), client_(transport_->connect()) {}

Cluster::Cluster(std::string const& user) : Cluster(transport_of(cluster_directory() + "/" + user + ".kubeconfig")) {}

Cluster Cluster::at(std::string const& kubeconfig) {
  return Cluster(transport_of(kubeconfig));
}

Json Cluster::request(k8s::Method method, std::string const& target, std::string body, std::string content_type) {
  k8s::Request const request{
      .method = method, .target = target, .body = std::move(body), .content_type = std::move(content_type)};
  auto const answer = value_of(connection_->send(request, {}));
  if (answer.status >= 300)
    throw std::runtime_error{std::string(to_string(method)) + " " + target + ": " + std::to_string(answer.status) +
                             " " + answer.body.substr(0, 500)};
  return parse_json(answer.body);
}

template <class T>
std::vector<T> Cluster::list(std::string const& target) {
  auto const answer = get_json(target);
  std::vector<T> all;
  for (auto const& item : answer["items"].GetArray()) all.push_back(value_of(k8s::read<T>(to_text(item))));
  return all;
}

std::vector<k8s::Volume> Cluster::volumes() {
  return list<k8s::Volume>("/api/v1/persistentvolumes");
}

std::vector<k8s::Claim> Cluster::claims(std::string const& name_space) {
  return list<k8s::Claim>("/api/v1/namespaces/" + name_space + "/persistentvolumeclaims");
}

std::vector<SeenEvent> Cluster::events(std::string const& name_space) {
  auto const answer = get_json("/api/v1/namespaces/" + name_space + "/events");
  std::vector<SeenEvent> all;
  for (auto const& item : answer["items"].GetArray())
    all.push_back({text_at(item, "/involvedObject/name"), text_at(item, "/reason"), text_at(item, "/message"),
                   text_at(item, "/type")});
  return all;
}

}  // namespace nfs::test
