#include "provisioner/storage/volumes/export_marker.hpp"

#include <fmt/format.h>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {
namespace {

StorageError wrong_export(std::string_view why) {
  return describe({StorageFault::wrong_export, std::string(why)}, "use", "");
}

std::string new_id() {
  return to_string(boost::uuids::random_generator()());
}

StorageError marker_missing() {
  return wrong_export("its marker is missing: is the mount missing?");
}

}  // namespace

StorageResult<ExportMarker::Mounted> ExportMarker::look() {
  ASSIGN_OR_RETURN(auto sight, files_.look(layout::marker, layout::max_document_bytes));
  Mounted mounted{.id = {}, .root = std::move(sight.root), .device = sight.device};
  if (!sight.content) {
    return mounted;
  }
  auto marker = read_marker(*sight.content);
  if (marker.has_error()) {
    return describe(marker.error(), "read", layout::marker);
  }
  mounted.id = std::move(marker->id);
  return mounted;
}

StorageResult<bool> ExportMarker::any_stands(ExpectedExport const& expected) {
  for (auto const& each : expected) {
    auto const status = files_.status(each.path.text());
    if (status.has_value() && status->kind == FileKind::directory) {
      return true;
    }
    bool const nothing = status.has_value() || status.error().fault == StorageFault::not_found ||
                         status.error().fault == StorageFault::not_directory;
    if (!nothing) {
      return status.error();
    }
  }
  return false;
}

StorageResult<void> ExportMarker::judge(Mounted const& mounted, ExpectedExport const& expected) {
  auto const id = mounted.id.value_or("");
  auto const verdict = judge_mount(id, expected);
  if (verdict.kind == MountVerdict::Kind::usable) {
    return {};
  }
  if (verdict.kind == MountVerdict::Kind::needs_directory) {
    files_.use(mounted.root);
    ASSIGN_OR_RETURN(bool const stands, any_stands(expected));
    if (stands) {
      return {};
    }
  }
  return wrong_export(why_not(verdict, id));
}

StorageResult<std::string> ExportMarker::would_identify(ExpectedExport const& expected) {
  ASSIGN_OR_RETURN(auto const mounted, look());
  RETURN_IF_ERROR(judge(mounted, expected));
  return mounted.id.value_or("");
}

StorageResult<std::string> ExportMarker::identify(ExpectedExport const& expected) {
  ASSIGN_OR_RETURN(auto mounted, look());
  auto& found = mounted.id;
  k8s::MutexLock const lock(mutex_);
  RETURN_IF_ERROR(judge(mounted, expected));
  if (!found && !id_.empty()) {
    return marker_missing();
  }
  if (!id_.empty() && *found != id_) {
    return wrong_export(fmt::format("it is another export, {}, than before", *found));
  }
  files_.use(mounted.root);
  RETURN_IF_ERROR(directories_.make());
  if (!found) {
    ASSIGN_OR_RETURN(found, make(new_id()));
  }
  if (id_.empty()) {
    directories_.remove_temporaries();
  }
  id_ = *found;
  return id_;
}

// Renamed into place, which replaces nothing: of two processes that start at once, both take the marker of one.
StorageResult<std::string> ExportMarker::make(std::string const& id) {
  auto const aside = joined(names::private_directory, fmt::format("{}{}", temporary_prefix, new_id()));
  RETURN_IF_ERROR(files_.write_file(aside, write_document(Marker{.id = id})));
  auto const placed = files_.rename(aside, layout::marker);
  if (placed.has_error()) {
    (void)files_.remove_file(aside);
    // Not found: somebody who was faster has cleared away what looked left over from a crash.
    auto const fault = placed.error().fault;
    if (fault != StorageFault::exists && fault != StorageFault::not_found) {
      return placed.error();
    }
  }
  RETURN_IF_ERROR(directories_.sync(names::private_directory));
  ASSIGN_OR_RETURN(auto mounted, look());
  if (!mounted.id) {
    return marker_missing();
  }
  files_.use(mounted.root);
  return std::move(*mounted.id);
}

StorageResult<std::string> ExportMarker::adopt(std::string const& id) {
  ASSIGN_OR_RETURN(auto const mounted, look());
  if (mounted.id) {
    return describe({StorageFault::exists, fmt::format("it is export {}", *mounted.id)}, "write a marker on", "");
  }
  files_.use(mounted.root);
  auto const made = files_.make_directory(names::private_directory, 0700);
  if (made.has_error() && made.error().fault != StorageFault::exists) {
    return made.error();
  }
  RETURN_IF_ERROR(files_.sync_directory(""));
  return make(id.empty() ? new_id() : id);
}

StorageResult<std::string> ExportMarker::join() {
  ASSIGN_OR_RETURN(auto const mounted, look());
  if (!mounted.id) {
    return describe({StorageFault::not_found, "no export.json: is this the export, and has the service run on it?"},
                    "use", "");
  }
  files_.use(mounted.root);
  k8s::MutexLock const lock(mutex_);
  id_ = *mounted.id;
  return id_;
}

StorageResult<void> ExportMarker::check() {
  auto const id = [this] {
    k8s::MutexLock const lock(mutex_);
    return id_;
  }();
  if (id.empty()) {
    return wrong_export("it was not identified yet");
  }
  auto const mounted = look();
  if (mounted.has_error()) {
    bool const replaced = mounted.error().fault == StorageFault::not_directory;
    return replaced ? wrong_export(mounted.error().message) : mounted.error();
  }
  if (!mounted->id) {
    return marker_missing();
  }
  if (*mounted->id != id) {
    return wrong_export(fmt::format("it is {} now, and was {}", *mounted->id, id));
  }
  files_.use(mounted->root);
  device_ = mounted->device;
  return {};
}

}  // namespace nfs
