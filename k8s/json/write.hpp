#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/claim.hpp"
#include "k8s/model/event.hpp"
#include "k8s/model/lease.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

namespace k8s {

/// The object as JSON, apiVersion and kind included; empty fields, and the status, are left out
/// (the server ignores a status on create).
[[nodiscard]] std::string write(Claim const& claim);
[[nodiscard]] std::string write(Volume const& volume);
[[nodiscard]] std::string write(StorageClass const& storage_class);
[[nodiscard]] std::string write(Event const& event);
[[nodiscard]] std::string write(Namespace const& name_space);
/// A Lease's spec is written whole, also a holder that is nobody.
[[nodiscard]] std::string write(Lease const& lease);
[[nodiscard]] std::string write(Endpoints const& endpoints);
/// As it stands in an annotation.
[[nodiscard]] std::string write(LeaderRecord const& record);

/// What a write must find for it to be done; empty members are not checked.
struct Preconditions {
  std::string uid;
  std::string resource_version;
};

/// metav1.DeleteOptions with preconditions.
[[nodiscard]] std::string write_delete_options(Preconditions const& preconditions);

/// SelfSubjectAccessReview: may I `verb` `resource`[/`subresource`] of `group` (in `name_space`, if not empty)?
struct AccessQuestion {
  std::string verb;
  std::string group;
  std::string resource;
  std::string subresource;
  std::string name_space;
  bool operator==(AccessQuestion const&) const = default;
};
[[nodiscard]] std::string write_access_review(AccessQuestion const& question);

/// Builds a JSON merge patch (RFC 7386) by dotted-path-free steps: nested objects are opened and closed.
/// Example: MergePatch().precondition({uid, rv}).open("spec").set("volumeName", "pvc-1").close().text()
class MergePatch {
 public:
  MergePatch();
  ~MergePatch();
  MergePatch(MergePatch&&) noexcept;

  /// metadata.uid and metadata.resourceVersion: the server answers 409 when they differ. To be called at most once and
  /// first; `annotations` go into the same metadata object (an empty map adds none).
  MergePatch& metadata(Preconditions const& preconditions, StringMap const& annotations = {});
  MergePatch& open(std::string_view member);
  MergePatch& close();
  MergePatch& set(std::string_view member, std::string_view value);
  MergePatch& set(std::string_view member, std::vector<std::string> const& values);
  MergePatch& remove(std::string_view member);

  /// Closes what is open and gives the text. The patch is used up.
  [[nodiscard]] std::string text();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Strategic merge patches that put `finalizer` on an object, or take it off, whatever other finalizers come and go
/// meanwhile. The server answers 422 when the uid is another, and 409 when the resourceVersion is, if one is given.
[[nodiscard]] std::string write_add_finalizer(std::string_view finalizer, std::string_view uid);
[[nodiscard]] std::string write_remove_finalizer(std::string_view finalizer, Preconditions const& preconditions);

}  // namespace k8s
