#include "provisioner/controller/resume_intents.hpp"

#include <variant>

namespace nfs {

k8s::ObjectReference claim_of(Intent const& intent) {
  k8s::ObjectReference claim;
  claim.uid = intent.claim_uid;
  claim.name_space = intent.claim_namespace;
  claim.name = intent.claim_name;
  return claim;
}

std::vector<std::string> resume_intents(std::vector<Intent> const& intents, std::size_t export_index, Ledger& ledger) {
  std::vector<std::string> volumes;
  for (auto const& intent : intents) {
    auto const path = RelativePath::parse_internal(intent.path);
    if (!std::holds_alternative<RelativePath>(path)) continue;
    ledger.intent_resumed(intent.volume, {export_index, std::get<RelativePath>(path)}, claim_of(intent));
    volumes.push_back(intent.volume);
  }
  return volumes;
}

}  // namespace nfs
