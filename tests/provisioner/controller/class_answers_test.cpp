#include "provisioner/controller/class_answers.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

ClassPointer class_of(std::string const& version, std::string const& on_delete = "archive") {
  k8s::StorageClass made;
  made.meta.name = "volumen-tipo-ivan";
  made.meta.uid = "C1";
  made.meta.resource_version = version;
  made.parameters["onDelete"] = on_delete;
  return std::make_shared<k8s::StorageClass const>(made);
}

struct Place {
  FakeClock clock;
  ClusterView view{clock};
  ClassAnswers answers{view};

  k8s::Claim seen(std::string const& name, std::string const& version) {
    auto claim = pending_claim(name, "U-" + name);
    claim.meta.resource_version = version;
    claim.storage_class_name = "volumen-tipo-ivan";
    view.claims().apply(claim);
    return claim;
  }
};

}  // namespace

TEST_CASE("an answer does for the claims that were known when it was asked for") {
  Place place;
  auto const watched = class_of("3");
  auto const before = place.seen("before", "10");
  CHECK_FALSE(place.answers.find(before, watched));
  auto asked = place.answers.asking(watched);
  auto const meanwhile = place.seen("meanwhile", "11");
  place.answers.keep("volumen-tipo-ivan", std::move(asked), class_of("3"));
  REQUIRE(place.answers.find(before, watched));
  CHECK((*place.answers.find(before, watched))->meta.resource_version == "3");
  CHECK_FALSE(place.answers.find(meanwhile, watched));
}

TEST_CASE("an answer does for a claim that was known, however it has changed since") {
  Place place;
  auto const watched = class_of("3");
  (void)place.seen("web", "10");
  place.answers.keep("volumen-tipo-ivan", place.answers.asking(watched), watched);
  auto annotated = place.seen("web", "12");
  CHECK(place.answers.find(annotated, watched));
  SECTION("one that was made anew under its name is another one") {
    annotated.meta.uid = "U-again";
    place.view.claims().apply(annotated);
    CHECK_FALSE(place.answers.find(annotated, watched));
  }
  SECTION("one that is bound, and one that is gone, are forgotten") {
    auto bound = annotated;
    bound.volume_name = "pvc-U-web";
    bool const gone = GENERATE(true, false);
    if (gone) place.view.claims().erase("team-a/web");
    if (!gone) place.view.claims().apply(bound);
    CHECK_FALSE(place.answers.find(annotated, watched));
  }
}

TEST_CASE("an answer does only as long as the watch shows nothing else of the class") {
  Place place;
  auto const claim = place.seen("web", "10");
  auto const old = class_of("3");
  place.answers.keep("volumen-tipo-ivan", place.answers.asking(old), class_of("5", "delete"));
  CHECK((*place.answers.find(claim, old))->parameters.at("onDelete") == "delete");
  CHECK(place.answers.find(claim, class_of("5")));
  CHECK_FALSE(place.answers.find(claim, class_of("6")));
  CHECK_FALSE(place.answers.find(claim, nullptr));
}

TEST_CASE("that there is no such class is an answer, too") {
  Place place;
  auto const claim = place.seen("web", "10");
  place.answers.keep("volumen-tipo-ivan", place.answers.asking(nullptr), nullptr);
  REQUIRE(place.answers.find(claim, nullptr));
  CHECK(*place.answers.find(claim, nullptr) == nullptr);
}

TEST_CASE("no answer outlives a new list of the claims: versions may be given once more") {
  Place place;
  auto const claim = place.seen("web", "10");
  auto const watched = class_of("3");
  place.answers.keep("volumen-tipo-ivan", place.answers.asking(watched), watched);
  REQUIRE(place.answers.find(claim, watched));
  place.view.claims_listed(place.clock.steady());
  CHECK_FALSE(place.answers.find(claim, watched));
}

TEST_CASE("an answer that was asked for earlier does not replace a later one") {
  Place place;
  auto const watched = class_of("3");
  (void)place.seen("first", "10");
  auto early = place.answers.asking(watched);
  auto const second = place.seen("second", "11");
  place.answers.keep("volumen-tipo-ivan", place.answers.asking(watched), watched);
  place.answers.keep("volumen-tipo-ivan", std::move(early), watched);
  CHECK(place.answers.find(second, watched));
}

TEST_CASE("a claim whose version is no number is asked for") {
  Place place;
  auto const watched = class_of("3");
  auto const claim = place.seen("web", "ten");
  place.answers.keep("volumen-tipo-ivan", place.answers.asking(watched), watched);
  CHECK_FALSE(place.answers.find(claim, watched));
}
