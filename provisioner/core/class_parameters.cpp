#include "provisioner/core/class_parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <functional>
#include <limits>
#include <utility>

#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

template <class Value>
using Word = std::pair<std::string_view, Value>;

constexpr std::array on_delete_words{Word<OnDelete>{"archive", OnDelete::archive},
                                     Word<OnDelete>{"delete", OnDelete::remove},
                                     Word<OnDelete>{"retain", OnDelete::retain}};
constexpr std::array on_create_words{Word<OnCreate>{"adopt", OnCreate::adopt},
                                     Word<OnCreate>{"restore", OnCreate::restore}};
constexpr std::array on_existing_words{Word<bool>{"adopt", true}, Word<bool>{"refuse", false}};
constexpr std::array on_missing_key_words{Word<OnMissingKey>{"refuse", OnMissingKey::refuse},
                                          Word<OnMissingKey>{"empty", OnMissingKey::empty}};
constexpr std::array shared_directory_words{Word<SharedDirectory>{"never", SharedDirectory::never},
                                            Word<SharedDirectory>{"sameNamespace", SharedDirectory::same_namespace},
                                            Word<SharedDirectory>{"always", SharedDirectory::always}};

template <class Value, std::size_t Size>
std::optional<Value> find_word(std::array<Word<Value>, Size> const& words, std::string_view text) {
  auto const* const at = std::ranges::find(words, text, &Word<Value>::first);
  return at == words.end() ? std::nullopt : std::optional(at->second);
}

// Of a longer text digits may have been cut off (core/cached.hpp): it would be another number.
constexpr std::size_t longest_number = 32;

template <class Number>
std::optional<Number> parse_whole(std::string_view text, int base) {
  if (text.size() > longest_number) return std::nullopt;
  Number result{};
  auto const* const end = text.data() + text.size();
  auto const [stop, error] = std::from_chars(text.data(), end, result, base);
  return error == std::errc() && stop == end ? std::optional(result) : std::nullopt;
}

template <class Target, class Value>
bool store(Target& target, std::optional<Value> const& value) {
  if (value) target = *value;
  return value.has_value();
}

std::optional<OnDelete> by_archive_on_delete(std::string_view text) {
  auto const archives = parse_go_bool(text);
  if (!archives) return std::nullopt;
  return *archives ? OnDelete::archive : OnDelete::remove;
}

struct Parameter {
  std::string_view key;
  std::string_view allowed;                                     ///< for people
  std::array<std::string_view, 3> words;                        ///< for hints; empty ones are none
  bool (*read)(ClassParameters& into, std::string_view value);  ///< false: malformed
};

// Read in this order: `onDelete` stands after `archiveOnDelete` because it wins.
constexpr Parameter known[] = {
    {"pathPattern", "a path pattern", {}, [](auto& into, auto value) { return into.path_pattern = value, true; }},
    {"archiveOnDelete",
     "true or false",
     {"true", "false"},
     [](auto& into, auto value) { return store(into.on_delete, by_archive_on_delete(value)); }},
    {"onDelete",
     "archive, delete or retain",
     {"archive", "delete", "retain"},
     [](auto& into, auto value) { return store(into.on_delete, parse_on_delete(value)); }},
    {"onCreate",
     "adopt or restore",
     {"adopt", "restore"},
     [](auto& into, auto value) { return store(into.on_create, find_word(on_create_words, value)); }},
    {"onMissingKey",
     "refuse or empty",
     {"refuse", "empty"},
     [](auto& into, auto value) { return store(into.on_missing_key, find_word(on_missing_key_words, value)); }},
    {"sharedDirectory",
     "never, sameNamespace or always",
     {"never", "sameNamespace", "always"},
     [](auto& into, auto value) { return store(into.shared_directory, find_word(shared_directory_words, value)); }},
    {"directoryMode",
     "an octal mode from 0 to 7777, as \"0770\"",
     {},
     [](auto& into, auto value) { return store(into.directory_mode, parse_mode(value)); }},
    {"directoryUid",
     "a decimal number from 0 to 4294967294",
     {},
     [](auto& into, auto value) { return store(into.directory_uid, parse_id(value)); }},
    {"directoryGid",
     "a decimal number from 0 to 4294967294",
     {},
     [](auto& into, auto value) { return store(into.directory_gid, parse_id(value)); }},
    {"allowDirectoryAnnotations",
     "true or false",
     {"true", "false"},
     [](auto& into, auto value) { return store(into.allow_directory_annotations, parse_go_bool(value)); }},
    {"restoreAcrossNamespaceUid",
     "true or false",
     {"true", "false"},
     [](auto& into, auto value) { return store(into.restore_across_namespace_uid, parse_go_bool(value)); }},
    {"onExisting",
     "adopt or refuse",
     {"adopt", "refuse"},
     [](auto& into, auto value) { return store(into.adopt_existing, find_word(on_existing_words, value)); }},
    {"allowTenantPaths",
     "true or false",
     {"true", "false"},
     [](auto& into, auto value) { return store(into.allow_tenant_paths, parse_go_bool(value)); }},
    {"archiveRetention",
     "a whole number above 0 and one of s, m, h, d, w, up to 36500d, as \"30d\"",
     {},
     [](auto& into, auto value) { return store(into.archive_retention, parse_retention(value)); }},
    {"trashRetention",
     "0, or a whole number above 0 and one of s, m, h, d, w, up to 36500d, as \"1h\"",
     {},
     [](auto& into, auto value) { return store(into.trash_retention, parse_trash_retention(value)); }},
};

template <class Range, class Projection>
std::string hint(Range const& candidates, std::string_view text, Projection projection) {
  for (auto const& candidate : candidates) {
    std::string_view const name = std::invoke(projection, candidate);
    if (!name.empty() && equal_but_for_case(name, text)) return " (did you mean " + quoted(name) + "?)";
  }
  return {};
}

std::string known_keys() {
  std::string result;
  for (auto const& parameter : known) result.append(result.empty() ? "" : ", ").append(parameter.key);
  return result;
}

std::optional<Refusal> refuse_unknown(k8s::StringMap const& parameters) {
  for (auto const& [key, value] : parameters) {
    if (std::ranges::find(known, key, &Parameter::key) != std::end(known)) continue;
    return Refusal{"class parameter " + quoted(key) + " is unknown" + hint(known, key, &Parameter::key) +
                   ": make the class anew without it; known are " + known_keys()};
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(OnDelete policy) {
  auto const* const at = std::ranges::find(on_delete_words, policy, &Word<OnDelete>::second);
  return at->first;
}

std::optional<OnDelete> parse_on_delete(std::string_view text) {
  return find_word(on_delete_words, text);
}

std::optional<std::chrono::seconds> kept_for(OnDelete policy, std::optional<std::chrono::seconds> retention) {
  if (policy == OnDelete::remove) return std::chrono::seconds(0);
  return policy == OnDelete::archive ? retention : std::nullopt;
}

std::optional<std::uint32_t> parse_mode(std::string_view text) {
  auto const mode = parse_whole<std::uint32_t>(text, 8);
  return mode && *mode <= 07777 ? mode : std::nullopt;
}

std::optional<std::uint32_t> parse_id(std::string_view text) {
  auto const id = parse_whole<std::uint32_t>(text, 10);
  // The largest is chown's "leave it as it is".
  return id && *id != std::numeric_limits<std::uint32_t>::max() ? id : std::nullopt;
}

std::optional<std::chrono::seconds> parse_retention(std::string_view text) {
  using namespace std::chrono;
  constexpr std::array units{Word<seconds>{"s", seconds(1)}, Word<seconds>{"m", minutes(1)},
                             Word<seconds>{"h", hours(1)}, Word<seconds>{"d", days(1)}, Word<seconds>{"w", weeks(1)}};
  constexpr seconds longest = days(36500);
  if (text.empty()) return std::nullopt;
  auto const unit = find_word(units, text.substr(text.size() - 1));
  auto const count = parse_whole<std::uint32_t>(text.substr(0, text.size() - 1), 10);
  if (!unit || !count || *count == 0) return std::nullopt;
  seconds const result = *unit * std::int64_t{*count};
  return result <= longest ? std::optional(result) : std::nullopt;
}

std::optional<std::chrono::seconds> parse_trash_retention(std::string_view text) {
  return text == "0" ? std::optional(std::chrono::seconds(0)) : parse_retention(text);
}

std::optional<bool> parse_go_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> no{"0", "f", "F", "FALSE", "false", "False"};
  if (std::ranges::find(yes, text) != yes.end()) return true;
  if (std::ranges::find(no, text) != no.end()) return false;
  return std::nullopt;
}

OrRefusal<ClassParameters> parse_class_parameters(k8s::StringMap const& parameters) {
  if (auto refusal = refuse_unknown(parameters)) return std::move(*refusal);
  ClassParameters result;
  for (auto const& parameter : known) {
    auto const* const value = k8s::find(parameters, parameter.key);
    if (value == nullptr || parameter.read(result, *value)) continue;
    return Refusal{"class parameter " + std::string(parameter.key) + " has the value " + quoted(*value) +
                   hint(parameter.words, *value, std::identity()) + ": make the class anew with " +
                   std::string(parameter.allowed)};
  }
  return result;
}

}  // namespace nfs
