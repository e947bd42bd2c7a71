// Declared in tests/fuzz/target.hpp.
#include <string>
#include <variant>

#include "provisioner/core/relative_path.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "tests/fuzz/target.hpp"

namespace fuzz {
namespace {

bool is_safe(std::string const& path) {
  return std::holds_alternative<nfs::RelativePath>(nfs::RelativePath::parse_internal(path));
}

template <class Document, class Read>
std::string same_again(Document const& document, Read const& read, std::string const& what) {
  auto const again = read(nfs::write_document(document));
  if (again.has_error()) return what + " is written as what cannot be read";
  return *again == document ? "" : what + " is written as another";
}

}  // namespace

std::string read_documents(std::string_view input) {
  static_cast<void>(nfs::read_marker(input));
  if (auto const intent = nfs::read_intent(input); intent.has_value()) {
    if (!is_safe(intent->path)) return "an intent with a path that leads elsewhere";
    if (!intent->restored_path.empty() && !is_safe(intent->restored_path))
      return "an intent with an archive that lies elsewhere";
    if (auto wrong = same_again(*intent, nfs::read_intent, "an intent"); !wrong.empty()) return wrong;
  }
  if (auto const record = nfs::read_record(input); record.has_value()) {
    if (!is_safe(record->original_path) || !is_safe(record->archived_path))
      return "a record with a path that leads elsewhere";
    if (auto wrong = same_again(*record, nfs::read_record, "a record"); !wrong.empty()) return wrong;
  }
  if (auto const record = nfs::read_trash_record(input); record.has_value()) {
    if (!is_safe(record->original_path)) return "a trash record with a path that leads elsewhere";
    if (auto wrong = same_again(*record, nfs::read_trash_record, "a trash record"); !wrong.empty()) return wrong;
  }
  if (auto const signpost = nfs::read_signpost(input); signpost.has_value()) {
    if (!is_safe(signpost->stands_at)) return "a signpost that leads elsewhere";
    if (auto wrong = same_again(*signpost, nfs::read_signpost, "a signpost"); !wrong.empty()) return wrong;
  }
  if (auto const card = nfs::read_cluster_card(input); card.has_value()) {
    if (auto wrong = same_again(*card, nfs::read_cluster_card, "a cluster's card"); !wrong.empty()) return wrong;
  }
  if (auto const decision = nfs::read_take_over(input); decision.has_value())
    return same_again(*decision, nfs::read_take_over, "a decision");
  return {};
}

}  // namespace fuzz
