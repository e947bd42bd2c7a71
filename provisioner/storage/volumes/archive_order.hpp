#pragma once

#include <string_view>
#include <tuple>

#include "provisioner/core/archive_record.hpp"
#include "provisioner/core/restore.hpp"

// The orders in which ArchiveCatalog keeps its archives: by group, and the newest of a group first. So the newest of
// each group is found without a look at the others.
namespace nfs::archive_order {

/// Namespace, name, namespace uid, class, whether it was kept in place, whether its time is unknown, whether it was
/// scratch, whether it was taken over; of what was in use then, the volume: each of those is looked at.
using ClaimGroup = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view, bool, bool, bool,
                              bool, std::string_view>;
/// Path, whether it was moved aside, namespace, namespace uid, class, whether its time is unknown, whether it was
/// scratch, whether it was taken over.
using PathGroup =
    std::tuple<std::string_view, bool, std::string_view, std::string_view, std::string_view, bool, bool, bool>;

[[nodiscard]] inline ClaimGroup group_of_claim(ArchiveRecord const& record) {
  return {record.claim_namespace,
          record.claim_name,
          record.namespace_uid,
          record.storage_class,
          record.in_place(),
          record.time.empty(),
          record.scratch,
          !record.taken_from.empty(),
          record.was_in_use() ? std::string_view(record.volume) : std::string_view()};
}
[[nodiscard]] inline PathGroup group_of_path(ArchiveRecord const& record) {
  return {record.original_path, !record.in_place(),  record.claim_namespace, record.namespace_uid,
          record.storage_class, record.time.empty(), record.scratch,         !record.taken_from.empty()};
}

/// No group of this claim, or path, comes before it.
[[nodiscard]] inline ClaimGroup first_group_of_claim(std::string_view name_space, std::string_view claim) {
  return {name_space, claim, {}, {}, false, false, false, false, {}};
}
[[nodiscard]] inline PathGroup first_group_of_path(std::string_view path) {
  return {path, false, {}, {}, {}, false, false, false};
}

template <auto group_of>
struct ByGroup {
  using is_transparent = void;
  using Group = decltype(group_of(std::declval<ArchiveRecord const&>()));

  static Group group(ArchiveRecord const& record) { return group_of(record); }

  bool operator()(ArchiveRecord const* left, ArchiveRecord const* right) const {
    auto const group = group_of(*left);
    auto const other = group_of(*right);
    return group != other ? group < other : is_older(*right, *left);
  }
  bool operator()(ArchiveRecord const* left, Group const& right) const { return group_of(*left) < right; }
  bool operator()(Group const& left, ArchiveRecord const* right) const { return left < group_of(*right); }
};

}  // namespace nfs::archive_order
