#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "k8s/base/clock.hpp"
#include "provisioner/cli/terminal.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {

/// Says how large a tree is; at least how large, where counting would last longer than `until`.
void show_size(std::string const& shown, std::string const& path, FileSystem& files, k8s::SteadyTime until,
               Terminal& terminal);

/// A tree on its way out.
struct TreeToPurge {
  std::string shown;  ///< what people know it by
  std::string name;   ///< among those that are to be removed
  std::size_t removed = 0;
};

/// In turns, so that a huge one holds up no small one. Gives the exit status: 1 if one cannot be removed now.
int purge_in_turns(std::deque<TreeToPurge> trees, VolumeStore& store, Terminal& terminal);

}  // namespace nfs
