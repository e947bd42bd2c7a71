#include "provisioner/controller/ledger.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

using Names = std::vector<std::string>;

struct Book {
  std::vector<Export> exports{{"default", "nfs.example", "/data/nfs", "/mnt"}};
  Ledger ledger{exports, std::string(our_name)};

  Occupancy look() {
    Occupancy seen;
    (void)ledger.decide("nobody", 0, Decided::Volume::none, [&](Ledger::View const& view) -> Decision {
      seen = view.occupancies[0];
      return LeaveAlone{Reason::nothing_due};
    });
    return seen;
  }
  void wait_for(std::string const& name, std::string const& volume) {
    (void)ledger.decide(name, 0, Decided::Volume::none, [&](auto const&) -> Decision {
      return Wait{Reason::volume_unreadable, volume};
    });
  }
  Names note(std::optional<k8s::Volume> before, std::optional<k8s::Volume> after) {
    auto const pointer = [](auto& volume) {
      return volume ? std::make_shared<k8s::Volume const>(*volume) : std::shared_ptr<k8s::Volume const>();
    };
    return ledger.note({pointer(before), pointer(after)}).woken;
  }
};

}  // namespace

TEST_CASE("a volume that was read once stays where it is while it cannot be read, until it can") {
  Book book;
  auto const volume = volume_at("pvc-U1", "/data/nfs/team-a/web", "U1");
  (void)book.note({}, volume);
  book.ledger.set_aside("pvc-U1");
  auto const seen = book.look();
  CHECK(seen.overlapping(path("team-a/web")).at(0).occupant.unreadable);
  CHECK_FALSE(seen.unread());
  (void)book.note(volume, volume);
  CHECK_FALSE(book.look().overlapping(path("team-a/web")).at(0).occupant.unreadable);
}

TEST_CASE("a volume of another server, read once, is not taken to be anywhere") {
  Book book;
  auto volume = volume_at("other", "/data/nfs/team-a/web");
  volume.source.attributes["server"] = "elsewhere.example";
  (void)book.note({}, volume);
  book.ledger.set_aside("other");
  CHECK_FALSE(book.look().unread());
}

TEST_CASE("a volume that was never read may be anywhere, until it is read or gone; then who waited is looked at") {
  Book book;
  book.ledger.set_aside("by-hand");
  CHECK(book.look().unread() == "by-hand");
  book.wait_for("pvc-U1", "by-hand");
  bool const gone = GENERATE(true, false);
  auto const freed =
      gone ? book.ledger.unread_gone("by-hand").woken : book.note({}, volume_at("by-hand", "/data/nfs/x"));
  CHECK(freed == Names{"pvc-U1"});
  CHECK_FALSE(book.look().unread());
}
