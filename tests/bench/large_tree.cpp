// Declared in measurements.hpp.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "tests/bench/load.hpp"
#include "tests/bench/measurements.hpp"

namespace nfs::bench {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Empty files, a thousand in each directory.
void fill(fs::path const& top, int files) {
  constexpr int in_each = 1000;
  for (int i = 0; i < files; ++i) {
    auto const directory = top / fmt::format("d{}", i / in_each);
    if (i % in_each == 0) fs::create_directory(directory);
    int const file = ::open((directory / fmt::format("f{}", i)).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0) throw std::runtime_error{"cannot write " + directory.string()};
    ::close(file);
  }
}

// What the program moved away and has not removed yet. Another one has nothing of the kind.
bool has_trash(test::ExportDir const& exported) {
  return exported.has(".nfs-subdir-provisioner") && !exported.names_in(exported.own("trash")).empty();
}

void measure(Bench& bench, std::string const& group, Contender const& contender) {
  Ground ground(contender, Limits::usual);
  ground.skip_trash();
  make_claims(ground, "large", 1);
  await(ground, &Moments::bound, 1, 60s);
  auto const volume = ground.cluster().volumes().at(0);
  fs::path const path = volume.source.attributes.at("path");
  auto const directory = ground.exported().root() / path.lexically_relative("/exported");
  fill(directory, bench.sizes.files);

  auto const began = std::chrono::steady_clock::now();
  auto const since = [&] { return Seconds(std::chrono::steady_clock::now() - began).count(); };
  auto const cpu = ground.cpu();
  delete_claims(ground, "large", 1);
  test::eventually(
      "the volume's path free", [&] { return !fs::exists(directory); }, 3600s);
  bench.report.add(group, contender.name, "path free after", since(), "s");
  await(ground, &Moments::volume_gone, 1, 3600s);
  bench.report.add(group, contender.name, "volume gone after", since(), "s");
  ground.watch().forget();
  make_claims(ground, "other", 1);
  await(ground, &Moments::bound, 1, 3600s);
  auto const other = seconds_between(ground.watch().moments(), &Moments::asked, &Moments::bound);
  bench.report.add(group, contender.name, "another claim made then, to Bound", other.at(0) * 1000, "ms");
  test::eventually(
      "the space free", [&] { return !has_trash(ground.exported()); }, 3600s);
  bench.report.add(group, contender.name, "space free after", since(), "s");
  bench.report.add(group, contender.name, "CPU", ground.cpu() - cpu, "s");
}

}  // namespace

void measure_large_tree(Bench& bench) {
  auto const group = fmt::format("release of {} files", bench.sizes.files);
  auto all = std::vector{bench.contenders.ours("direct")};
  if (auto const peer = bench.contenders.peer()) all.push_back(*peer);
  for (auto const& contender : bench.some_of(all)) {
    try {
      measure(bench, group, contender);
    } catch (std::exception const& error) {
      bench.report.failed(group, contender.name, error.what());
    }
  }
}

}  // namespace nfs::bench
