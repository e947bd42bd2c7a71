#include "provisioner/core/placeholder.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

constexpr std::string_view claim_opening = "${.PVC.";
constexpr std::string_view volume_opening = "${.PV.";
constexpr std::string_view known =
    "${.PVC.name}, ${.PVC.namespace}, ${.PVC.uid}, ${.PV.name}, ${.PVC.labels.KEY}, ${.PVC.annotations.KEY}, and "
    "${.PVC.labels.KEY:-text} and ${.PVC.annotations.KEY:-text} with a fallback, and ${cluster}";

// From `opening`, which `text` begins with, to the first `closing` of the same line. Empty: there is none.
std::string_view enclosed(std::string_view text, std::string_view opening, std::string_view closing) {
  auto const end = text.find(closing, opening.size());
  if (end == std::string_view::npos || text.substr(0, end).find('\n') != std::string_view::npos) return {};
  return text.substr(0, end + closing.size());
}

// Letters and digits in lower case: `${pvc.metadata.name}` and `{{ .PVC.Name }}` are both "pvcname".
std::string spelled_alike(std::string_view text) {
  std::string result;
  for (char const byte : text) {
    auto const letter = static_cast<unsigned char>(byte);
    if (std::isalnum(letter) != 0) result += static_cast<char>(std::tolower(letter));
  }
  constexpr std::string_view metadata = "metadata";
  if (auto const at = result.find(metadata); at != std::string::npos) result.erase(at, metadata.size());
  return result;
}

bool is_claim(std::string_view word) {
  constexpr std::array<std::string_view, 4> words{"", "pvc", "claim", "persistentvolumeclaim"};
  return std::ranges::find(words, word) != words.end();
}

bool is_volume(std::string_view word) {
  constexpr std::array<std::string_view, 3> words{"pv", "volume", "persistentvolume"};
  return std::ranges::find(words, word) != words.end();
}

// Of `${pvc.metadata.labels.app}`, given "labels": "app". What is no such key is shown as KEY.
std::string key_behind(std::string_view text, std::string_view map) {
  auto const at = text.find(map);
  if (at == std::string_view::npos) return "KEY";
  auto key = text.substr(at + map.size());
  key = key.substr(0, key.find_first_of(" }"));
  auto const fits = [](char byte) {
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 ||
           std::string_view("._/-").find(byte) != std::string::npos;
  };
  bool const is_key = key.size() > 1 && key.front() == '.' && std::ranges::all_of(key, fits);
  return is_key ? std::string(key.substr(1)) : "KEY";
}

// What may have been meant; empty: nobody can tell.
std::string right_spelling(std::string_view text) {
  auto const word = spelled_alike(text);
  for (std::string_view const map : {"labels", "annotations"}) {
    if (auto const at = word.find(map);
        at != std::string::npos && (is_claim(word.substr(0, at)) || is_volume(word.substr(0, at))))
      return "${.PVC." + std::string(map) + "." + key_behind(text, map) + "}";
  }
  for (std::string_view const member : {"namespace", "name", "uid"}) {
    if (!word.ends_with(member)) continue;
    auto const owner = std::string_view(word).substr(0, word.size() - member.size());
    if (is_claim(owner)) return "${.PVC." + std::string(member) + "}";
    if (is_volume(owner) && member == "name") return "${.PV.name}";
  }
  return {};
}

}  // namespace

std::optional<Placeholder> placeholder_at(std::string_view text) {
  bool const of_volume = text.starts_with(volume_opening);
  if (!of_volume && !text.starts_with(claim_opening)) return std::nullopt;
  auto const opening = of_volume ? volume_opening : claim_opening;
  auto const whole = enclosed(text, opening, "}");
  if (whole.empty()) return std::nullopt;
  return Placeholder{whole, whole.substr(opening.size(), whole.size() - opening.size() - 1), of_volume};
}

std::string_view foreign_placeholder_at(std::string_view text) {
  if (placeholder_at(text)) return {};
  if (text.starts_with("${")) return enclosed(text, "${", "}");
  if (text.starts_with("{{")) return enclosed(text, "{{", "}}");
  return {};
}

std::optional<LookedUp> looked_up(Placeholder const& placeholder) {
  constexpr std::string_view labels = "labels.";
  constexpr std::string_view annotations = "annotations.";
  if (placeholder.of_volume) return std::nullopt;
  bool const is_label = placeholder.body.starts_with(labels);
  if (!is_label && !placeholder.body.starts_with(annotations)) return std::nullopt;

  LookedUp result{is_label, placeholder.body.substr(is_label ? labels.size() : annotations.size()), std::nullopt};
  if (auto const at = result.key.find(":-"); at != std::string_view::npos) {
    result.fallback = result.key.substr(at + 2);
    result.key = result.key.substr(0, at);
  }
  return result.key.empty() ? std::nullopt : std::optional(result);
}

std::string unknown_placeholder(std::string_view text) {
  auto const meant = right_spelling(text);
  auto const hint = meant.empty() ? std::string() : " (did you mean " + meant + "?)";
  return "placeholder " + quoted(text) + " is unknown" + hint + "; known are " + std::string(known);
}

}  // namespace nfs
