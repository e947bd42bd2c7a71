#include "k8s/json/emitter.hpp"

namespace k8s::json {

void Emitter::list(std::string_view key, std::vector<std::string> const& texts) {
  array(key, [&] {
    for (auto const& text : texts) value(text);
  });
}

void Emitter::text(std::string_view key, std::string_view text) {
  name(key);
  value(text);
}

void Emitter::number(std::string_view key, int number) {
  name(key);
  writer_.Int(number);
}

void Emitter::truth(std::string_view key, bool truth) {
  name(key);
  writer_.Bool(truth);
}

void Emitter::null(std::string_view key) {
  name(key);
  writer_.Null();
}

void Emitter::some(std::string_view key, std::string_view text) {
  if (!text.empty()) this->text(key, text);
}

void Emitter::some(std::string_view key, std::vector<std::string> const& texts) {
  if (!texts.empty()) list(key, texts);
}

void Emitter::some(std::string_view key, StringMap const& map) {
  if (map.empty()) return;
  object(key, [&] {
    for (auto const& [member, value] : map) text(member, value);
  });
}

}  // namespace k8s::json
