#include "k8s/text/escape.hpp"

#include "k8s/text/hexadecimal.hpp"

namespace k8s {
namespace {

unsigned byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool within(unsigned value, unsigned least, unsigned most) {
  return value >= least && value <= most;
}

/// What the second byte may be after `lead`: no overlong forms, no surrogates, nothing over U+10FFFF.
bool second_fits(unsigned lead, unsigned second) {
  switch (lead) {
    case 0xE0:
      return within(second, 0xA0, 0xBF);
    case 0xED:
      return within(second, 0x80, 0x9F);
    case 0xF0:
      return within(second, 0x90, 0xBF);
    case 0xF4:
      return within(second, 0x80, 0x8F);
    default:
      return within(second, 0x80, 0xBF);
  }
}

std::size_t length_by_lead(unsigned lead) {
  if (lead < 0x80) return 1;
  if (within(lead, 0xC2, 0xDF)) return 2;
  if (within(lead, 0xE0, 0xEF)) return 3;
  if (within(lead, 0xF0, 0xF4)) return 4;
  return 0;
}

/// DEL, or one of U+0080 to U+009F, which some terminals obey as they do ESC sequences.
bool late_control(std::string_view sequence) {
  if (sequence.size() == 1) return sequence[0] == '\x7f';
  return sequence.size() == 2 && byte(sequence, 0) == 0xC2 && byte(sequence, 1) < 0xA0;
}

void append_hex(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) out.append("\\x").append(hexadecimal(byte(bytes, i), 2));
}

void append_ascii(std::string& out, char c, bool quoted) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '"':
      out += quoted ? "\\\"" : "\"";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20) return append_hex(out, {&c, 1});
  out += c;
}

void append_escaped(std::string& out, std::string_view text, bool quoted) {
  while (!text.empty()) {
    auto const length = utf8_sequence(text);
    auto const sequence = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || late_control(sequence)) {
      append_hex(out, sequence);
    } else if (length == 1) {
      append_ascii(out, text.front(), quoted);
    } else {
      out += sequence;
    }
    text.remove_prefix(sequence.size());
  }
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  if (text.empty()) return 0;
  auto const lead = byte(text, 0);
  auto const length = length_by_lead(lead);
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    bool const fits = i == 1 ? second_fits(lead, byte(text, i)) : within(byte(text, i), 0x80, 0xBF);
    if (!fits) return 0;
  }
  return length;
}

std::string escape_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(out, text, false);
  return out;
}

std::string quote_line(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  append_escaped(out, text, true);
  out += '"';
  return out;
}

std::string printable_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const length = utf8_sequence(text);
    auto const sequence = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || late_control(sequence)) {
      out += "\xEF\xBF\xBD";
    } else {
      out += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return out;
}

}  // namespace k8s
