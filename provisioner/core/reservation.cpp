#include "provisioner/core/reservation.hpp"

#include <utility>

#include "provisioner/core/path_pattern.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

// Of a namespace of this name, and not one that was made anew since. What was taken over comes from another cluster:
// an administrator has said that its namespaces are the ones of the same names here.
bool is_of_namespace(ArchiveRecord const& record, Asker const& asker) {
  if (record.claim_namespace != asker.name_space) return false;
  if (!record.taken_from.empty()) return true;
  return !record.namespace_uid.empty() && record.namespace_uid == asker.namespace_uid;
}

bool is_of_class(ArchiveRecord const& record, Asker const& asker) {
  return !record.was_in_use() || record.storage_class.empty() || record.storage_class == asker.storage_class;
}

bool is_of_claim(ArchiveRecord const& record, Asker const& asker) {
  bool const of_that_name = record.claim_namespace == asker.name_space && record.claim_name == asker.name;
  return of_that_name && is_of_class(record, asker) && (is_of_namespace(record, asker) || asker.across_namespace_uid);
}

bool may_share(ArchiveRecord const& record, Asker const& asker, SharedDirectory sharing) {
  if (sharing == SharedDirectory::always) return true;
  return sharing == SharedDirectory::same_namespace && is_of_namespace(record, asker);
}

// A record's path was checked when it was read.
enum class Relation { apart, equal, nested };

Relation relation_of(ArchiveRecord const& record, RelativePath const& path) {
  std::string_view const recorded = record.original_path;
  std::string_view const wanted = path.text();
  if (recorded == wanted) return Relation::equal;
  auto const lies_in = [](std::string_view inner, std::string_view outer) {
    return inner.size() > outer.size() && inner.starts_with(outer) && inner[outer.size()] == '/';
  };
  return lies_in(recorded, wanted) || lies_in(wanted, recorded) ? Relation::nested : Relation::apart;
}

}  // namespace

Asker asker_of(k8s::Claim const& claim, k8s::StorageClass const& storage_class, ClassParameters const& parameters,
               std::string namespace_uid, std::string namespace_made_at) {
  bool const released = storage_class.reclaim_policy == "Delete";
  auto const traits = traits_of(parameters.path_pattern);
  return {.name_space = claim.meta.name_space,
          .name = claim.meta.name,
          .uid = claim.meta.uid,
          .namespace_uid = std::move(namespace_uid),
          .kept_for = released ? kept_for(parameters.on_delete, parameters.archive_retention) : std::nullopt,
          .namespace_made_at = std::move(namespace_made_at),
          .chooses_path = traits.has_tenant_text || traits.has_name,
          .across_namespace_uid = parameters.restore_across_namespace_uid,
          .storage_class = storage_class.meta.name};
}

std::optional<WantedPlace> wanted_place(k8s::Claim const& claim, k8s::StorageClass const& storage_class,
                                        std::string const& cluster, std::string namespace_uid,
                                        std::string namespace_made_at) {
  auto parsed = parse_class_parameters(storage_class.parameters);
  auto* parameters = std::get_if<ClassParameters>(&parsed);
  if (parameters == nullptr) return std::nullopt;
  parameters->cluster = cluster;
  auto path = directory_of(claim, *parameters);
  if (!std::holds_alternative<RelativePath>(path)) return std::nullopt;
  return WantedPlace{
      std::get<RelativePath>(std::move(path)), parameters->shared_directory,
      asker_of(claim, storage_class, *parameters, std::move(namespace_uid), std::move(namespace_made_at))};
}

bool reserves(ArchiveRecord const& record, RelativePath const& path, Asker const& asker, SharedDirectory sharing) {
  auto const relation = relation_of(record, path);
  if (relation == Relation::apart) return false;
  if (!record.in_place()) {
    return record.claim_namespace != asker.name_space && asker.chooses_path && sharing != SharedDirectory::always;
  }
  return relation == Relation::nested || !was_kept_for(record, path, asker, sharing);
}

bool was_kept_for(ArchiveRecord const& record, RelativePath const& path, Asker const& asker, SharedDirectory sharing) {
  bool const is_here = record.in_place() && relation_of(record, path) == Relation::equal;
  return is_here && (is_of_claim(record, asker) || may_share(record, asker, sharing));
}

std::string reserved_text(RelativePath const& path, ArchiveRecord const& record, Asker const& asker) {
  auto const directory = "directory " + quoted(path.text(), 120);
  std::string const elsewhere = ": choose another directory (class parameter pathPattern), or ask an administrator";
  if (record.claim_namespace != asker.name_space) {
    return directory + ", or one above or below it, is kept for a claim of another namespace" + elsewhere;
  }
  bool const equal = relation_of(record, path) == Relation::equal;
  auto const which = equal ? directory
                           : "directory " + quoted(record.original_path, 120) + ", which lies above or below " +
                                 quoted(path.text(), 120) + ",";
  if (!is_of_namespace(record, asker)) {
    return which + " was kept in a namespace of this name, which may be an earlier one" + elsewhere +
           "; class parameter restoreAcrossNamespaceUid: \"true\" lets a claim of the same name have it";
  }
  auto const of_class = is_of_class(record, asker) ? std::string() : ", class " + quoted(record.storage_class);
  return which + " is kept for claim " + quoted(record.claim_name) + " (volume " + quoted(record.volume) + of_class +
         ")" + elsewhere;
}

}  // namespace nfs
