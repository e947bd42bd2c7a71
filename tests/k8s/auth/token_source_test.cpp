#include <atomic>
#include <thread>

#include "tests/k8s/auth/auth_fixture.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

constexpr std::chrono::seconds for_ever{3600};
constexpr std::chrono::seconds at_once{0};

Material from_file(std::string file) {
  return {.data = {}, .file = std::move(file)};
}

TEST_CASE("no token at all is the empty token") {
  TokenSource source{Material{}};
  CHECK(source.token().value().empty());
}

TEST_CASE("a token given as text wins over a file, without the space around it") {
  TokenSource source{Material{.data = " secret\n", .file = "/nowhere"}};
  CHECK(source.token().value() == "secret");
  source.invalidate();
  CHECK(source.token().value() == "secret");
}

TEST_CASE("a token file is read again when it is older than allowed") {
  TemporaryDirectory const directory;
  auto const file = directory.write("token", "one\n");
  TokenSource source{from_file(file), at_once};
  CHECK(source.token().value() == "one");
  directory.write("token", "two\n");
  CHECK(source.token().value() == "two");
}

TEST_CASE("a token file is not read again before that, unless the token was rejected") {
  TemporaryDirectory const directory;
  auto const file = directory.write("token", "one");
  TokenSource source{from_file(file), for_ever};
  CHECK(source.token().value() == "one");
  directory.write("token", "two");
  CHECK(source.token().value() == "one");
  source.invalidate();
  CHECK(source.token().value() == "two");
}

TEST_CASE("the old token stays while the file is unreadable or empty") {
  TemporaryDirectory const directory;
  auto const file = directory.write("token", "one");
  TokenSource source{from_file(file), for_ever};
  CHECK(source.token().value() == "one");

  std::filesystem::remove(file);
  source.invalidate();
  CHECK(source.token().value() == "one");
  directory.write("token", "\n");
  CHECK(source.token().value() == "one");
  directory.write("token", "two");
  CHECK(source.token().value() == "two");
}

TEST_CASE("without any token yet, a file that cannot be used is an error that names it") {
  TemporaryDirectory const directory;
  auto const file = directory.path("token");
  TokenSource source{from_file(file), for_ever};
  CHECK_THAT(config_error(source.token()), Contains(file + ": No such file"));
  directory.write("token", " \n");
  CHECK_THAT(config_error(source.token()), Contains(file + ": no token"));
  directory.write("token", std::string(1u << 20, 'x'));
  CHECK_THAT(config_error(source.token()), Contains("larger than"));
  directory.write("token", "late");
  CHECK(source.token().value() == "late");
}

TEST_CASE("threads may share a token source while it rotates") {
  TemporaryDirectory const directory;
  auto const file = directory.write("token", "one");
  TokenSource source{from_file(file), at_once};
  std::atomic<int> bad = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) {
        auto const token = source.token();
        if (!token.has_value() || (*token != "one" && *token != "two")) ++bad;
        source.invalidate();
      }
    });
  }
  for (int n = 0; n < 50; ++n) directory.write("token", n % 2 == 0 ? "two" : "one");
  threads.clear();
  CHECK(bad == 0);
}

}  // namespace
}  // namespace k8s::test
