#include <string>
#include <vector>

#include "k8s/json/emitter.hpp"
#include "k8s/json/write.hpp"

namespace k8s {
namespace {

using json::Emitter;

std::string finalizer_patch(std::string_view directive, std::string_view finalizer,
                            Preconditions const& preconditions) {
  return json::document([&](Emitter& out) {
    out.object("metadata", [&] {
      out.some("uid", preconditions.uid);
      out.some("resourceVersion", preconditions.resource_version);
      out.list(directive, std::vector{std::string(finalizer)});
    });
  });
}

}  // namespace

std::string write_delete_options(Preconditions const& preconditions) {
  return json::document([&](Emitter& out) {
    out.text("apiVersion", "v1");
    out.text("kind", "DeleteOptions");
    if (preconditions.uid.empty() && preconditions.resource_version.empty()) return;
    out.object("preconditions", [&] {
      out.some("uid", preconditions.uid);
      out.some("resourceVersion", preconditions.resource_version);
    });
  });
}

std::string write_access_review(AccessQuestion const& question) {
  return json::document([&](Emitter& out) {
    out.text("apiVersion", "authorization.k8s.io/v1");
    out.text("kind", "SelfSubjectAccessReview");
    out.object("spec", [&] {
      out.object("resourceAttributes", [&] {
        out.some("namespace", question.name_space);
        out.some("verb", question.verb);
        out.some("group", question.group);
        out.some("resource", question.resource);
        out.some("subresource", question.subresource);
      });
    });
  });
}

std::string write_add_finalizer(std::string_view finalizer, std::string_view uid) {
  return finalizer_patch("finalizers", finalizer, {std::string(uid), {}});
}

std::string write_remove_finalizer(std::string_view finalizer, Preconditions const& preconditions) {
  return finalizer_patch("$deleteFromPrimitiveList/finalizers", finalizer, preconditions);
}

}  // namespace k8s
