#pragma once

#include <rapidjson/document.h>

#include <map>
#include <string>
#include <string_view>

namespace nfs::test {

/// One object of the API, or one file, as a tree.
using Json = rapidjson::Document;

/// Throws on text that is no JSON.
[[nodiscard]] Json parse_json(std::string_view text);
[[nodiscard]] std::string to_text(rapidjson::Value const& value);
[[nodiscard]] std::string json_string(std::string_view text);

/// The string at `pointer` ("/spec/nfs/path"); empty where nothing or something else stands.
[[nodiscard]] std::string text_at(rapidjson::Value const& value, std::string_view pointer);

/// Every leaf by its pointer: what can be compared field by field.
using Fields = std::map<std::string, std::string>;
[[nodiscard]] Fields fields_of(rapidjson::Value const& value);

}  // namespace nfs::test
