#include "tests/bench/audit_log.hpp"

#include <fstream>
#include <string>

#include "tests/integration/support/json.hpp"

namespace nfs::bench {
namespace {

void count(rapidjson::Value const& entry, Requests& requests) {
  if (test::text_at(entry, "/stage") != "ResponseComplete") return;
  auto const verb = test::text_at(entry, "/verb");
  auto const resource = test::text_at(entry, "/objectRef/resource");
  bool const of_claims = resource == "persistentvolumeclaims" || resource == "persistentvolumes";
  if (resource == "events") {
    ++requests.events;
  } else if (verb == "list" || verb == "watch") {
    ++requests.lists;
  } else if (verb == "get" && resource != "leases" && resource != "endpoints" && !resource.empty()) {
    ++requests.reads;
  } else if (of_claims) {
    ++requests.writes;
  } else {
    ++requests.rest;
  }
}

}  // namespace

Requests count_requests(std::filesystem::path const& audit_log) {
  Requests requests;
  std::ifstream file(audit_log);
  for (std::string line; std::getline(file, line) && !file.eof();) count(test::parse_json(line), requests);
  return requests;
}

}  // namespace nfs::bench
