// Name resolution, by a resolver of our own: it takes the place of the C library's for this program, libcurl included.
#include <dlfcn.h>
#include <netdb.h>

#include <cstdlib>
#include <cstring>
#include <future>
#include <mutex>

#include "tests/k8s/http/curl_fixture.hpp"

namespace {

/// What happens to a lookup of "hangs.invalid". Global as getaddrinfo() is.
struct HangingLookup {
  std::once_flag first;  // libcurl may look up more than once
  std::promise<void> begun;
  std::promise<void> released;
  std::shared_future<void> release = released.get_future().share();
};

HangingLookup& hanging_lookup() {
  static auto& lookup = *new HangingLookup;  // never destroyed: libcurl's thread may be in it when the process ends
  return lookup;
}

}  // namespace

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the library's own names are reserved
extern "C" int getaddrinfo(char const* node, char const* service, addrinfo const* hints, addrinfo** found) {
  if (node != nullptr && std::strcmp(node, "hangs.invalid") == 0) {
    std::call_once(hanging_lookup().first, [] { hanging_lookup().begun.set_value(); });
    hanging_lookup().release.wait();
  }
  if (node != nullptr && std::strstr(node, ".invalid") != nullptr) return EAI_NONAME;
  using Resolve = int (*)(char const*, char const*, addrinfo const*, addrinfo**);
  static auto const real = reinterpret_cast<Resolve>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, found);
}

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

CurlOptions options_for_host(std::string const& host) {
  // A proxy would resolve the host. No other thread runs yet.
  for (auto const* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
  CurlOptions options;
  options.server = "http://" + host + ":1";
  return options;
}

TEST_CASE("a host without an address is a transport error that names it") {
  Client client{options_for_host("nobody.invalid")};
  CHECK_THAT(require_error(client.get(), ErrorKind::transport),
             Contains("http://nobody.invalid:1: the host name cannot be resolved"));
}

TEST_CASE("a request that waits for a hung resolver ends when it is cancelled") {
  Client client{options_for_host("hangs.invalid")};
  std::stop_source stop;
  auto result = std::async(std::launch::async, [&] { return client.send({.target = "/"}, stop.get_token()); });
  auto const begun = hanging_lookup().begun.get_future().wait_for(patience);
  stop.request_stop();
  auto const ended = result.wait_for(patience);
  hanging_lookup().released.set_value();
  CHECK(begun == std::future_status::ready);
  CHECK(ended == std::future_status::ready);
  require_error(result.get(), ErrorKind::cancelled);
}

}  // namespace
}  // namespace k8s::test
