#include <algorithm>
#include <iterator>

#include "k8s/json/emitter.hpp"
#include "k8s/json/write.hpp"

namespace k8s {
namespace {

using json::Emitter;

template <class Value>
void patch_step(Emitter& out, std::string_view operation, std::string_view path, Value value) {
  out.object([&] {
    out.text("op", operation);
    out.text("path", path);
    value();
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

std::string write_remove_finalizer(std::vector<std::string> const& current, std::string_view finalizer,
                                   std::string_view uid) {
  constexpr std::string_view path = "/metadata/finalizers";
  std::vector<std::string> left;
  std::copy_if(current.begin(), current.end(), std::back_inserter(left), [&](auto const& f) { return f != finalizer; });
  Emitter out;
  out.array([&] {
    if (!uid.empty()) patch_step(out, "test", "/metadata/uid", [&] { out.text("value", uid); });
    if (left.size() == current.size()) return;  // it is off already
    patch_step(out, "test", path, [&] { out.list("value", current); });
    if (left.empty()) {
      patch_step(out, "remove", path, [] {});
    } else {
      patch_step(out, "replace", path, [&] { out.list("value", left); });
    }
  });
  return out.str();
}

}  // namespace k8s
