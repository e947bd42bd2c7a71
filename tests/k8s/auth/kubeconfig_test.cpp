#include <fmt/format.h>

#include "tests/k8s/auth/auth_fixture.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

/// A kubeconfig with one of each; what stands in it can be replaced line by line.
struct Parts {
  std::string cluster = "server: https://10.0.0.1:6443";
  std::string user = "token: secret-token";
  std::string context = "cluster: c\n    user: u";
  std::string current = "current-context: x";
};

std::string text_of(Parts const& parts) {
  return fmt::format(R"(apiVersion: v1
kind: Config
{}
clusters:
- name: c
  cluster:
    {}
users:
- name: u
  user:
    {}
contexts:
- name: x
  context:
    {}
)",
                     parts.current, parts.cluster, parts.user, parts.context);
}

struct Files {
  TemporaryDirectory directory;

  [[nodiscard]] Result<ClusterAccess> access(Parts const& parts, std::string const& context = {}) const {
    return access_of_text(text_of(parts), context);
  }
  [[nodiscard]] Result<ClusterAccess> access_of_text(std::string const& text, std::string const& context = {}) const {
    return kubeconfig_access({directory.write("config", text)}, context);
  }
};

TEST_CASE("a kubeconfig gives access by its current context") {
  Files const files;
  auto const access = require_access(files.access({.context = "cluster: c\n    user: u\n    namespace: storage"}));
  CHECK(access.server == "https://10.0.0.1:6443");
  CHECK(access.token.data == "secret-token");
  CHECK(access.context == "x");
  CHECK(access.name_space == "storage");
  CHECK(access.tls_server_name.empty());
  CHECK(access.ca.empty());
  CHECK(access.client_certificate.empty());
  CHECK_FALSE(access.insecure_skip_tls_verify);
  CHECK(access.warnings.empty());
}

TEST_CASE("a kubeconfig may be JSON") {
  Files const files;
  auto const access =
      require_access(files.access_of_text("{\n\t\"kind\": \"Config\", \"current-context\": \"x\",\n"
                                          "\t\"clusters\": [{\"name\": \"c\", \"cluster\": "
                                          "{\"server\": \"https:\\/\\/h:1\\/p\"}}],\n"
                                          "\t\"users\": [{\"name\": \"u\", \"user\": {\"token\": \"t\"}}],\n"
                                          "\t\"contexts\": [{\"name\": \"x\", \"context\": "
                                          "{\"cluster\": \"c\", \"user\": \"u\"}}]\n}\n"));
  CHECK(access.server == "https://h:1/p");
  CHECK(access.token.data == "t");
}

TEST_CASE("every context can be chosen by its name") {
  Files const files;
  auto const text = text_of({}) + "- name: y\n  context:\n    cluster: c\n    user: u\n    namespace: other\n";
  CHECK(require_access(files.access_of_text(text)).name_space.empty());
  auto const access = require_access(files.access_of_text(text, "y"));
  CHECK(access.name_space == "other");
  CHECK(access.context == "y");
}

TEST_CASE("the fields of clusters and users arrive") {
  Files const files;
  auto const root = files.directory.path();
  auto const cluster = [&](std::string const& more) {
    return require_access(files.access({.cluster = "server: https://h:1/\n    " + more}));
  };
  auto const user = [&](std::string const& fields) { return require_access(files.access({.user = fields})); };

  CHECK(cluster("tls-server-name: api.example").tls_server_name == "api.example");
  CHECK(cluster("certificate-authority: /etc/ca.crt").ca.file == "/etc/ca.crt");
  CHECK(cluster("certificate-authority: pki/../ca.crt").ca.file == root + "/ca.crt");
  CHECK(cluster("certificate-authority-data: Y2E=").ca.data == "ca");
  CHECK(cluster("certificate-authority: ~").ca.empty());
  CHECK(cluster("disable-compression: true").server == "https://h:1");

  CHECK(user("tokenFile: secrets/token").token.file == root + "/secrets/token");
  CHECK(user("token: 12345").token.data == "12345");
  auto const files_of_user = user("client-certificate: a.crt\n    client-key: a.key");
  CHECK(files_of_user.client_certificate.file == root + "/a.crt");
  CHECK(files_of_user.client_key.file == root + "/a.key");
  auto const texts_of_user = user("client-certificate-data: Y2VydA==\n    client-key-data: a2V5");
  CHECK(texts_of_user.client_certificate.data == "cert");
  CHECK(texts_of_user.client_key.data == "key");
}

TEST_CASE("data wins over a file, for certificates and keys") {
  Files const files;
  auto const access = require_access(files.access({
      .cluster = "server: https://h:1\n    certificate-authority: a\n    certificate-authority-data: Y2E=",
      .user = "client-certificate: a\n    client-certificate-data: Y2VydA==\n"
              "    client-key: a\n    client-key-data: a2V5",
  }));
  for (auto const& material : {access.ca, access.client_certificate, access.client_key}) {
    CHECK_FALSE(material.data.empty());
    CHECK(material.file.empty());
  }
}

TEST_CASE("a token file wins over a token, as long as it can be read") {
  Files const files;
  Parts const parts{.user = "token: fallback\n    tokenFile: token"};
  CHECK(require_access(files.access(parts)).token.data == "fallback");
  files.directory.write("token", "fresh");
  auto const token = require_access(files.access(parts)).token;
  CHECK(token.data.empty());
  CHECK(token.file == files.directory.path("token"));
}

TEST_CASE("what is not safe is allowed with a warning that names the entry") {
  Files const files;
  struct Row {
    Parts parts;
    char const* warning;
  };
  Row const rows[] = {
      {{.cluster = "server: https://h:1\n    insecure-skip-tls-verify: true"},
       "cluster \"c\": insecure-skip-tls-verify"},
      {{.cluster = "server: http://h:1"}, "cluster \"c\": http://h:1 is not encrypted"},
      {{.user = "token: \"\""}, "user \"u\": neither token nor client certificate"},
  };
  for (auto const& row : rows) {
    CAPTURE(row.warning);
    auto const access = require_access(files.access(row.parts));
    REQUIRE(access.warnings.size() == 1);
    CHECK_THAT(access.warnings.front(), Contains(row.warning) && Contains(files.directory.path("config")));
    CHECK_THAT(access.warnings.front(), !Contains("secret-token"));
  }
  CHECK(require_access(files.access(rows[0].parts)).insecure_skip_tls_verify);
  CHECK(require_access(files.access({.cluster = "server: http://127.0.0.1:8001"})).warnings.empty());
}

TEST_CASE("what is missing, malformed or not supported is one line that names file and entry") {
  Files const files;
  std::string const server = "server: https://h:1\n    ";
  struct Row {
    Parts parts;
    char const* where;
    char const* what;
  };
  Row const rows[] = {
      {{.current = ""}, "", "current-context is not set (there are: x)"},
      {{.current = "current-context: z"}, "", "no context \"z\" (there are: x)"},
      {{.current = "current-context: [z]"}, "", "current-context is not a name"},
      {{.context = "user: u"}, "context \"x\"", "cluster is missing"},
      {{.context = "cluster: c"}, "context \"x\"", "user is missing"},
      {{.context = "cluster: d\n    user: u"}, "context \"x\"", "no cluster \"d\""},
      {{.context = "cluster: c\n    user: v"}, "context \"x\"", "no user \"v\""},
      {{.context = "cluster: [c]\n    user: u"}, "context \"x\"", "cluster is not a text"},
      {{.cluster = "{}"}, "cluster \"c\"", "server is missing"},
      {{.cluster = "~"}, "cluster \"c\"", "server is missing"},
      {{.cluster = "text"}, "cluster \"c\"", "not a mapping"},
      {{.cluster = "server: h:1"}, "cluster \"c\"", "no scheme"},
      {{.cluster = "server: [a]"}, "cluster \"c\"", "server is not a text"},
      {{.cluster = server + "proxy-url: http://p:1"}, "cluster \"c\"", "set HTTPS_PROXY"},
      {{.cluster = server + "insecure-skip-tls-verify: perhaps"}, "cluster \"c\"", "neither true nor false"},
      {{.cluster = server + "insecure-skip-tls-verify: true\n    certificate-authority: a"},
       "cluster \"c\"",
       "exclude"},
      {{.cluster = server + "certificate-authority-data: '*'"}, "cluster \"c\"", "authority-data is not base64"},
      {{.user = "client-certificate: a"}, "user \"u\"", "client-certificate without client-key"},
      {{.user = "client-key: a"}, "user \"u\"", "client-key without client-certificate"},
      {{.user = "client-key-data: '*'\n    client-certificate: a"}, "user \"u\"", "client-key-data is not base64"},
      {{.user = "username: admin\n    password: hunter2"}, "user \"u\"", "kubectl create token"},
      {{.user = "password: hunter2"}, "user \"u\"", "kubectl create token"},
      {{.user = "exec:\n      command: aws"}, "user \"u\"", "kubectl create token"},
      {{.user = "token: secret-token\n    exec: {command: aws}"}, "user \"u\"", "exec is not supported"},
      {{.user = "auth-provider:\n      name: gcp"}, "user \"u\"", "kubectl create token"},
      {{.user = "token: secret-token\n    as: somebody"}, "user \"u\"", "impersonated"},
      {{.user = "token: secret-token\n    as-groups: [a]"}, "user \"u\"", "impersonated"},
  };
  for (auto const& row : rows) {
    CAPTURE(row.what);
    auto const message = config_error(files.access(row.parts));
    CHECK_THAT(message, Catch::StartsWith("kubeconfig " + files.directory.path("config") + ": ") &&
                            Contains(row.where) && Contains(row.what));
    CHECK_THAT(message, !Contains("hunter2") && !Contains("secret-token"));
  }
}

TEST_CASE("a file that is no kubeconfig is one line that names the file") {
  Files const files;
  struct Row {
    std::string text;
    char const* what;
  };
  Row const rows[] = {
      {"clusters: [", "line 1"},
      {"just text", "not a mapping"},
      {"- a\n- b\n", "not a mapping"},
      {"clusters: {}", "clusters is not a list"},
      {"users:\n- user: {}\n", "users: an entry without a name"},
      {"users:\n- name: [a]\n", "users: an entry without a name"},
      {"contexts:\n- text\n", "contexts: an entry without a name"},
      {"clusters: [{name: a}, {name: a}]", "cluster \"a\": twice in the file"},
      {"clusters: *a", "line 1"},
      {std::string(10'000, '['), "line 1"},
      {std::string(5u << 20, '#'), "larger than"},
      {"", "current-context is not set (there are: none)"},
      {std::string("\0\1\2\xff", 4), ""},
  };
  for (auto const& row : rows) {
    CAPTURE(row.text.substr(0, 40));
    CHECK_THAT(config_error(files.access_of_text(row.text)),
               Catch::StartsWith("kubeconfig " + files.directory.path("config")) && Contains(row.what));
  }
  CHECK_THAT(config_error(kubeconfig_access({files.directory.path()})), Contains("Is a directory"));
}

TEST_CASE("of several files the first that names a value or an entry gives it, whole") {
  TemporaryDirectory const directory;
  auto const first = directory.write("a/config",
                                     "clusters:\n- name: c\n  cluster: {server: 'https://first:1'}\n"
                                     "users:\n- name: u\n  user: {tokenFile: token}\n");
  auto const second = directory.write(
      "b/config",
      "current-context: x\n"
      "clusters:\n- name: c\n  cluster: {server: 'https://second:1', tls-server-name: second}\n"
      "- name: d\n  cluster: {server: 'https://second:1', certificate-authority: ca.crt}\n"
      "users:\n- name: u\n  user: {token: second}\n"
      "contexts:\n- name: x\n  context: {cluster: c, user: u}\n- name: y\n  context: {cluster: d, user: u}\n");
  auto const third = directory.write("c/config", "current-context: y\n");

  SECTION("names are resolved across files, and paths against the file that names them") {
    auto const x = require_access(kubeconfig_access({first, second, third}));
    CHECK(x.context == "x");
    CHECK(x.server == "https://first:1");
    CHECK(x.tls_server_name.empty());
    CHECK(x.token.file == directory.path("a/token"));
    CHECK(x.token.data.empty());
    auto const y = require_access(kubeconfig_access({first, second, third}, "y"));
    CHECK(y.server == "https://second:1");
    CHECK(y.ca.file == directory.path("b/ca.crt"));
  }
  SECTION("another order gives another result") {
    auto const access = require_access(kubeconfig_access({third, second, first}));
    CHECK(access.context == "y");
    CHECK(access.token.data == "second");
  }
  SECTION("files that are not there are skipped") {
    CHECK(require_access(kubeconfig_access({directory.path("none"), second})).context == "x");
  }
  SECTION("unless none is left") {
    CHECK_THAT(config_error(kubeconfig_access({directory.path("none"), directory.path("nor/this")})),
               Contains(directory.path("none")) && Contains(directory.path("nor/this")));
  }
  SECTION("one malformed file is an error, even if another would do") {
    auto const broken = directory.write("broken", "clusters: [");
    CHECK_THAT(config_error(kubeconfig_access({second, broken})), Contains(broken));
  }
}

TEST_CASE("KUBECONFIG is split at colons") {
  CHECK(split_kubeconfig_paths("").empty());
  CHECK(split_kubeconfig_paths("::").empty());
  CHECK(split_kubeconfig_paths("/a") == std::vector<std::string>{"/a"});
  CHECK(split_kubeconfig_paths(":/a::b c:") == std::vector<std::string>{"/a", "b c"});
}

}  // namespace
}  // namespace k8s::test
