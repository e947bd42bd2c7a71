#pragma once

#include "provisioner/exports/export_site.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {

/// Looks at the export and notes in its health what was seen. May hang, as any file system call: never on a thread that
/// somebody waits for. Before it is identified, `leading` says who will say that it is well: the one who leads does so
/// by identifying it, one who stands by when the mount answers.
void look_at(ExportSite& site, bool leading);

/// How the export is, from what is known: never waits for it.
[[nodiscard]] ExportStatus status_of(ExportSite& site, k8s::SteadyTime now);

}  // namespace nfs
