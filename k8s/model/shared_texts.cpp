#include "k8s/model/shared_texts.hpp"

#include <functional>

namespace k8s {
namespace {

// An object is packed anew with each of its versions, which are fewer than that in its first moments.
constexpr std::uint32_t often = 16;

}  // namespace

SharedTexts::Number SharedTexts::hold(std::string_view text) {
  if (auto const at = numbers_.find(text); at != numbers_.end()) {
    ++entries_[at->second].holders;
    return at->second;
  }
  if (free_.empty()) {
    free_.push_back(static_cast<Number>(entries_.size()));
    entries_.emplace_back();
  }
  auto const number = free_.back();
  free_.pop_back();
  entries_[number] = Entry{std::string(text), 1};
  numbers_.emplace(entries_[number].text, number);
  return number;
}

bool SharedTexts::is_common(std::string_view text) {
  if (numbers_.contains(text)) return true;
  auto const hash = std::hash<std::string_view>{}(text);
  auto& asked = asked_[hash % places];
  if (asked.hash != hash) asked = {hash, 0};
  return ++asked.times >= often;
}

void SharedTexts::release(Number number) {
  auto& entry = entries_[number];
  if (--entry.holders > 0) return;
  numbers_.erase(entry.text);
  entry = Entry{};
  free_.push_back(number);
}

}  // namespace k8s
