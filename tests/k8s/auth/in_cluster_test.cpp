#include "tests/k8s/auth/auth_fixture.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

Environment pod(std::string host = "10.96.0.1", std::string port = "443") {
  return {{"KUBERNETES_SERVICE_HOST", std::move(host)}, {"KUBERNETES_SERVICE_PORT", std::move(port)}};
}

struct ServiceAccount {
  TemporaryDirectory directory;
  ServiceAccount() {
    directory.write("token", "secret\n");
    directory.write("ca.crt", "the CA");
    directory.write("namespace", "storage\n");
  }
  [[nodiscard]] std::string root() const { return directory.path(); }
  void remove(char const* name) const { std::filesystem::remove(directory.path(name)); }
};

TEST_CASE("in a pod the service account gives access") {
  ServiceAccount const account;
  auto const access = require_access(in_cluster_access(pod(), account.root()));
  CHECK(access.server == "https://10.96.0.1:443");
  CHECK(access.token.file == account.root() + "/token");
  CHECK(access.token.data.empty());
  CHECK(access.ca.file == account.root() + "/ca.crt");
  CHECK(access.name_space == "storage");
  CHECK(access.context.empty());
  CHECK_FALSE(access.insecure_skip_tls_verify);
  CHECK(access.warnings.empty());
}

TEST_CASE("the address of the API server may be IPv6 or a name") {
  ServiceAccount const account;
  auto const server = [&](char const* host) {
    return require_access(in_cluster_access(pod(host), account.root())).server;
  };
  CHECK(server("fd00::1") == "https://[fd00::1]:443");
  CHECK(server("[fd00::1]") == "https://[fd00::1]:443");
  CHECK(server("api.example") == "https://api.example:443");
}

TEST_CASE("outside of a pod the error says what to set") {
  ServiceAccount const account;
  for (auto const& environment : {Environment{}, pod("", "443"), pod("10.96.0.1", "")}) {
    CHECK_THAT(config_error(in_cluster_access(environment, account.root())),
               Contains("KUBERNETES_SERVICE_HOST") && Contains("set KUBECONFIG"));
  }
}

TEST_CASE("an address that is none is refused") {
  ServiceAccount const account;
  config_error(in_cluster_access(pod("10.96.0.1", "tcp://x"), account.root()));
  config_error(in_cluster_access(pod("a b", "443"), account.root()));
}

TEST_CASE("without a token the error names the file and what to do") {
  ServiceAccount const account;
  bool const empty = GENERATE(false, true);
  account.remove("token");
  if (empty) account.directory.write("token", "\n");
  CHECK_THAT(config_error(in_cluster_access(pod(), account.root())), Contains(account.root() + "/token: ") &&
                                                                         Contains("automountServiceAccountToken") &&
                                                                         Contains("set KUBECONFIG"));
}

TEST_CASE("without the CA file the system's certificates are used, with a warning") {
  ServiceAccount const account;
  account.remove("ca.crt");
  auto const access = require_access(in_cluster_access(pod(), account.root()));
  CHECK(access.ca.empty());
  REQUIRE(access.warnings.size() == 1);
  CHECK_THAT(access.warnings.front(), Contains("ca.crt"));
}

TEST_CASE("the namespace file may be missing") {
  ServiceAccount const account;
  account.remove("namespace");
  CHECK(require_access(in_cluster_access(pod(), account.root())).name_space.empty());
}

}  // namespace
}  // namespace k8s::test
