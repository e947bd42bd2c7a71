#include "provisioner/cli/purge_in_turns.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "provisioner/base/bytes.hpp"
#include "provisioner/base/counted.hpp"
#include "provisioner/storage/volumes/tree_size.hpp"

namespace nfs {

void show_size(std::string const& shown, std::string const& path, FileSystem& files, k8s::SteadyTime until,
               Terminal& terminal) {
  auto const in_time = [&] { return k8s::system_clock().steady() < until; };
  if (!in_time()) {
    terminal.out << fmt::format("{}: not measured, that takes too long\n", shown);
    return;
  }
  auto const size = measure_tree(files, path, [&](TreeSize const& so_far) {
    if (terminal.interactive)
      terminal.out << fmt::format("\r{}: {} in {} so far", shown, format_bytes(so_far.bytes), so_far.entries)
                   << std::flush;
    return in_time();
  });
  if (terminal.interactive) terminal.out << "\r\x1b[K";
  terminal.out << fmt::format("{}: {}{} in {}\n", shown, size.whole ? "" : "at least ", format_bytes(size.bytes),
                              counted(size.entries, "file or directory", "files and directories"));
}

int purge_in_turns(std::deque<TreeToPurge> trees, VolumeStore& store, Terminal& terminal) {
  constexpr std::size_t batch = 1000;
  int status = 0;
  while (!trees.empty()) {
    auto tree = std::move(trees.front());
    trees.pop_front();
    auto const done = store.purge_some(tree.name, batch);
    if (terminal.interactive) terminal.out << "\r\x1b[K";
    if (done.has_error()) {
      status = fail(terminal, fmt::format("{}: {}; it stays in the trash, where the service tries again", tree.shown,
                                          done.error().message));
    } else if (*done) {
      terminal.out << tree.shown << ": removed\n";
    } else {
      tree.removed += batch;
      if (terminal.interactive)
        terminal.out << fmt::format("{}: {} removed so far", tree.shown, tree.removed) << std::flush;
      trees.push_back(std::move(tree));
    }
  }
  return status;
}

}  // namespace nfs
