#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "k8s/model/object_meta.hpp"

/// RapidJSON's writer in terms of the model: empty members are left out. Internal to this box.
namespace k8s::json {

class Emitter {
 public:
  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }

  template <class Body>
  void object(std::string_view key, Body body) {
    name(key);
    object(body);
  }
  template <class Body>
  void object(Body body) {
    begin_object();
    body();
    end_object();
  }
  template <class Body>
  void array(std::string_view key, Body body) {
    name(key);
    array(body);
  }
  template <class Body>
  void array(Body body) {
    writer_.StartArray();
    body();
    writer_.EndArray();
  }

  void name(std::string_view key) { writer_.Key(key.data(), size_of(key)); }
  void value(std::string_view text) { writer_.String(text.data(), size_of(text)); }

  /// As it is, be it empty.
  void text(std::string_view key, std::string_view text);
  void list(std::string_view key, std::vector<std::string> const& texts);
  void number(std::string_view key, int number);
  void truth(std::string_view key, bool truth);
  void null(std::string_view key);

  /// Left out when empty.
  void some(std::string_view key, std::string_view text);
  void some(std::string_view key, std::vector<std::string> const& texts);
  void some(std::string_view key, StringMap const& map);

  [[nodiscard]] std::string str() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  static rapidjson::SizeType size_of(std::string_view text) { return static_cast<rapidjson::SizeType>(text.size()); }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

/// One document: an object whose members `body(emitter)` writes.
template <class Body>
[[nodiscard]] std::string document(Body body) {
  Emitter out;
  out.object([&] { body(out); });
  return out.str();
}

}  // namespace k8s::json
