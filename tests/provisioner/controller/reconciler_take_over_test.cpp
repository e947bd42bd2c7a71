// Two lives of a cluster: it was rebuilt, with the same claims, and takes the place of its forerunner on the export.
#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto old_id = "cluster-old";
std::vector<std::string> const claims{"web", "data-db-0", "data-db-1"};

k8s::StringMap const by_name{{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}};
k8s::StringMap const each_its_own{};

void put_claims(Stage& stage, std::string const& life) {
  for (auto const& name : claims) stage.put_claim(name, name + "-" + life);
}

// The directory of a claim's volume, as the API server says.
std::string directory_of(Stage& stage, std::string const& claim) {
  auto const bound = stage.claim(claim);
  auto const volume = bound ? stage.volume(bound->volume_name) : std::nullopt;
  return volume ? volume->meta.annotations.at(std::string(names::path)) : "";
}

std::size_t bound_claims(Stage& stage) {
  std::size_t count = 0;
  for (auto const& name : claims) count += is_bound(*stage.claim(name)) ? 1U : 0U;
  return count;
}

std::size_t claims_with_their_data(Stage& stage) {
  auto const dump = stage.files.dump();
  std::size_t count = 0;
  for (auto const& name : claims) {
    auto const token = dump.find(directory_of(stage, name) + "/token");
    count += token != dump.end() && token->second == "file " + name ? 1U : 0U;
  }
  return count;
}

// The forerunner had all claims, each with its token; then etcd is gone.
void first_life(Stage& stage) {
  stage.cluster = {old_id, "prod"};
  put_claims(stage, "1");
  Program program(stage);
  program.beat();
  REQUIRE(program.work());
  REQUIRE(bound_claims(stage) == claims.size());
  for (auto const& name : claims) stage.files.put_file(directory_of(stage, name) + "/token", name);
  program.beat();
  for (auto const& volume : stage.server.all<k8s::Volume>()) {
    stage.server.patch<k8s::Volume>({{}, volume.meta.name}, R"({"metadata":{"finalizers":null}})");
    stage.server.remove<k8s::Volume>({{}, volume.meta.name});
  }
  for (auto const& name : claims) stage.remove_claim(name);
  REQUIRE(stage.server.all<k8s::Volume>().empty());
}

void begin_second_life(Stage& stage) {
  stage.cluster = {nfs::own_cluster, "prod"};
  put_claims(stage, "2");
}

Stage& with_class(Stage& stage, k8s::StringMap const& parameters) {
  (void)stage.make_class_anew(parameters);
  return stage;
}

void decide(Program& program, bool forced = false) {
  REQUIRE(program.site()
              .store()
              .decide_take_over({.from = {old_id}, .time = "2026-03-01T00:00:00.000001Z", .forced = forced})
              .has_value());
}

void check_all_back(Stage& stage, Program& program) {
  INFO(program.log().text());
  CHECK(bound_claims(stage) == claims.size());
  CHECK(claims_with_their_data(stage) == claims.size());
  CHECK_FALSE(stage.has_intents());
  CHECK(program.site().store().catalog().all().empty());
}

}  // namespace

TEST_CASE("a rebuilt cluster: nobody gets anything before it is decided, and everybody has their data after it") {
  Stage stage;
  auto const parameters = GENERATE(by_name, each_its_own);
  CAPTURE(parameters.size());
  with_class(stage, parameters);
  first_life(stage);
  begin_second_life(stage);
  Program program(stage);
  program.beat();
  stage.clock.advance(GENERATE(0min, 1h));
  CHECK_FALSE(program.work(8));
  CHECK(bound_claims(stage) == 0);
  CHECK(contains(program.events().back().message, "clusters take cluster-old"));
  decide(program);
  program.take_over();
  REQUIRE(program.work());
  check_all_back(stage, program);
  CHECK(program.told("VolumeRestored") == claims.size());
  CHECK(program.site().store().neighbours().last()->empty());
}

TEST_CASE("a rebuilt cluster under never: claims are served, and none of them has what the other one had") {
  Stage stage;
  stage.take_over = TakeOver::never;
  with_class(stage, each_its_own);
  first_life(stage);
  begin_second_life(stage);
  stage.clock.advance(1h);
  Program program(stage);
  REQUIRE(program.work());
  CHECK(bound_claims(stage) == claims.size());
  CHECK(claims_with_their_data(stage) == 0);
  decide(program);
  program.take_over();
  CHECK(program.log().count("takeOver is never") == 1);
  CHECK(program.site().store().neighbours().last()->size() == 1);
}

TEST_CASE("a program that dies anywhere while a cluster is taken over is followed by one that gives all back") {
  auto const parameters = GENERATE(by_name, each_its_own);
  bool finished = false;
  for (std::size_t at = 1; !finished; ++at) {
    CAPTURE(parameters.size(), at);
    REQUIRE(at < 300);
    Stage stage;
    with_class(stage, parameters);
    first_life(stage);
    begin_second_life(stage);
    stage.clock.advance(1h);
    {
      Program program(stage);
      decide(program);
      program.faults().crash_at(at, FaultyFileSystem::Moment::after);
      try {
        program.take_over();
        finished = program.work();
      } catch (Crash const&) {
      }
    }
    Program next(stage);
    next.take_over();
    REQUIRE(next.work());
    check_all_back(stage, next);
  }
}

TEST_CASE("a cluster that lives beside this one holds up no claim of its names, once it was seen to live") {
  Stage stage;
  with_class(stage, each_its_own);
  first_life(stage);
  begin_second_life(stage);
  Program program(stage);
  auto const other_beats = [&] {
    VolumeStore other(stage.files, old_id);
    REQUIRE(other.identify({}).has_value());
    REQUIRE(
        other.announce({.cluster = {old_id, "prod"}, .heartbeat = k8s::to_rfc3339(stage.clock.wall())}).has_value());
  };
  for (auto const& name : claims) (void)program.reconcile("pvc-" + name + "-2");
  CHECK(bound_claims(stage) == 0);
  stage.clock.advance(1min);
  other_beats();
  program.take_over();
  for (int round = 0; round < 2; ++round) {
    program.watch();
    for (auto const& name : claims) (void)program.reconcile("pvc-" + name + "-2");
  }
  INFO(program.log().text());
  CHECK(bound_claims(stage) == claims.size());
  CHECK(claims_with_their_data(stage) == 0);
}

TEST_CASE("what was decided about a cluster that was seen alive since is not done, unless it was forced") {
  Stage stage;
  first_life(stage);
  begin_second_life(stage);
  Program program(stage);
  decide(program);
  program.take_over();
  CHECK(program.log().count("it was seen alive since") == 1);
  CHECK(program.site().store().decided_take_overs()->size() == 1);
  decide(program, true);
  program.take_over();
  REQUIRE(program.work());
  check_all_back(stage, program);
}

TEST_CASE("archives come along, and come back as the class says") {
  Stage stage;
  auto parameters = by_name;
  parameters["onCreate"] = GENERATE("restore", "adopt");
  bool const restores = parameters["onCreate"] == "restore";
  with_class(stage, parameters);
  stage.cluster = {old_id, "prod"};
  put_claims(stage, "1");
  {
    Program program(stage);
    program.beat();
    REQUIRE(program.work());
    for (auto const& name : claims) {
      stage.files.put_file(directory_of(stage, name) + "/token", name);
      stage.remove_claim(name);
    }
    stage.controller_manager();
    REQUIRE(program.work());
    REQUIRE(stage.server.all<k8s::Volume>().empty());
  }
  begin_second_life(stage);
  stage.clock.advance(1h);
  Program program(stage);
  decide(program);
  program.take_over();
  REQUIRE(program.work());
  CHECK(bound_claims(stage) == claims.size());
  CHECK(claims_with_their_data(stage) == (restores ? claims.size() : 0));
}

TEST_CASE("what came back is released as any other volume's") {
  Stage stage;
  with_class(stage, each_its_own);
  first_life(stage);
  begin_second_life(stage);
  stage.clock.advance(1h);
  Program program(stage);
  decide(program);
  program.take_over();
  REQUIRE(program.work());
  for (auto const& name : claims) stage.remove_claim(name);
  stage.controller_manager();
  REQUIRE(program.work());
  CHECK(stage.server.all<k8s::Volume>().empty());
  CHECK(program.site().store().catalog().all().size() == claims.size());
  CHECK(stage.files.dump().contains("archived-team-a-web-pvc-web-2/token"));
}

TEST_CASE("a settled intent says of which class its claim is, and when it was written") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  auto const settled = program.site().store().volumes();
  REQUIRE(settled->size() == 1);
  CHECK(settled->front().storage_class == "volumen-tipo-ivan");
  CHECK(settled->front().time.starts_with("2026-01-01T"));
}
