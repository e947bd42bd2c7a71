#pragma once

#include <cstdint>
#include <string>

#include "k8s/model/object_meta.hpp"

namespace k8s {

enum class EventType { normal, warning };

/// core/v1 Event, as the recorder writes it.
struct Event {
  ObjectMeta meta;
  ObjectReference involved;
  EventType type = EventType::normal;
  std::string reason;   ///< UpperCamelCase
  std::string message;  ///< at most 1,024 bytes
  std::string source_component;
  std::string source_host;
  std::string first_timestamp;
  std::string last_timestamp;
  std::int32_t count = 1;
  bool operator==(Event const&) const = default;
};

/// core/v1 Namespace: its identity is all that is read.
struct Namespace {
  ObjectMeta meta;
  bool operator==(Namespace const&) const = default;
};

}  // namespace k8s
