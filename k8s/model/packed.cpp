#include "k8s/model/packed.hpp"

#include <array>
#include <charconv>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

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

// The fields of each kind, for either direction. A field that is added to a kind is added here: packed_test has an
// object of each kind with all fields set.

template <class Archive, class Texts>
void each_shared(Archive& archive, Texts& texts) {
  archive.size(texts);
  for (auto& text : texts) archive.shared(text);
}

template <class Archive, class Owner>
void owner_fields(Archive& archive, Owner& owner) {
  archive.shared(owner.api_version);
  archive.shared(owner.kind);
  archive.text(owner.name);
  archive.text(owner.uid);
  archive.flag(owner.controller);
}

template <class Archive, class Meta>
void meta_fields(Archive& archive, Meta& meta) {
  archive.shared(meta.name_space);
  archive.text(meta.name);
  archive.text(meta.uid);
  archive.text(meta.resource_version);
  archive.text(meta.creation_timestamp);
  archive.text(meta.deletion_timestamp);
  archive.map(meta.labels);
  archive.map(meta.annotations);
  each_shared(archive, meta.finalizers);
  archive.size(meta.owner_references);
  for (auto& owner : meta.owner_references) owner_fields(archive, owner);
}

template <class Archive, class Reference>
void reference_fields(Archive& archive, Reference& reference) {
  archive.shared(reference.api_version);
  archive.shared(reference.kind);
  archive.shared(reference.name_space);
  archive.text(reference.name);
  archive.text(reference.uid);
  archive.text(reference.resource_version);
}

template <class Archive, class Object>
void claim_fields(Archive& archive, Object& claim) {
  meta_fields(archive, claim.meta);
  each_shared(archive, claim.access_modes);
  archive.text(claim.volume_name);
  archive.maybe(claim.storage_class_name, [&](auto& name) { archive.shared(name); });
  archive.shared(claim.volume_mode);
  archive.shared(claim.requested_storage);
  archive.maybe(claim.selector, [&](auto& selector) { archive.map(selector.match_labels); });
  archive.shared(claim.volume_attributes_class);
  archive.maybe(claim.data_source, [&](auto& source) {
    archive.shared(source.api_group);
    archive.shared(source.kind);
    archive.text(source.name);
  });
  archive.shared(claim.phase);
  each_shared(archive, claim.status_access_modes);
  archive.shared(claim.status_capacity);
}

template <class Archive, class Object>
void volume_fields(Archive& archive, Object& volume) {
  meta_fields(archive, volume.meta);
  archive.shared(volume.capacity);
  each_shared(archive, volume.access_modes);
  archive.maybe(volume.claim_ref, [&](auto& reference) { reference_fields(archive, reference); });
  archive.shared(volume.reclaim_policy);
  each_shared(archive, volume.mount_options);
  archive.shared(volume.storage_class_name);
  archive.shared(volume.volume_mode);
  archive.shared(volume.source.type);
  archive.map(volume.source.attributes);
  archive.shared(volume.phase);
}

template <class Archive, class Object>
void class_fields(Archive& archive, Object& storage_class) {
  meta_fields(archive, storage_class.meta);
  archive.shared(storage_class.provisioner);
  archive.map(storage_class.parameters);
  archive.shared(storage_class.reclaim_policy);
  each_shared(archive, storage_class.mount_options);
  archive.flag(storage_class.allow_volume_expansion);
  archive.shared(storage_class.volume_binding_mode);
}

void fields(auto& archive, auto& object) {
  using Object = std::remove_cvref_t<decltype(object)>;
  if constexpr (std::is_same_v<Object, Claim>) claim_fields(archive, object);
  if constexpr (std::is_same_v<Object, Volume>) volume_fields(archive, object);
  if constexpr (std::is_same_v<Object, StorageClass>) class_fields(archive, object);
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
    text(value);
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

template <class T>
std::string pack(T const& object, SharedTexts& shared) {
  Packer packer(shared);
  fields(packer, object);
  return packer.take();
}

template <class T>
T unpack(std::string_view bytes, SharedTexts const& shared) {
  T object;
  Unpacker unpacker(shared, bytes);
  fields(unpacker, object);
  return object;
}

template std::string pack(Claim const&, SharedTexts&);
template std::string pack(Volume const&, SharedTexts&);
template std::string pack(StorageClass const&, SharedTexts&);
template Claim unpack<Claim>(std::string_view, SharedTexts const&);
template Volume unpack<Volume>(std::string_view, SharedTexts const&);
template StorageClass unpack<StorageClass>(std::string_view, SharedTexts const&);

}  // namespace k8s
