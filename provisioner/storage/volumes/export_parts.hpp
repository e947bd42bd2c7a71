#pragma once

#include <string>
#include <utility>

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/archives.hpp"
#include "provisioner/storage/volumes/export_marker.hpp"
#include "provisioner/storage/volumes/intents.hpp"
#include "provisioner/storage/volumes/neighbour_survey.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/resting_trash.hpp"
#include "provisioner/storage/volumes/take_overs.hpp"

namespace nfs {

/// The nouns that one export is made of, for one cluster.
struct ExportParts {
  ExportParts(FileSystem& file_system, std::string cluster_id) : files(file_system), cluster(std::move(cluster_id)) {}

  FileSystem& files;
  ClusterLayout cluster;  ///< set before anything else is called
  PrivateDirectories directories{files, cluster};
  ExportMarker marker{files, directories};
  Intents intents{files, directories, cluster};
  RestingTrash resting{files, directories, cluster};
  Archives archives{files, directories, cluster, resting};
  NeighbourSurvey neighbours{files, cluster};
  TakeOvers take_overs{files, directories, cluster, archives};
};

}  // namespace nfs
