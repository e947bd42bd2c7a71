#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/model/object_meta.hpp"
#include "provisioner/core/refusal.hpp"

namespace nfs {

enum class OnDelete { archive, remove, retain };  ///< `onDelete: archive | delete | retain`
enum class OnCreate { adopt, restore };
enum class OnMissingKey { refuse, empty };
enum class SharedDirectory { never, same_namespace, always };

/// What becomes of a directory that is there already.
enum class Adopts {
  any,             ///< adopted as it is
  empty,           ///< adopted if it is empty: nobody knows whose data it would be
  empty_as_asked,  ///< adopted if it is empty: the claim asks to begin so
  none,            ///< not adopted: it may be another volume's
};

[[nodiscard]] std::string_view to_string(OnDelete policy);  ///< as spelled in a class
[[nodiscard]] std::optional<OnDelete> parse_on_delete(std::string_view text);

/// Octal text, 0 to 7777, with or without leading zeros ("777", "0770", "2770"). More than 32 digits are malformed,
/// here and in a user id.
[[nodiscard]] std::optional<std::uint32_t> parse_mode(std::string_view text);
/// A user or group id: decimal, 0 to 4294967294.
[[nodiscard]] std::optional<std::uint32_t> parse_id(std::string_view text);
/// `30d`, `12h`: a whole number and one of s m h d w. Zero is malformed, and so is what exceeds 100 years (36500d):
/// added to a time of std::chrono's it would overflow.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retention(std::string_view text);
/// How long what was released rests in the trash: "0" (it is removed at once), or as parse_retention() has it.
[[nodiscard]] std::optional<std::chrono::seconds> parse_trash_retention(std::string_view text);
/// The words that Go's strconv.ParseBool takes: 1 t T TRUE true True 0 f F FALSE false False.
[[nodiscard]] std::optional<bool> parse_go_bool(std::string_view text);

/// What a StorageClass asks for. docs/behaviour.md#parameters.
struct ClassParameters {
  std::string path_pattern;  ///< empty: the default layout
  std::string cluster = {};  ///< what `${cluster}` stands for (core/cluster); not of the class; empty: not known
  OnDelete on_delete = OnDelete::archive;
  OnCreate on_create = OnCreate::adopt;
  OnMissingKey on_missing_key = OnMissingKey::refuse;
  SharedDirectory shared_directory = SharedDirectory::never;
  std::optional<std::uint32_t> directory_mode;
  std::optional<std::uint32_t> directory_uid;
  std::optional<std::uint32_t> directory_gid;
  bool allow_directory_annotations = false;
  bool restore_across_namespace_uid = false;
  std::optional<bool> adopt_existing;  ///< `onExisting: adopt | refuse`; nullopt: as the pattern says
  bool allow_tenant_paths = false;
  std::optional<std::chrono::seconds> archive_retention;
  std::optional<std::chrono::seconds> trash_retention;  ///< nullopt: as the program's setting says

  bool operator==(ClassParameters const&) const = default;
};

/// How long data is kept once it was released; nullopt: for ever.
[[nodiscard]] std::optional<std::chrono::seconds> kept_for(OnDelete policy,
                                                           std::optional<std::chrono::seconds> retention);

/// Reads a class's parameters. Unknown and malformed ones are refused, by name, with the allowed values
/// (docs/behaviour.md#parameters). `onDelete` wins over `archiveOnDelete`; a malformed one of either is refused even
/// when the other wins. `csi.storage.k8s.io/*` and other namespaced keys are unknown as well. The pattern is not looked
/// into here: a class whose pattern is wrong can still release what it has made.
[[nodiscard]] OrRefusal<ClassParameters> parse_class_parameters(k8s::StringMap const& parameters);

}  // namespace nfs
