#pragma once

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/archives.hpp"
#include "provisioner/storage/volumes/export_marker.hpp"
#include "provisioner/storage/volumes/intents.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

namespace nfs {

/// The nouns that one export is made of.
struct ExportParts {
  explicit ExportParts(FileSystem& file_system) : files(file_system) {}

  FileSystem& files;
  PrivateDirectories directories{files};
  ExportMarker marker{files, directories};
  Intents intents{files, directories};
  Archives archives{files, directories};
};

}  // namespace nfs
