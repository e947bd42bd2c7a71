#include "k8s/model/shared_texts.hpp"

namespace k8s {

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

void SharedTexts::release(Number number) {
  auto& entry = entries_[number];
  if (--entry.holders > 0) return;
  numbers_.erase(entry.text);
  entry = Entry{};
  free_.push_back(number);
}

}  // namespace k8s
