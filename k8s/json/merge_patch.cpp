#include "k8s/json/emitter.hpp"
#include "k8s/json/write.hpp"

namespace k8s {

struct MergePatch::State {
  json::Emitter out;
  int open = 0;  ///< objects that the caller opened and did not close
};

MergePatch::MergePatch() : state_(std::make_unique<State>()) {
  state_->out.begin_object();
}

MergePatch::~MergePatch() = default;
MergePatch::MergePatch(MergePatch&&) noexcept = default;

MergePatch& MergePatch::metadata(Preconditions const& preconditions, StringMap const& annotations) {
  if (preconditions.uid.empty() && preconditions.resource_version.empty() && annotations.empty()) return *this;
  auto& out = state_->out;
  out.object("metadata", [&] {
    out.some("uid", preconditions.uid);
    out.some("resourceVersion", preconditions.resource_version);
    out.some("annotations", annotations);
  });
  return *this;
}

MergePatch& MergePatch::open(std::string_view member) {
  state_->out.name(member);
  state_->out.begin_object();
  ++state_->open;
  return *this;
}

MergePatch& MergePatch::close() {
  if (state_->open == 0) return *this;
  state_->out.end_object();
  --state_->open;
  return *this;
}

MergePatch& MergePatch::set(std::string_view member, std::string_view value) {
  state_->out.text(member, value);
  return *this;
}

MergePatch& MergePatch::set(std::string_view member, std::vector<std::string> const& values) {
  state_->out.list(member, values);
  return *this;
}

MergePatch& MergePatch::remove(std::string_view member) {
  state_->out.null(member);
  return *this;
}

std::string MergePatch::text() {
  while (state_->open > 0) close();
  state_->out.end_object();
  return state_->out.str();
}

}  // namespace k8s
