#include "provisioner/cli/adopt_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "provisioner/base/counted.hpp"
#include "provisioner/cli/check_marker.hpp"
#include "provisioner/cli/cluster_access.hpp"
#include "provisioner/core/adoption.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {
namespace {

StorageResult<std::vector<bool>> which_stand(ExpectedExport const& expected, FileSystem& files) {
  std::vector<bool> stands;
  for (auto const& each : expected) {
    auto const status = files.status(each.path.text());
    bool const unseen = status.has_error() && status.error().fault != StorageFault::not_found &&
                        status.error().fault != StorageFault::not_directory;
    if (unseen) {
      return status.error();
    }
    stands.push_back(status.has_value() && status->kind == FileKind::directory);
  }
  return stands;
}

int carry_out(Adoption const& adoption, Export const& where, VolumeStore& store, bool yes, Terminal& terminal) {
  terminal.out << fmt::format(
      "export {}:{} at {} gets the marker of {}; directories that volumes name: {} found, {} missing\n", where.server,
      where.path, where.mount, adoption.id.empty() ? "a new export" : "export " + adoption.id, adoption.standing,
      adoption.missing.size());
  if (!adoption.id.empty()) {
    terminal.out << "Records of archives do not come back by that: without them archives come back by name alone. If "
                    "the old export is still there, copy its .nfs-subdir-provisioner instead.\n";
  }
  if (!yes) {
    terminal.out << "Nothing was changed. To do it: the same with --yes.\n";
    return 0;
  }
  auto const adopted = store.adopt(adoption.id);
  if (adopted.has_error()) {
    return fail(terminal, adopted.error().message);
  }
  terminal.out << fmt::format("It is export {} now. The program goes on by itself.\n", *adopted);
  return 0;
}

Export const* export_named(std::string const& name, std::vector<Export> const& exports) {
  if (name.empty()) {
    return exports.size() == 1 ? &exports.front() : nullptr;
  }
  auto const at = std::ranges::find(exports, name, &Export::name);
  return at == exports.end() ? nullptr : &*at;
}

}  // namespace

int adopt_export(AdoptArguments const& arguments, Export const& where, ExpectedExport const& expected,
                 FileSystem& files, Terminal terminal) {
  VolumeStore store(files);
  auto const found = store.would_identify({});
  if (found.has_error()) {
    return fail(terminal, found.error().message);
  }
  auto const verdict = judge_mount(*found, expected);
  if (verdict.kind == MountVerdict::Kind::other_export) {
    return fail(terminal, why_not(verdict, *found) +
                              ". No marker is overwritten: mount the right one, or move "
                              ".nfs-subdir-provisioner/export.json away first, if you are sure");
  }
  if (!found->empty()) {
    terminal.out << fmt::format("Nothing to adopt: it has its marker, of export {}.\n", *found);
    return 0;
  }
  if (expected.empty()) {
    terminal.out << "Nothing to adopt: no volume lies there. The program makes the marker itself when it starts.\n";
    return 0;
  }
  auto stands = which_stand(expected, files);
  if (stands.has_error()) {
    return fail(terminal, stands.error().message);
  }
  auto const plan = plan_adoption({expected, std::move(*stands), arguments.force});
  if (auto const* why = std::get_if<Refusal>(&plan)) {
    return fail(terminal, why->message);
  }
  return carry_out(std::get<Adoption>(plan), where, store, arguments.yes, terminal);
}

int run_adopt(AdoptArguments const& arguments, Options const& options, k8s::Environment const& environment,
              Terminal terminal) {
  auto const* where = export_named(arguments.name, options.exports);
  if (where == nullptr) {
    return misused(terminal, "export adopt: name one of the exports of the list");
  }
  auto const transport = connect_for("adopt", options, environment);
  if (transport.has_error()) {
    return fail(terminal, transport.error().message);
  }
  k8s::Client client((*transport)->connect());
  auto const volumes = list_cluster_volumes(client);
  if (volumes.has_error()) {
    return fail(terminal, volumes.error().message);
  }
  if (volumes->unreadable > 0) {
    return fail(
        terminal,
        fmt::format("{} of the cluster cannot be read, and may lie there; mend or delete what cannot be read first",
                    counted(volumes->unreadable, "volume", "volumes")));
  }
  std::vector<std::string> ids;
  for (auto const& each : options.exports) {
    ids.push_back(marker_id(*open_file_system(each.mount)));
  }
  auto const files = open_file_system(where->mount);
  auto const expected = expected_on(*where, volumes->all, options.provisioner, ids);
  return adopt_export(arguments, *where, expected, *files, terminal);
}

}  // namespace nfs
