#include "k8s/model/packer.hpp"

#include <array>
#include <charconv>

namespace k8s {
namespace {

/// What an item is: its first byte. One of `first_number` or more is a small number itself.
struct Tag {
  enum Value : std::uint8_t { empty, plain, shared_text, uid, prefixed_uid, digits, large_number };
};
constexpr unsigned first_number = 16;
constexpr unsigned small_numbers = 256 - first_number;

constexpr std::size_t uid_length = 36;
constexpr std::size_t uid_bytes = 16;
constexpr std::size_t longest_prefix = 16;
constexpr std::size_t most_digits = 19;
constexpr std::size_t fewest_shared = 2;  // what is shorter takes no more in its place

void put_varint(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes.push_back(static_cast<char>(number | 0x80));
  bytes.push_back(static_cast<char>(number));
}

std::uint8_t take_byte(std::string_view& bytes) {
  auto const byte = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  return byte;
}

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    auto const byte = take_byte(bytes);
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) return number;
  }
}

std::string_view take(std::string_view& bytes, std::size_t count) {
  auto const taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

constexpr bool is_dash_at(std::size_t at) {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// Boost.Uuid reads other spellings, too, and throws for what is none.
/// RFC 4122's text with small letters, as Kubernetes writes it; nullopt: it is none.
std::optional<std::array<char, uid_bytes>> uid_in(std::string_view text) {
  std::array<char, uid_bytes> out{};
  std::size_t digits = 0;
  for (std::size_t at = 0; at < uid_length; ++at) {
    if (is_dash_at(at)) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    auto const digit = digit_of(text[at]);
    if (digit < 0) return std::nullopt;
    auto& byte = out[digits++ / 2];
    unsigned const before = static_cast<unsigned char>(byte);
    byte = static_cast<char>((before << 4U) | static_cast<unsigned>(digit));
  }
  return out;
}

void append_uid(std::string_view bytes, std::string& text) {
  constexpr std::string_view letters = "0123456789abcdef";
  std::size_t digits = 0;
  for (std::size_t at = 0; at < uid_length; ++at) {
    if (is_dash_at(at)) {
      text.push_back('-');
      continue;
    }
    auto const byte = static_cast<unsigned char>(bytes[digits / 2]);
    text.push_back(letters[digits++ % 2 == 0 ? byte >> 4U : byte & 0xFU]);
  }
}

/// A number as Kubernetes writes a resourceVersion: that text, and no other, is written for it.
std::optional<std::uint64_t> number_in(std::string_view text) {
  if (text.empty() || text.size() > most_digits || (text.front() == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void Packer::text(std::string_view text) {
  if (text.empty()) {
    bytes_.push_back(Tag::empty);
    return;
  }
  if (auto const number = number_in(text)) {
    bytes_.push_back(Tag::digits);
    put_varint(bytes_, *number);
    return;
  }
  auto const prefix = text.size() < uid_length ? text.size() : text.size() - uid_length;
  auto const uid = prefix <= longest_prefix && text.size() >= uid_length ? uid_in(text.substr(prefix)) : std::nullopt;
  if (!uid) {
    bytes_.push_back(Tag::plain);
    put_varint(bytes_, text.size());
    bytes_.append(text);
    return;
  }
  bytes_.push_back(prefix == 0 ? Tag::uid : Tag::prefixed_uid);
  if (prefix > 0) put_varint(bytes_, shared_.hold(text.substr(0, prefix)));
  bytes_.append(uid->data(), uid->size());
}

void Packer::shared(std::string_view text) {
  if (text.empty()) {
    bytes_.push_back(Tag::empty);
    return;
  }
  bytes_.push_back(Tag::shared_text);
  put_varint(bytes_, shared_.hold(text));
}

void Packer::number(std::uint64_t number) {
  if (number < small_numbers) {
    bytes_.push_back(static_cast<char>(first_number + number));
    return;
  }
  bytes_.push_back(Tag::large_number);
  put_varint(bytes_, number);
}

void Packer::map(StringMap const& map) {
  size(map);
  for (auto const& [key, value] : map) {
    shared(key);
    if (value.size() > fewest_shared && shared_.is_common(value)) {
      shared(value);
    } else {
      text(value);
    }
  }
}

void Unpacker::text(std::string& text) {
  text.clear();
  switch (take_byte(bytes_)) {
    case Tag::plain:
      text = take(bytes_, take_varint(bytes_));
      return;
    case Tag::shared_text:
      text = shared_.at(static_cast<SharedTexts::Number>(take_varint(bytes_)));
      return;
    case Tag::prefixed_uid:
      text = shared_.at(static_cast<SharedTexts::Number>(take_varint(bytes_)));
      [[fallthrough]];
    case Tag::uid:
      append_uid(take(bytes_, uid_bytes), text);
      return;
    case Tag::digits:
      text = std::to_string(take_varint(bytes_));
      return;
    default:
      return;
  }
}

std::uint64_t Unpacker::number() {
  auto const tag = take_byte(bytes_);
  return tag >= first_number ? tag - first_number : take_varint(bytes_);
}

void Unpacker::map(StringMap& map) {
  map.clear();
  for (auto left = number(); left > 0; --left) {
    std::string key;
    text(key);
    text(map.emplace_hint(map.end(), std::move(key), std::string())->second);
  }
}

void release(std::string_view bytes, SharedTexts& shared) {
  while (!bytes.empty()) {
    switch (take_byte(bytes)) {
      case Tag::plain:
        take(bytes, take_varint(bytes));
        break;
      case Tag::shared_text:
        shared.release(static_cast<SharedTexts::Number>(take_varint(bytes)));
        break;
      case Tag::prefixed_uid:
        shared.release(static_cast<SharedTexts::Number>(take_varint(bytes)));
        [[fallthrough]];
      case Tag::uid:
        take(bytes, uid_bytes);
        break;
      case Tag::digits:
      case Tag::large_number:
        take_varint(bytes);
        break;
      default:
        break;
    }
  }
}

}  // namespace k8s
