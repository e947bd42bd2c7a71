#include "tests/support/api_target.hpp"

#include <algorithm>
#include <vector>

namespace test {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    auto const end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

}  // namespace

Target parse(std::string_view text) {
  Target target;
  auto const question = std::min(text.find('?'), text.size());
  if (question < text.size()) target.query = text.substr(question + 1);
  auto parts = segments_of(text.substr(0, question));
  parts.erase(parts.begin(), parts.begin() + std::min<std::ptrdiff_t>(parts.at(0) == "api" ? 2 : 3, std::ssize(parts)));
  if (parts.size() > 2 && parts[0] == "namespaces") {
    target.name_space = parts[1];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  parts.resize(3);
  target.plural = parts[0];
  target.name = parts[1];
  target.subresource = parts[2];
  return target;
}

std::string_view verb_of(k8s::Request const& request, Target const& target) {
  switch (request.method) {
    case k8s::Method::post:
      return "create";
    case k8s::Method::put:
      return "update";
    case k8s::Method::patch:
      return "patch";
    case k8s::Method::del:
      return "delete";
    case k8s::Method::get:
      break;
  }
  if (!target.name.empty()) return "get";
  return target.query.find("watch=1") == std::string::npos ? "list" : "watch";
}

std::string parameter(std::string_view query, std::string_view name) {
  auto const at = query.find(std::string(name) + "=");
  if (at == std::string_view::npos) return {};
  auto const value = query.substr(at + name.size() + 1);
  return std::string(value.substr(0, value.find('&')));
}

}  // namespace test
