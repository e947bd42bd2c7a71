#include "tests/integration/support/json.hpp"

#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <stdexcept>

namespace nfs::test {
namespace {

rapidjson::SizeType size_of(std::string_view text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

void collect(Fields& into, std::string const& at, rapidjson::Value const& value) {
  if (value.IsObject() && value.MemberCount() > 0) {
    for (auto const& member : value.GetObject())
      collect(into, at + "/" + std::string(member.name.GetString(), member.name.GetStringLength()), member.value);
  } else if (value.IsArray() && !value.Empty()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) collect(into, at + "/" + std::to_string(i), value[i]);
  } else {
    into[at] = to_text(value);
  }
}

}  // namespace

Json parse_json(std::string_view text) {
  Json document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  if (document.HasParseError()) throw std::runtime_error{"no JSON: " + std::string(text.substr(0, 300))};
  return document;
}

std::string to_text(rapidjson::Value const& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string json_string(std::string_view text) {
  return to_text(rapidjson::Value(rapidjson::StringRef(text.data(), size_of(text))));
}

std::string text_at(rapidjson::Value const& value, std::string_view pointer) {
  auto const* const found = rapidjson::Pointer(pointer.data(), pointer.size()).Get(value);
  if (found == nullptr || !found->IsString()) return {};
  return {found->GetString(), found->GetStringLength()};
}

Fields fields_of(rapidjson::Value const& value) {
  Fields fields;
  collect(fields, {}, value);
  return fields;
}

}  // namespace nfs::test
