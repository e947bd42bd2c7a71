#include <array>

#include "k8s/json/members.hpp"
#include "k8s/json/read.hpp"

namespace k8s {
namespace json {
namespace {

struct IdentityField {
  std::string_view key;  // with its quotes
  std::string Identity::*member;
};

constexpr std::array identity_fields = {
    IdentityField{"\"name\"", &Identity::name},
    IdentityField{"\"namespace\"", &Identity::name_space},
    IdentityField{"\"uid\"", &Identity::uid},
    IdentityField{"\"resourceVersion\"", &Identity::resource_version},
};

// Names, uids and resourceVersions hold nothing that JSON escapes: a backslash belongs to something else.
std::optional<std::string_view> plain_text(Members::Member const& member) {
  auto const value = member.value;
  if (!member.whole || value.size() < 2 || value.front() != '"') return std::nullopt;
  auto const text = value.substr(1, value.size() - 2);
  for (char const c : text) {
    if (c == '\\' || static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return std::nullopt;
  }
  return text;
}

void take_identity(std::string_view metadata, Identity& identity) {
  Members members(metadata);
  while (auto const member = members.next()) {
    for (auto const& field : identity_fields) {
      if (field.key != member->key) continue;
      if (auto const text = plain_text(*member)) identity.*field.member = *text;
    }
  }
}

}  // namespace
}  // namespace json

std::optional<Identity> read_identity(std::string_view text) {
  Identity identity;
  json::Members members(text);
  while (auto const member = members.next()) {
    if (member->key == "\"metadata\"") json::take_identity(member->value, identity);
  }
  if (identity.name.empty() || identity.uid.empty() || identity.resource_version.empty()) return std::nullopt;
  return identity;
}

}  // namespace k8s
