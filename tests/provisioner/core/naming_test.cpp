#include "provisioner/core/naming.hpp"

#include <set>
#include <string>

#include <rapidcheck.h>

#include "core_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;

std::string const volume = "pvc-01234567-89ab-cdef-0123-456789abcdef";

TEST_CASE("A volume and its default directory are named as upstream names them") {
  CHECK(volume_name(golden_claim()) == "pvc-UID");
  CHECK(default_directory(golden_claim()) == "team-a-web-pvc-UID");
}

TEST_CASE("A provisioner's name is what Kubernetes takes for one") {
  std::string const longest(63, 'a');
  for (auto const& fine : {std::string("nfs"), std::string("example.com/nfs"), std::string("cluster.local/nfs-a_b.C"),
                           std::string("Example.COM/nfs"), longest, std::string(253, 'd') + "/" + longest})
    CHECK(is_qualified_name(fine));
  for (auto const& wrong :
       {std::string(), std::string("/"), std::string("a/"), std::string("/a"), std::string("a/b/c"), std::string("a b"),
        std::string("a_b/c"), std::string("a..b/c"), std::string(".a/c"), std::string("a./c"), std::string("-a"),
        std::string("a-"), std::string("a\nb"), std::string("\xc3\xa9"), longest + "a", std::string(254, 'd') + "/a"}) {
    INFO(wrong);
    CHECK_FALSE(is_qualified_name(wrong));
  }
}

TEST_CASE("An archive of the default layout has upstream's name") {
  CHECK(archive_name("team-a", "web", "pvc-UID") == "archived-team-a-web-pvc-UID");
}

TEST_CASE("An archive's name is left alone up to 255 bytes and shortened beyond") {
  auto const fixed = std::string("archived-ns--").size() + volume.size();
  std::string const fits(255 - fixed, 'c');
  CHECK(archive_name("ns", fits, volume) == "archived-ns-" + fits + "-" + volume);

  auto const shortened = archive_name("ns", fits + "c", volume);
  CHECK(shortened.size() <= 255);
  CHECK(shortened.starts_with("archived-ns-ccc"));
  CHECK(shortened.ends_with("-" + volume));
}

TEST_CASE("Shortened names differ where what was cut differs, or the volume does") {
  std::string const claim(253, 'c');
  std::string const name_space(63, 'n');
  std::set<std::string> const names = {
      archive_name(name_space, claim, volume),
      archive_name(name_space, claim.substr(1) + "d", volume),
      archive_name(name_space, claim, "pvc-01234567-89ab-cdef-0123-456789abcdee"),
      archive_name(name_space.substr(1) + "m", claim, volume),
  };
  CHECK(names.size() == 4);
  CHECK(names.contains(archive_name(name_space, claim, volume)));
}

TEST_CASE("The hash in a shortened name is FNV-1a: it stays the same in later versions") {
  std::string const claim(253, 'c');
  CHECK(archive_name("", claim, "v") == "archived--" + std::string(226, 'c') + "-905178624d346902-v");
}

TEST_CASE("A volume's name of the greatest length still gives a name that fits") {
  std::string const longest(253, 'v');
  auto const name = archive_name("ns", "claim", longest);
  CHECK(name.size() == 255);
  CHECK(name != archive_name("ns", "claim", "w" + longest.substr(1)));
}

TEST_CASE("A slash in a claim's name does not lead out of the export's root") {
  auto const name = archive_name("..", "/../etc", volume);
  CHECK(path(name).components().size() == 1);
  CHECK(name != archive_name("..", "_.._etc", volume));
}

TEST_CASE("Any three names give one valid component of at most 255 bytes") {
  CHECK(rc::check("archive names", [] {
    auto const any = rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    auto const sized = rc::gen::scale(4.0, any);
    auto const name = archive_name(*sized, *sized, *sized);
    RC_ASSERT(name.size() <= 255U);
    auto const parsed = RelativePath::parse_internal(name);
    RC_ASSERT(!is_refused(parsed));
    RC_ASSERT(std::get<RelativePath>(parsed).text() == name);
    RC_ASSERT(std::get<RelativePath>(parsed).components().size() == 1U);
    RC_ASSERT(is_refused(RelativePath::parse(name)));
  }));
}

}  // namespace
}  // namespace nfs
