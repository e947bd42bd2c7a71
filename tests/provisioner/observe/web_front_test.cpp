#include "provisioner/observe/web_front.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct Front {
  FakeClock clock;
  Metrics metrics{{}, "https://api.example", clock};
  StatusReport report;
  int asked = 0;
  WebFront front{[this] {
                   ++asked;
                   return report;
                 },
                 metrics, clock};
  HttpRoutes routes = front.routes();

  [[nodiscard]] HttpAnswer get(std::string const& path) { return routes.at(path)(); }
};

}  // namespace

TEST_CASE("that the process is alive is answered whatever the state, and without asking for it") {
  Front front;
  CHECK(front.get("/healthz").status == 200);
  CHECK(front.asked == 0);
}

TEST_CASE("readiness is 503 with the reason until all is well") {
  Front front;
  CHECK(front.get("/readyz").status == 503);
  CHECK_THAT(front.get("/readyz").body, Contains("[-]caches"));
  front.report.caches_synced = true;
  front.clock.advance(1s);
  CHECK(front.get("/readyz").status == 200);
}

TEST_CASE("metrics and page say what they are") {
  Front front;
  CHECK(front.get("/metrics").content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK_THAT(front.get("/metrics").body, Contains("nfs_provisioner_build_info"));
  CHECK(front.get("/").content_type == "text/html; charset=utf-8");
  CHECK_THAT(front.get("/").body, Contains("<!doctype html>"));
}

TEST_CASE("however often it is asked, the state is looked up once a second") {
  Front front;
  for (int i = 0; i < 100; ++i) (void)front.get("/metrics");
  CHECK(front.asked == 1);
  front.clock.advance(1s);
  (void)front.get("/");
  (void)front.get("/readyz");
  CHECK(front.asked == 2);
}
