#include "provisioner/controller/lookup.hpp"

#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

std::string frozen_policy_on(Stage const& stage, std::string const& volume) {
  auto const standing = stage.volume(volume);
  auto const* policy = standing ? k8s::find(standing->meta.annotations, names::on_delete) : nullptr;
  return policy == nullptr ? "nothing" : *policy;
}

bool reads_class(k8s::Request const& request) {
  return request.target.find("/storageclasses/") != std::string::npos;
}

}  // namespace

TEST_CASE("a volume is made as its class is, not as a watch that is behind shows it") {
  Stage stage;
  stage.make_class_anew({{"onDelete", "delete"}});
  Program program(stage);
  stage.make_class_anew({{"onDelete", "archive"}});
  program.view().claims().apply(stage.put_claim("web", "U1"));
  (void)program.reconcile("pvc-U1");
  CHECK(frozen_policy_on(stage, "pvc-U1") == "archive");
}

TEST_CASE("a class that is gone, though a watch that is behind shows it, gives nothing") {
  Stage stage;
  Program program(stage);
  stage.server.remove<k8s::StorageClass>({{}, "volumen-tipo-ivan"});
  program.view().claims().apply(stage.put_claim("web", "U1"));
  (void)program.reconcile("pvc-U1");
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories().empty());
  stage.server.put(our_class());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("where a class may be watched and not read, it is taken as the watch shows it") {
  Stage stage;
  stage.server.forbid("get", "storageclasses");
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  // Told once, and not asked again.
  CHECK(program.log().count("permission is missing: get storageclasses") == 1);
  CHECK_FALSE(program.settings().current().permissions.get_classes);
}

TEST_CASE("a class that cannot be read twice is read again at once") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.lose_answer(reads_class, 2);
  (void)program.reconcile("pvc-U1");
  CHECK(stage.volume("pvc-U1"));
}

TEST_CASE("a class that the API server asks us to read later is not read at once") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  int reads = 0;
  stage.server.on_request([&](auto moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (moment == test::MemoryApiServer::Moment::after || !reads_class(request)) return answer;
    ++reads;
    answer = k8s::Response{503, "", std::chrono::seconds{7}};
    return answer;
  });
  auto const verdict = program.reconcile("pvc-U1");
  REQUIRE(std::holds_alternative<TryAgain>(verdict));
  CHECK(std::get<TryAgain>(verdict).at_least == std::chrono::seconds{7});
  CHECK(reads == 1);
}

TEST_CASE("a class that cannot be read three times is tried again later") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.lose_answer(reads_class, 3);
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  CHECK(stage.directories().empty());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE(
    "what was kept is not adopted once its volume was given away, though a watch that is behind shows it as kept") {
  Stage stage;
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"reclaimPolicy":"Retain"})");
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  REQUIRE(program.work());
  REQUIRE(stage.volume("pvc-U1")->phase == "Released");
  // Its next claim, in another namespace, is bound already.
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"},
                                  R"({"spec":{"claimRef":{"namespace":"team-b","name":"app","uid":"U9"}}})");
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"status":{"phase":"Bound"}})", "status");
  program.view().claims().apply(stage.put_claim("web", "U2"));
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U2")));
  CHECK_FALSE(stage.volume("pvc-U2"));
}

TEST_CASE("a volume whose claim may not be read for a while is released after that, though nobody marks it Released") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  stage.server.forbid("get", "persistentvolumeclaims");
  CHECK_FALSE(program.work(3));  // tried again for ever
  CHECK(stage.volume("pvc-U1")->phase == "Bound");
  stage.server.allow("get", "persistentvolumeclaims");
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U1"));
}

TEST_CASE("what upstream made is released as its class is, not as a watch that is behind shows it") {
  Stage stage;
  stage.make_class_anew({{"onDelete", "delete"}});
  auto volume = volume_at("pvc-U1", "/data/nfs/team-a/web", "U1");
  volume.phase = "Released";
  stage.server.put(volume);
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"status":{"phase":"Released"}})", "status");
  stage.files.put_file("team-a/web/data", "precious");
  Program program(stage);
  stage.make_class_anew({{"onDelete", "archive"}});
  (void)program.reconcile("pvc-U1");
  CHECK(stage.files.dump().contains("archived-team-a-of-pvc-U1-pvc-U1/data"));
}

TEST_CASE("for a claim that is gone, though a watch that is behind shows it, nothing is made") {
  Stage stage;
  Program program(stage);
  program.view().claims().apply(stage.put_claim("web", "U1"));
  stage.remove_claim("web");
  (void)program.reconcile("pvc-U1");
  CHECK(stage.directories().empty());
  CHECK_FALSE(stage.volume("pvc-U1"));
}

TEST_CASE("many claims that are known together ask for their class once") {
  Stage stage;
  for (int i = 0; i < 20; ++i) stage.put_claim("web-" + std::to_string(i), "U" + std::to_string(i));
  Program program(stage);
  int reads = 0;
  stage.server.on_request([&](auto moment, std::size_t, k8s::Request const& request) {
    if (moment == test::MemoryApiServer::Moment::before && reads_class(request)) ++reads;
    return std::optional<test::MemoryApiServer::Answer>();
  });
  REQUIRE(program.work());
  for (int i = 0; i < 20; ++i) CHECK(is_bound(*stage.claim("web-" + std::to_string(i))));
  CHECK(reads == 1);
}

TEST_CASE("a class that changes while claims wait is asked for anew") {
  Stage stage;
  for (auto const* name : {"1", "2"}) stage.put_claim(std::string("web-") + name, std::string("U") + name);
  Program program(stage);
  (void)program.reconcile("pvc-U1");
  program.view().classes().apply(stage.make_class_anew({{"onDelete", "delete"}}));
  (void)program.reconcile("pvc-U2");
  CHECK(frozen_policy_on(stage, "pvc-U2") == "delete");
}
