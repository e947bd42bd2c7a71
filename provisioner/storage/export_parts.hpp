#pragma once

#include "provisioner/storage/archives.hpp"
#include "provisioner/storage/export_marker.hpp"
#include "provisioner/storage/file_system.hpp"
#include "provisioner/storage/intents.hpp"
#include "provisioner/storage/private_directories.hpp"

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
